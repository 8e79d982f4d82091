"""Read a big file in a process of its own, ahead of the one that writes the database.

Reading takes a fifth of an import's processor time, and the writer spends much of its own waiting
for the disk. So a file of many rows is read by a child, whose units come through a pipe in the same
order as :func:`~app.commerce.reading.streaming.units` yields them. The child knows no database; it
ends when its reader does, however that ends.
"""

import contextlib
import fcntl
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import IO, Any

from app.commerce.reading.layout import Reading
from app.commerce.reading.streaming import units
from app.commerce.types import BadRow, ChannelRow, LineDraft, OrderDraft, RefundDraft, Unit
from app.kernel import clock

FROM_ROWS = 20_000  # below this starting a process costs more than it saves
AT_ONCE = 64  # units a message
PIPE_BYTES = 1 << 20
KINDS = (Unit, OrderDraft, LineDraft, RefundDraft, BadRow)


def units_ahead(path: Path, reading: Reading, channel: ChannelRow) -> Iterator[Unit]:
    """Yield what :func:`units` yields; a big file is read by another process meanwhile.

    Raises:
        RuntimeError: that process has fallen; nothing was lost, the import can be taken up.
    """
    if reading.rows < FROM_ROWS:
        yield from units(path, reading, channel)
        return
    with subprocess.Popen(
        [sys.executable, "-m", "app.commerce.reading.ahead"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).resolve().parents[3],
    ) as child:
        try:
            assert child.stdin is not None  # noqa: S101 - it was asked for
            assert child.stdout is not None  # noqa: S101
            _widen(child.stdout)
            pickle.dump((path.resolve(), reading, channel, str(clock.zone())), child.stdin)
            child.stdin.close()
            yield from _received(child.stdout)
        finally:
            child.kill()  # done or not: what it still holds nobody reads


def _received(pipe: IO[bytes]) -> Iterator[Unit]:
    while True:
        try:
            message = pickle.load(pipe)  # noqa: S301 - of our own child, through a pipe of ours
        except EOFError:
            message = "it ended without a word"
        if isinstance(message, list):
            yield from message
        elif message is None:
            return
        else:
            raise RuntimeError(f"the process that reads the file has fallen: {message}")


def _widen(pipe: IO[bytes]) -> None:
    """Let the child read further ahead, where the system allows it."""
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


class _Pickler(pickle.Pickler):
    """Writes drafts as calls of their classes: read several times faster than field by field."""

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__(out, pickle.HIGHEST_PROTOCOL)
        self.dispatch_table = {kind: _as_call(kind) for kind in KINDS}


def _as_call(kind: type[Any]) -> Callable[[Any], tuple[type[Any], tuple[Any, ...]]]:
    values_of = attrgetter(*(field.name for field in fields(kind)))
    return lambda record: (kind, values_of(record))


def _send(message: list[Unit] | str | None, out: IO[bytes]) -> None:
    _Pickler(out).dump(message)


def main() -> None:
    """Read the file that the parent names and send its units; None at the end."""
    path, reading, channel, zone = pickle.load(sys.stdin.buffer)  # noqa: S301 - of our parent
    clock.set_zone(zone)
    out = sys.stdout.buffer
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):  # the parent is gone, or goes
        try:
            stream = units(path, reading, channel)
            while portion := list(islice(stream, AT_ONCE)):
                _send(portion, out)
            _send(None, out)
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - the parent raises it
            _send(type(error).__name__, out)
        finally:
            out.flush()


if __name__ == "__main__":
    main()
