"""One chunk of a file of refunds: one transaction, like one of orders."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import ImportBatch
from app.commerce.service.chunks import _add_counts, _note_bad_rows
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
    placed = verb("place_refunds")(channel, drafts, batch_id=batch_id)
    _note_bad_rows(batch_id, bad)
    counts = Counts(placed.new, placed.duplicates, placed.changed, 0, len(bad))
    _add_counts(batch_id, counts)
    return counts


def verb(name: str) -> Callable[..., Any]:
    """Return one of this domain's own verbs by its name."""
    from app.commerce import service

    return cast("Callable[..., Any]", getattr(service, name))
