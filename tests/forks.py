"""Processes forked from one that has loaded the application.

Starting Python, importing the application and making one takes seconds of processor time; a fork
of a process that has done so once takes none. So a test can start many, to race or to be killed.
A fork is the ``main`` of a module of :data:`PROGRAMS`: it can be written to and read.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from typing import IO

PROGRAMS = (
    "tests.concurrency.ledger_rush",
    "tests.crash.expiry_writer",
    "tests.crash.grants_writer",
    "tests.crash.hook_writer",
    "tests.crash.import_writer",
    "tests.crash.ledger_writer",
    "tests.crash.mall_writer",
    "tests.crash.movein_writer",
    "tests.crash.notify_writer",
    "tests.rewards.rush",
)

_context = get_context("forkserver")
_context.set_forkserver_preload(["tests.warmth", *PROGRAMS])


class Fork:
    """A process that runs a program.

    Attributes:
        stdin: what it reads, line by line.
        stdout: what it prints, line by line, to its end.
        stderr: what it complains about.
    """

    def __init__(self, program: str, arguments: tuple[str, ...]) -> None:
        in_, out, err = (Pipe(duplex=False) for _ in range(3))
        theirs = (in_[0], out[1], err[1])
        self._process = _context.Process(
            target=_live, args=(program, arguments, *theirs), daemon=True
        )
        self._process.start()
        self.stdin, self.stdout = _text(in_[1], "w"), _text(out[0], "r")
        self.stderr = _text(err[0], "r")
        for each in theirs:  # open on their side only: their end is the end
            each.close()

    def tell(self, line: str) -> None:
        """Write a line that it reads at once."""
        self.stdin.write(f"{line}\n")
        self.stdin.flush()

    def kill(self) -> bool:
        """End it as the kernel does when memory is gone; False: it had come to its end before.

        Raises:
            AssertionError: it fell by itself.
        """
        self._process.kill()
        self._process.join()
        code = self._process.exitcode
        assert code in {0, -signal.SIGKILL}, f"it fell by itself: {self.stderr.read()}"
        return code != 0

    def end(self) -> None:
        """End it, whatever it says."""
        self._process.kill()

    def close(self) -> None:
        """Let it read the end, wait for its own and forget it."""
        self.stdin.close()
        self._process.join()
        for each in (self.stdout, self.stderr):
            each.close()


@contextmanager
def forked(program: str, *arguments: str) -> Iterator[Fork]:
    """Let a program of :data:`PROGRAMS` run; the block ends when it has ended."""
    fork = Fork(program, arguments)
    try:
        yield fork
    except BaseException:
        fork.end()
        raise
    finally:
        fork.close()


def _text(pipe: Connection, mode: str) -> IO[str]:
    file = os.fdopen(os.dup(pipe.fileno()), mode, encoding="utf-8")
    pipe.close()
    return file


def _live(
    program: str, arguments: tuple[str, ...], in_: Connection, out: Connection, err: Connection
) -> None:
    for ours, number in ((in_, 0), (out, 1), (err, 2)):
        os.dup2(ours.fileno(), number)
        ours.close()
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - as long as it lives
    import_module(program).main(*arguments)
