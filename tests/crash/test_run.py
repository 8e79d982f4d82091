"""What ``bin/run`` starts comes up, tells what is wrong, and stops as one."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import ROOT
from tests.servers import free_port

pytestmark = [pytest.mark.crash, pytest.mark.timeout(400), pytest.mark.xdist_group("run")]


def _environment(folder: Path, port: int, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("POTLUCK_")}
    return {
        **kept,
        "POTLUCK_INSTANCE_DIR": str(folder),
        "POTLUCK_PORT": str(port),
        "POTLUCK_DEMO": "0",
        "PYTHON_DOTENV_DISABLED": "1",
        **more,
    }


class House:
    """A copy started as ``bin/run`` does, after its packages are there."""

    def __init__(self, folder: Path, port: int) -> None:
        self.log = folder / "log"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [sys.executable, "tools/house.py"], cwd=ROOT, stdout=out, stderr=out,
                env=_environment(folder, port), process_group=0,
            )  # fmt: skip

    def said(self) -> str:
        """Return everything printed so far."""
        return self.log.read_text()

    def wait_until_open(self) -> None:
        """Wait for the welcome and for the worker."""
        deadline = time.monotonic() + 180
        while "worker_started" not in self.said() or "is open" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def children(self) -> list[int]:
        """Return the process ids of website and worker."""
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(word) for word in listed.split()]


@contextmanager
def _house(folder: Path, port: int) -> Iterator[House]:
    house = House(folder, port)
    try:
        yield house
    finally:
        for pid in house.children() if house.process.poll() is None else []:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        house.process.kill()
        house.process.wait()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that was started once and stopped: its database, key and queue are there."""
    folder = tmp_path_factory.mktemp("prepared")
    with _house(folder, free_port()) as house:
        house.wait_until_open()
        assert "bringing the schema up to date" in house.said()
        house.process.send_signal(signal.SIGINT)
        assert house.process.wait(timeout=30) == 0
    return folder


@pytest.fixture
def instance(prepared: Path, tmp_path: Path) -> Path:
    """A folder of one's own like it."""
    return Path(shutil.copytree(prepared, tmp_path / "instance"))


def _is_there(group: int) -> bool:
    with suppress(ProcessLookupError):
        os.killpg(group, 0)
        return True
    return False


def _groups_left(groups: list[int]) -> list[int]:
    """Return what is not gone a moment later: whose parent has ended waits for the system."""
    deadline = time.monotonic() + 5
    while any(map(_is_there, groups)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [group for group in groups if _is_there(group)]


def _stopped(folder: Path, kind: signal.Signals) -> str:
    """Start a copy, ask it for a page, stop it; return what it said."""
    port = free_port()
    with _house(folder, port) as house:
        house.wait_until_open()
        with urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            assert answer.status == 200
        groups = house.children()
        assert len(groups) == 2
        house.process.send_signal(kind)
        assert house.process.wait(timeout=30) == 0, house.said()
        assert _groups_left(groups) == []
        return house.said()


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_all_of_it_cleanly(instance: Path, kind: signal.Signals) -> None:
    said = _stopped(instance, kind)
    if "Killing" in said:  # granian lost a race of its own: what we hold open shows every time
        said = _stopped(instance, kind)
    assert "worker_stopped" in said
    assert "Traceback" not in said
    assert "Killing" not in said


def test_a_second_start_prepares_nothing_and_closes_when_its_worker_dies(instance: Path) -> None:
    with _house(instance, free_port()) as house:
        house.wait_until_open()
        assert "bringing the schema up to date" not in house.said()  # the first start did
        groups = house.children()
        os.killpg(groups[-1], signal.SIGKILL)
        assert house.process.wait(timeout=30) == 1
        assert "The worker ended by itself (exit -9)" in house.said()
        assert _groups_left(groups) == []


def _refused(folder: Path, port: int, **settings: str) -> str:
    done = subprocess.run(
        [sys.executable, "tools/house.py"], cwd=ROOT, env=_environment(folder, port, **settings),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = _refused(tmp_path, taken.getsockname()[1])
    assert "choose another with --port" in said


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("POTLUCK_TIMEZONE", "Mars/Olympus"),
        ("POTLUCK_BASE_URL", "http://fans.example.com"),
        ("POTLUCK_SECRET_KEY", "secret"),
        ("POTLUCK_WEB_WORKERS", "many"),
        ("POTLUCK_DEMO", "perhaps"),
        ("POTLUCK_DATABASE_URL", "postgresql://potluck@127.0.0.1:1/none"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told(tmp_path: Path, setting: str, value: str) -> None:
    assert setting in _refused(tmp_path, free_port(), **{setting: value})


def test_help_names_every_option_and_needs_nothing() -> None:
    done = subprocess.run(
        [ROOT / "bin" / "run", "--help"], capture_output=True, text=True, timeout=60, check=True
    )
    options = set(re.findall(r"^  (--[a-z-]+)", done.stdout, re.MULTILINE))
    assert {"--host", "--port", "--database", "--brand", "--accent", "--no-demo"} <= options
