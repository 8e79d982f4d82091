"""The job row of an import: begun once, taken up after a kill, finished once."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.commerce import queries
from app.commerce.events import ImportFinished
from app.commerce.models import ImportBatch
from app.commerce.types import Batch, BatchState, ChannelRow, FileKind, Refusal
from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.types import Ref

MAX_NAME_CHARS = 120


@use_case
def open_batch(
    channel: ChannelRow,
    *,
    kind: FileKind = FileKind.ORDERS,
    file_name: str,
    file_digest: str,
    mapping: Mapping[str, Any],
    mapping_digest: str,
    row_count: int | None,
    is_upload: bool = False,
    started_by: int | None = None,
) -> Batch:
    """Begin an import, or take up the unfinished one of the same file, mapping and channel.

    Returns:
        The batch; its ``position`` tells how many rows are done already.
    """
    same_job = (
        ImportBatch.channel_id == channel.id,
        ImportBatch.file_digest == file_digest,
        ImportBatch.mapping_digest == mapping_digest,
        ImportBatch.finished_at.is_(None),
    )
    row = {
        "id": ids.next_id(),
        "code": ids.new_code(),
        "channel_id": channel.id,
        "kind": kind,
        "file_name": file_name[-MAX_NAME_CHARS:],
        "file_digest": file_digest,
        "mapping": dict(mapping),
        "mapping_digest": mapping_digest,
        "state": BatchState.WAITING if is_upload else BatchState.RUNNING,
        "is_upload": is_upload,
        "row_position": 0,
        "row_count": row_count,
        "new_count": 0,
        "duplicate_count": 0,
        "changed_count": 0,
        "kept_aside_count": 0,
        "bad_count": 0,
        "refusal": None,
        "started_by": started_by,
        "started_at": clock.now(),
        "finished_at": None,
    }
    begun = changed(insert(ImportBatch).values(row).on_conflict_do_nothing())
    code = db.session.scalar(sa.select(ImportBatch.code).where(*same_job))
    if is_upload and not begun:  # begun by command and cut off: from now on the worker's
        changed(sa.update(ImportBatch).where(*same_job).values(is_upload=True))
    if begun and started_by is not None:
        subject = Ref("import", int(str(row["id"])))
        audit.note(started_by, "orders.import_started", subject, rows=row_count)
    return queries.get_batch(str(code))


@use_case
def begin(batch_id: int) -> Batch:
    """Note that a queued import is being worked at; return it."""
    changed(
        sa.update(ImportBatch)
        .where(ImportBatch.id == batch_id, ImportBatch.state == BatchState.WAITING)
        .values(state=BatchState.RUNNING)
    )
    return queries.batch_by_id(batch_id)


@use_case
def finish(batch_id: int) -> Batch:
    """Close an import whose rows are all done, and tell it. Closing twice is closing once."""
    closed = changed(
        sa.update(ImportBatch)
        .where(ImportBatch.id == batch_id, ImportBatch.finished_at.is_(None))
        .values(state=BatchState.DONE, finished_at=clock.now())
    )
    batch = queries.batch_by_id(batch_id)
    if closed:
        counts = batch.counts
        told = ImportFinished(
            batch.id, batch.channel_id, counts.new, counts.duplicate, counts.changed, counts.bad
        )
        facts.publish(told, subject=Ref("import", batch.id), scope=Ref("channel", batch.channel_id))
    return batch


@use_case
def refuse(batch_id: int, why: Refusal) -> None:
    """Close an import whose file can't be read to its end; what is done stays done."""
    changed(
        sa.update(ImportBatch)
        .where(ImportBatch.id == batch_id, ImportBatch.finished_at.is_(None))
        .values(state=BatchState.REFUSED, finished_at=clock.now(), refusal=why)
    )
