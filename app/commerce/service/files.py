"""Files of orders and refunds: in chunks, taken up after a kill."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from app.commerce import queries
from app.commerce.reading import Options, Reading, RefusedRows, inspect
from app.commerce.reading.ahead import units_ahead
from app.commerce.reading.workbook import Unpacked, is_workbook, to_csv
from app.commerce.service.batches import finish, open_batch
from app.commerce.service.chunking import Chunk, chunks
from app.commerce.service.chunks import take_chunk
from app.commerce.service.refund_chunks import take_refunds
from app.commerce.types import (
    CHUNK_ROWS,
    Batch,
    BatchState,
    ChannelRow,
    Counts,
    FileKind,
    Unit,
)
from app.kernel.bulk import seldom_collecting
from app.kernel.db import db

Progress = Callable[[int], None]
"""Called with the rows done so far."""
BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Report:
    """What an import did, in this run and before.

    Attributes:
        refused_path: the error file, or None when every row could be read.
    """

    batch: Batch
    refused_path: Path | None

    @property
    def is_complete(self) -> bool:
        """Return whether all rows are done; else another process is importing the same file."""
        return self.batch.state is BatchState.DONE


def as_csv(path: Path, folder: Path, sheet: str = "") -> Path:
    """Return the file itself, or for a workbook the CSV that is made of it once.

    Args:
        path: the file as it came.
        folder: where that CSV is kept for a week; a second run over the same workbook finds it.
        sheet: which sheet; empty: the first one with rows.

    Raises:
        FileRefusedError: the workbook can't be read.
    """
    if not is_workbook(path):
        return path
    digest = hashlib.sha256(sheet.encode())
    with path.open("rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            digest.update(block)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"book{digest.hexdigest()[:24]}.csv"
    if not target.exists():
        unpacked_at(path, target, sheet)
    return target


def unpacked_at(source: Path, target: Path, sheet: str = "") -> Unpacked:
    """Make a CSV of a workbook; see :func:`app.commerce.reading.workbook.to_csv`."""
    return to_csv(source, target, sheet)


def import_file(
    path: Path,
    channel: ChannelRow,
    options: Options,
    *,
    errors_path: Path,
    file_name: str = "",
    started_by: int | None = None,
    on_begin: Callable[[Batch], None] | None = None,
    on_progress: Progress | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> Report:
    """Import a CSV file, or take up an import of it that was killed.

    Raises:
        FileRefusedError: it can't be imported; nothing was written.
    """
    reading = inspect(path, options)
    batch = open_batch(
        channel,
        kind=options.kind,
        file_name=file_name or path.name,
        file_digest=reading.digest,
        mapping=reading.as_json(),
        mapping_digest=reading.mapping_digest,
        row_count=reading.rows,
        started_by=started_by,
    )
    if on_begin is not None:
        on_begin(batch)
    with RefusedRows(errors_path, reading.layout.header) as refused:
        stream = noting(units_ahead(path, reading, channel), refused)
        batch = import_rows(batch, channel, stream, on_progress=on_progress, chunk_rows=chunk_rows)
    return Report(batch, errors_path if refused.count else None)


def noting(stream: Iterable[Unit], refused: RefusedRows) -> Iterator[Unit]:
    """Write bad rows to the error file as they pass, those of an earlier run too."""
    for unit in stream:
        if unit.bad:
            refused.write(unit.bad)
        yield unit


def import_rows(
    batch: Batch,
    channel: ChannelRow,
    stream: Iterable[Unit],
    *,
    on_progress: Progress | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> Batch:
    """Import a stream of units in chunks, from the batch's position on, and finish the batch.

    Args:
        batch: from :func:`open_batch`.
        channel: where the orders come from.
        stream: all units of the source, the same ones in the same order at every call.
        on_progress: told after every chunk.
        chunk_rows: about how many rows are one transaction.

    Returns:
        The batch as it stands: done, or not when another process is at it.
    """
    with seldom_collecting():
        for chunk in chunks(stream, batch.position, chunk_rows):
            if take(batch, channel, chunk) is None:
                db.session.rollback()
                return queries.batch_by_id(batch.id)
            if on_progress is not None:
                on_progress(chunk.end)
    return finish(batch.id)


def take(batch: Batch, channel: ChannelRow, chunk: Chunk) -> Counts | None:
    """Import one chunk; None when somebody else took it."""
    start, end = chunk.start, chunk.end
    if batch.kind is FileKind.REFUNDS:
        return take_refunds(
            batch.id, channel, start=start, end=end, drafts=chunk.refunds, bad=chunk.bad
        )
    return take_chunk(batch.id, channel, start=start, end=end, drafts=chunk.orders, bad=chunk.bad)


class OpenImport:
    """An import whose file stays open between two turns of the worker.

    Reading again from the start what is done already would cost a big file more with every turn.
    """

    def __init__(self, batch: Batch, channel: ChannelRow, path: Path, errors: Path) -> None:
        reading = Reading.from_json(queries.batch_mapping(batch.id))
        self.batch_id, self.position = batch.id, batch.position
        self._batch, self._channel, self._stack = batch, channel, ExitStack()
        refused = self._stack.enter_context(RefusedRows(errors, reading.layout.header))
        stream = noting(units_ahead(path, reading, channel), refused)
        self._chunks = chunks(stream, batch.position, CHUNK_ROWS)

    def go_on(self, should_stop: Callable[[], bool]) -> bool:
        """Take chunks until there is none, or it is time; return whether the worker goes on."""
        with seldom_collecting():
            return self._go_on(should_stop)

    def _go_on(self, should_stop: Callable[[], bool]) -> bool:
        for chunk in self._chunks:
            if take(self._batch, self._channel, chunk) is None:
                db.session.rollback()
                return False
            self.position = chunk.end
            if should_stop():
                return True
        finish(self.batch_id)
        return False

    def close(self) -> None:
        """Let go of the files."""
        self._chunks.close()  # type: ignore[attr-defined]  # a generator
        self._stack.close()
