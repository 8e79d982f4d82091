"""A killed process leaves no member's photo behind for ever."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.kernel.media import rooms

HOLDS = """
import sys, time
from app.kernel.media import rooms
with rooms.room() as here:
    (here / "photo").write_bytes(b"x")
    print(here, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(rooms, "YOUNG", -1.0)


def test_a_room_is_gone_when_its_work_is_done(tmp_path: Path) -> None:
    with rooms.room() as here:
        (here / "photo").write_bytes(b"x")
    assert not list(tmp_path.iterdir())


def test_what_a_killed_process_left_goes_with_the_next_room(tmp_path: Path) -> None:
    held = subprocess.Popen([sys.executable, "-c", HOLDS], stdout=subprocess.PIPE, text=True)
    assert held.stdout is not None
    try:
        left = Path(held.stdout.readline().strip())
        with rooms.room() as mine:
            assert {mine, left} == set(tmp_path.iterdir())  # its owner is still at work
        os.kill(held.pid, signal.SIGKILL)
    finally:
        held.kill()
        held.wait()
        held.stdout.close()
    assert (left / "photo").exists()
    with rooms.room() as mine:
        assert [mine] == list(tmp_path.iterdir())


def test_a_room_made_a_moment_ago_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rooms, "YOUNG", 60.0)
    (tmp_path / f"{rooms.PREFIX}x").mkdir()
    assert rooms.clear_up() == 0
    assert list(tmp_path.iterdir())
