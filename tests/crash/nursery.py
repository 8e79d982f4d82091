"""Talks to a writer that forks a child for every line it reads, and kills the child."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from flask import Flask

from tests.forks import forked


@contextmanager
def nursery(app: Flask, writer: str, *words: str) -> Iterator[tuple[IO[str], IO[str]]]:
    """Start a writer of this folder on an app's database; yield where it listens and what it says.

    Args:
        app: whose database and folder it gets.
        writer: name of the module.
        words: what stands before them on its command line.
    """
    config = app.config["POTLUCK"]
    where = (config.database_url, str(config.instance_dir))
    with forked(f"tests.crash.{writer}", *words, *where) as fork:
        yield fork.stdin, fork.stdout
        fork.end()


def sweep_and_die(orders: IO[str], said: IO[str], line: str, seconds: float | None) -> bool:
    """Let a child sweep and kill it so long after its first commit; return whether it was done.

    Args:
        orders: where the writer listens.
        said: what it says.
        line: what the child is told.
        seconds: how long after its first commit; None: it lives to its end.
    """
    orders.write(f"{line}\n")
    orders.flush()
    pid, is_done = 0, False
    for text in said:
        word = text.strip()
        is_done = is_done or word == "done"
        if word.startswith("pid"):
            pid = int(word.split()[1])
        elif word == "gone":
            return is_done
        elif pid and seconds is not None:
            time.sleep(seconds)
            with suppress(ProcessLookupError):  # it has come to its end by itself
                os.kill(pid, signal.SIGKILL)
            pid = 0
    raise AssertionError("the nursery has gone")
