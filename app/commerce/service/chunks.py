"""One chunk of a file: one transaction. Killed before its commit, it never was."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.commerce.models import ImportBatch, ImportIssue
from app.commerce.service.asides import issue_row, keep_aside
from app.commerce.service.placing import place_orders
from app.commerce.types import (
    BadRow,
    ChannelRow,
    Counts,
    IssueKind,
    IssueState,
    OrderDraft,
)
from app.kernel.db import changed, db, insert, use_case

ISSUES = ImportIssue.__table__


@use_case
def take_chunk(
    batch_id: int,
    channel: ChannelRow,
    *,
    start: int,
    end: int,
    drafts: Sequence[OrderDraft],
    bad: Sequence[BadRow],
) -> Counts | None:
    """Import the rows ``start`` < row ≤ ``end`` of a batch: orders, points, facts, position.

    Args:
        batch_id: the import they belong to.
        channel: where the orders come from.
        start: the position the batch must stand at.
        end: the position it stands at afterwards.
        drafts: the orders among the rows, at most about a thousand.
        bad: the rows that could not be read.

    Returns:
        What became of them, or None when the batch no longer stands at ``start``: somebody else
        took this chunk, nothing was written.
    """
    # The compare-and-swap comes first: it is the lock of the whole import.
    claimed = changed(
        sa.update(ImportBatch)
        .where(
            ImportBatch.id == batch_id,
            ImportBatch.row_position == start,
            ImportBatch.finished_at.is_(None),
        )
        .values(row_position=end)
    )
    if claimed != 1:
        return None
    placed = place_orders(channel, drafts, batch_id=batch_id)
    kept_aside = keep_aside(batch_id, channel, placed.changed)
    note_bad_rows(batch_id, bad)
    counts = Counts(
        len(placed.new) + len(placed.revived),
        placed.duplicates,
        len(placed.changed) + len(placed.replaced),
        kept_aside,
        len(bad),
    )
    add_counts(batch_id, counts)
    return counts


# --- issues --------------------------------------------------------------------------------------


def note_bad_rows(batch_id: int, bad: Sequence[BadRow]) -> None:
    """Note rows that could not be read: where they stand and why, nothing of themselves."""
    rows = [
        {
            **issue_row(batch_id, IssueKind.BAD, row.row, row.line_number),
            "state": IssueState.NOTED,
            "reason": row.problem.value,
            "column_name": row.column[:64],
        }
        for row in bad
    ]
    if rows:
        db.session.execute(insert(ISSUES), rows)


def add_counts(batch_id: int, counts: Counts) -> None:
    """Add to what became of a batch's rows."""
    batch = ImportBatch
    changed(
        sa.update(batch)
        .where(batch.id == batch_id)
        .values(
            new_count=batch.new_count + counts.new,
            duplicate_count=batch.duplicate_count + counts.duplicate,
            changed_count=batch.changed_count + counts.changed,
            kept_aside_count=batch.kept_aside_count + counts.kept_aside,
            bad_count=batch.bad_count + counts.bad,
        )
    )
