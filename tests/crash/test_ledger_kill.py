"""``kill -9`` at any instant: nothing acknowledged is lost, nothing is posted twice."""

import os
import random
import signal
import time
from contextlib import suppress
from typing import IO

import pytest
from flask import Flask

from tests.crash import ledger_writer
from tests.crash.nursery import nursery

pytestmark = pytest.mark.crash


def write_and_die(orders: IO[str], said: IO[str], first: int, seconds: float) -> list[int]:
    """Let a child write from a key on and kill it; return the keys that it acknowledged."""
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
        if pid and acknowledged:  # it has begun: from now on any instant will do
            time.sleep(seconds)
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            pid = 0
    raise AssertionError("the nursery has gone")


@pytest.mark.timeout(3_600)
def test_a_killed_writer_loses_and_doubles_nothing(
    app: Flask, request: pytest.FixtureRequest
) -> None:
    cycles = 300 if request.config.getoption("--long") else 20
    dice = random.Random()
    acknowledged: list[int] = []
    with nursery(app, "ledger_writer", "--nursery") as (orders, said):
        for _ in range(cycles):
            first = max(acknowledged, default=-1) + 1  # the one in flight is posted again
            acknowledged += write_and_die(orders, said, first, dice.uniform(0.0, 0.15))
            assert ledger_writer.problems(app, acknowledged) == []
    assert len(acknowledged) == len(set(acknowledged))
    assert len(acknowledged) > cycles
