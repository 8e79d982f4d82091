"""Processes to kill, forked from one that has loaded the application.

Starting Python and loading the application takes seconds, forking takes none: so a test can kill
many. A victim is the ``main`` of a module of this folder; what it prints can be read here.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from typing import IO

WRITERS = ("import_writer", "grants_writer", "mall_writer", "hook_writer")

_context = get_context("forkserver")
_context.set_forkserver_preload([f"tests.crash.{name}" for name in WRITERS])


class Victim:
    """A process that runs a writer.

    Attributes:
        stdout: what it prints, line by line, to its end.
        stderr: what it complains about.
    """

    def __init__(self, writer: str, arguments: tuple[str, ...]) -> None:
        out, err = Pipe(duplex=False), Pipe(duplex=False)
        self._process = _context.Process(
            target=_live, args=(writer, arguments, out[1], err[1]), daemon=True
        )
        self._process.start()
        self.stdout, self.stderr = _text(out[0]), _text(err[0])
        for theirs in (out[1], err[1]):  # open on their side only: their end is the end
            theirs.close()

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
        """Wait for its end and forget it."""
        self._process.join()
        for each in (self.stdout, self.stderr):
            each.close()


@contextmanager
def a_victim(writer: str, *arguments: str) -> Iterator[Victim]:
    """Let a writer of :data:`WRITERS` run; the block ends when it has ended."""
    victim = Victim(writer, arguments)
    try:
        yield victim
    except BaseException:
        victim.end()
        raise
    finally:
        victim.close()


def _text(pipe: Connection) -> IO[str]:
    file = os.fdopen(os.dup(pipe.fileno()), encoding="utf-8")
    pipe.close()
    return file


def _live(writer: str, arguments: tuple[str, ...], out: Connection, err: Connection) -> None:
    for theirs, number in ((out, 1), (err, 2)):
        os.dup2(theirs.fileno(), number)
        theirs.close()
    import_module(f"tests.crash.{writer}").main(*arguments)
