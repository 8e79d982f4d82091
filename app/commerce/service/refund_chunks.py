"""One chunk of a file of refunds: one transaction, like one of orders."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.commerce.models import ImportBatch
from app.commerce.service.chunks import add_counts, note_bad_rows
from app.commerce.service.refunds import place_refunds
from app.commerce.types import BadRow, ChannelRow, Counts, RefundDraft
from app.kernel.db import changed, use_case


@use_case
def take_refunds(
    batch_id: int,
    channel: ChannelRow,
    *,
    start: int,
    end: int,
    drafts: Sequence[RefundDraft],
    bad: Sequence[BadRow],
) -> Counts | None:
    """Import the rows ``start`` < row ≤ ``end`` of a batch of refunds.

    Args and returns as :func:`take_chunk`.
    """
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
    placed = place_refunds(channel, drafts, batch_id=batch_id)
    note_bad_rows(batch_id, bad)
    counts = Counts(placed.new, placed.duplicates, placed.changed, 0, len(bad))
    add_counts(batch_id, counts)
    return counts
