"""Files of orders: from the command line, from the console, in chunks, taken up after a kill."""

import csv
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import structlog

from app.commerce import policy, queries
from app.commerce.reading import Options, Reading, RefusedRows, inspect, units
from app.commerce.service.batches import begin, finish, open_batch, refuse
from app.commerce.service.chunks import take_chunk
from app.commerce.types import (
    CHUNK_ROWS,
    BadRow,
    Batch,
    BatchState,
    ChannelRow,
    Counts,
    OrderDraft,
    Refusal,
    Unit,
)
from app.kernel import clock, jobs
from app.kernel.db import db

log = structlog.get_logger(__name__)

SLICE_SECONDS = 15.0  # the worker's other sweeps get a turn after this long
KEEP_UPLOADS_DAYS = 7
ARRIVING = timedelta(minutes=2)  # from the batch's commit to its file in its place, at most

Progress = Callable[[int], None]
"""Called with the rows done so far."""


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


def import_file(
    path: Path,
    channel: ChannelRow,
    options: Options,
    *,
    errors_path: Path,
    started_by: int | None = None,
    on_begin: Callable[[Batch], None] | None = None,
    on_progress: Progress | None = None,
    chunk_rows: int = CHUNK_ROWS,
) -> Report:
    """Import a file of orders, or take up an import of it that was killed.

    Raises:
        FileRefusedError: it can't be imported; nothing was written.
    """
    reading = inspect(path, options)
    batch = open_batch(
        channel,
        file_name=path.name,
        file_digest=reading.digest,
        mapping=reading.as_json(),
        mapping_digest=reading.mapping_digest,
        row_count=reading.rows,
        started_by=started_by,
    )
    if on_begin is not None:
        on_begin(batch)
    return _run(batch, channel, path, reading, errors_path, on_progress, chunk_rows)


def _run(
    batch: Batch,
    channel: ChannelRow,
    path: Path,
    reading: Reading,
    errors_path: Path,
    on_progress: Progress | None = None,
    chunk_rows: int = CHUNK_ROWS,
    should_stop: Callable[[], bool] | None = None,
) -> Report:
    with RefusedRows(errors_path, reading.layout.header) as refused:
        batch = import_rows(
            batch,
            channel,
            _noting(units(path, reading, channel), refused),
            on_progress=on_progress,
            chunk_rows=chunk_rows,
            should_stop=should_stop,
        )
    return Report(batch, errors_path if refused.count else None)


def _noting(stream: Iterable[Unit], refused: RefusedRows) -> Iterator[Unit]:
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
    should_stop: Callable[[], bool] | None = None,
) -> Batch:
    """Import a stream of units in chunks, from the batch's position on, and finish the batch.

    Args:
        batch: from :func:`open_batch`.
        channel: where the orders come from.
        stream: all units of the source, the same ones in the same order at every call.
        on_progress: told after every chunk.
        chunk_rows: about how many rows are one transaction.
        should_stop: asked between chunks; True leaves the batch to be taken up later.

    Returns:
        The batch as it stands: done, or not when stopped or when another process is at it.
    """
    for chunk in _chunks(stream, batch.position, chunk_rows):
        taken = take_chunk(
            batch.id, channel, start=chunk.start, end=chunk.end, drafts=chunk.drafts, bad=chunk.bad
        )
        if taken is None or (should_stop is not None and should_stop()):
            db.session.rollback()
            return queries.batch_by_id(batch.id)
        if on_progress is not None:
            on_progress(chunk.end)
    return finish(batch.id)


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Rows ``start`` < row ≤ ``end`` in the order in which they are delivered."""

    start: int
    end: int
    drafts: list[OrderDraft]
    bad: list[BadRow]


def _chunks(stream: Iterable[Unit], position: int, chunk_rows: int) -> Iterator[_Chunk]:
    passed = start = position
    drafts: list[OrderDraft] = []
    bad: list[BadRow] = []
    for unit in _after(stream, position):
        passed += unit.rows
        bad.extend(unit.bad)
        if unit.order is not None:
            drafts.append(unit.order)
        if passed - start >= chunk_rows:
            yield _Chunk(start, passed, drafts, bad)
            start, drafts, bad = passed, [], []
    if passed > start:
        yield _Chunk(start, passed, drafts, bad)


def _after(stream: Iterable[Unit], position: int) -> Iterator[Unit]:
    """Pass over the units that an earlier run has committed."""
    passed = 0
    for unit in stream:
        passed += unit.rows
        if passed > position:
            yield unit


# --- dry run -------------------------------------------------------------------------------------


def dry_run(
    path: Path,
    channel: ChannelRow,
    options: Options,
    *,
    errors_path: Path,
    on_begin: Callable[[Reading], None] | None = None,
    on_progress: Progress | None = None,
) -> tuple[Counts, Path | None]:
    """Say what an import of a file would do; write nothing but the error file.

    Raises:
        FileRefusedError: it can't be imported.
    """
    reading = inspect(path, options)
    if on_begin is not None:
        on_begin(reading)
    counts, seen = Counts(), dict[int, int]()
    with RefusedRows(errors_path, reading.layout.header) as refused:
        stream = _noting(units(path, reading, channel), refused)
        for chunk in _chunks(stream, 0, CHUNK_ROWS):
            counts += _foresee(channel, chunk, seen)
            db.session.rollback()  # hold no snapshot while the next rows are read
            if on_progress is not None:
                on_progress(chunk.end)
    return counts, errors_path if refused.count else None


def _foresee(channel: ChannelRow, chunk: _Chunk, seen: dict[int, int]) -> Counts:
    """Count a chunk; ``seen`` holds two hashes for every order that the file would add."""
    known = queries.fingerprints(channel.id, [draft.external_id for draft in chunk.drafts])
    new = duplicate = differing = 0
    for draft in chunk.drafts:
        mark = policy.fingerprint(channel.code, draft)
        number = hash(draft.external_id)
        if draft.external_id in known:
            is_same = known[draft.external_id] == mark
        elif number in seen:
            is_same = seen[number] == hash(mark)
        else:
            seen[number] = hash(mark)
            new += 1
            continue
        duplicate += is_same
        differing += not is_same
    return Counts(new, duplicate, differing, differing, len(chunk.bad))


# --- uploads -------------------------------------------------------------------------------------


def upload(
    folder: Path,
    stream: BinaryIO,
    channel: ChannelRow,
    options: Options,
    *,
    file_name: str,
    started_by: int,
) -> Batch:
    """Take a file into ``folder`` and queue its import; the worker does it.

    Raises:
        FileRefusedError: it can't be imported; it is gone again.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    arrived = folder / f"arriving-{time.monotonic_ns()}.csv"
    try:
        with arrived.open("xb") as file:
            arrived.chmod(0o600)  # buyers stand in it
            shutil.copyfileobj(stream, file)
        reading = inspect(arrived, options)
        batch = open_batch(
            channel,
            file_name=Path(file_name.replace("\\", "/")).name or "orders.csv",
            file_digest=reading.digest,
            mapping=reading.as_json(),
            mapping_digest=reading.mapping_digest,
            row_count=reading.rows,
            is_upload=True,
            started_by=started_by,
        )
        arrived.replace(upload_path(folder, batch))
    finally:
        arrived.unlink(missing_ok=True)
    jobs.nudge("commerce.import")
    return batch


def upload_path(folder: Path, batch: Batch) -> Path:
    """Return where an uploaded file lies until it is forgotten."""
    return folder / f"{batch.code}.csv"


def errors_path(folder: Path, batch: Batch) -> Path:
    """Return where the bad rows of an uploaded file are written."""
    return folder / f"{batch.code}-errors.csv"


def import_uploads(folder: Path) -> int:
    """Go on with the oldest queued upload for some seconds; return how many rows that did."""
    batch = queries.next_upload()
    if batch is None:
        return 0
    path = upload_path(folder, batch)
    if not path.exists():
        if batch.started_at > clock.now() - ARRIVING:
            return 0  # the website is about to move it here
        refuse(batch.id, Refusal.GONE)
        return 1
    batch = begin(batch.id)
    channel = queries.get_channel(batch.channel_id)
    reading = Reading.from_json(queries.batch_mapping(batch.id))
    until = time.monotonic() + SLICE_SECONDS
    try:
        report = _run(
            batch,
            channel,
            path,
            reading,
            errors_path(folder, batch),
            should_stop=lambda: jobs.stopping() or time.monotonic() > until,
        )
    except (csv.Error, UnicodeError):
        log.exception("import_unreadable", batch=batch.code)
        refuse(batch.id, Refusal.UNREADABLE)
        return 1
    return report.batch.position - batch.position


def forget_old_uploads(folder: Path) -> int:
    """Delete uploaded files and error files older than a week; return how many."""
    if not folder.is_dir():
        return 0
    busy = queries.unfinished_codes()
    oldest = time.time() - KEEP_UPLOADS_DAYS * 86_400
    old = [
        path
        for path in folder.glob("*.csv")
        if path.stat().st_mtime < oldest and path.stem.partition("-")[0] not in busy
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
