"""Power cuts on SQLite: what was acknowledged is there once, what was not may be gone.

The disk is a FUSE folder that forgets un-fsynced bytes (``powercut.py``). The first test proves
that it really forgets: with ``synchronous=NORMAL`` acknowledged commits are lost.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import IO

import pytest

from app.kernel import sqlite
from tests.conftest import ROOT, migrate
from tests.crash import ledger_writer, powercut
from tests.crash.nursery import nursery
from tests.crash.powercut import Machine

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(powercut.why_not() is not None, reason=str(powercut.why_not())),
    pytest.mark.timeout(900),
    pytest.mark.xdist_group("power"),
]


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine that is switched off."""
    made = Machine(tmp_path)
    yield made
    made.close()


def _run_until_cut(machine: Machine, command: list[str], seconds: float) -> list[str]:
    """Run a program on the machine, cut the power after its first line; return its lines."""
    machine.power_on()
    program = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert program.stdout is not None
    first = program.stdout.readline()
    time.sleep(seconds)
    machine.cut()
    output = first + powercut.kill(program)
    whole = output[: output.rfind("\n") + 1]  # a line cut in the middle was never read by anybody
    return whole.splitlines()


def _rows(machine: Machine) -> list[int]:
    """Return what is on the disk; nothing where even the table is gone."""
    with closing(sqlite.driver().connect(str(machine.disk / "plain.db"))) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'row'").fetchone():
            return []
        return [row[0] for row in connection.execute("SELECT n FROM row ORDER BY n")]


def _lost(machine: Machine, journal: str, synchronous: str, cycles: int) -> int:
    """Return how many acknowledged commits were gone after some power cuts."""
    dice = random.Random(20_260_901)
    lost = 0
    for _ in range(cycles):
        path = str(machine.mount / "plain.db")
        command = ["tests.crash.plain_writer", path, journal, synchronous]
        lines = _run_until_cut(machine, command, dice.uniform(0.05, 0.3))
        acked = [int(line) for line in lines]
        assert acked, "the writer wrote nothing"
        lost += len(set(acked) - set(_rows(machine)))
    return lost


def test_the_disk_forgets_what_was_not_synced(machine: Machine) -> None:
    assert _lost(machine, "wal", "NORMAL", cycles=3) > 0


def test_our_settings_lose_nothing(machine: Machine) -> None:
    mode = sqlite.journal_mode()
    assert _lost(machine, mode, "FULL", cycles=5) == 0


def _post_until_cut(
    machine: Machine, orders: IO[str], said: IO[str], first: int, seconds: float
) -> list[int]:
    """Let a child post from a key on and cut the power; return the keys that it acknowledged."""
    machine.power_on()
    orders.write(f"{first}\n")
    orders.flush()
    acknowledged: list[int] = []
    pid = 0
    for line in said:
        if line.startswith("pid"):
            pid = int(line.split()[1])
        elif line == "gone\n":
            return acknowledged
        else:
            acknowledged.append(int(line))
        if pid and acknowledged:
            time.sleep(seconds)
            machine.cut()
            with suppress(ProcessLookupError):  # its disk is gone; it may have noticed
                os.kill(pid, signal.SIGKILL)
            pid = 0
    raise AssertionError("the nursery has gone")


@pytest.mark.timeout(3_600)
def test_the_ledger_loses_and_doubles_nothing(
    machine: Machine, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    cycles = 60 if request.config.getoption("--long") else 6
    dice = random.Random()
    folder = tmp_path / "instance"
    after = ledger_writer.open_app(f"sqlite:///{machine.disk / 'ledger.db'}", folder)
    migrate(after)
    writing = ledger_writer.open_app(f"sqlite:///{machine.mount / 'ledger.db'}", folder)
    acknowledged: list[int] = []
    with nursery(writing, "ledger_writer", "--nursery") as (orders, said):
        for _ in range(cycles):
            first = max(acknowledged, default=-1) + 1  # the one in flight is posted again
            seconds = dice.uniform(0.05, 0.4)
            acknowledged += _post_until_cut(machine, orders, said, first, seconds)
            assert ledger_writer.problems(after, acknowledged) == []
    assert len(acknowledged) == len(set(acknowledged))
    assert len(acknowledged) > cycles
