"""What is known already of refunds that a shop tells again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.commerce.models import Order, Refund
from app.commerce.types import RefundDraft, RefundState
from app.kernel.db import db, is_one_of

REFUNDS = Refund.__table__
ORDERS = Order.__table__


def refund_moments(channel_id: int, numbers: Collection[str]) -> dict[str, datetime]:
    """Return when refunds of a channel happened, by the channel's number. One statement."""
    rows = db.session.execute(
        sa.select(REFUNDS.c.external_id, REFUNDS.c.refunded_at).where(
            REFUNDS.c.channel_id == channel_id, is_one_of(REFUNDS.c.external_id, numbers)
        )
    )
    return {row.external_id: row.refunded_at for row in rows}


@dataclass(frozen=True, slots=True)
class RefundLists:
    """What a channel's complete list of an order's refunds is to be compared with.

    Attributes:
        standing: refunds that hold and are older than the list.
        known: numbers of all refunds that are known, whether they hold or not.
        newer: orders of which a later version than the list's is known.
    """

    standing: tuple[RefundDraft, ...]
    known: frozenset[str]
    newer: frozenset[str]


def refund_lists(channel_id: int, complete: Mapping[str, datetime]) -> RefundLists:
    """Return what is known of orders whose refunds are all listed. Two statements.

    Locks the orders until the transaction ends: of two lists at once the second sees the first.

    Args:
        channel_id: where they come from.
        complete: order number -> the moment as of which the list is complete.
    """
    orders = db.session.execute(
        sa.select(ORDERS.c.external_id, ORDERS.c.source_at)
        .where(ORDERS.c.channel_id == channel_id, is_one_of(ORDERS.c.external_id, complete))
        .order_by(ORDERS.c.id)
        .with_for_update()
    ).all()
    refunds = db.session.execute(
        sa.select(REFUNDS).where(
            REFUNDS.c.channel_id == channel_id, is_one_of(REFUNDS.c.order_external_id, complete)
        )
    ).all()
    return RefundLists(
        tuple(
            RefundDraft(
                row.external_id,
                row.order_external_id,
                row.currency,
                row.amount_minor,
                row.refunded_at,
                row.line_ref,
                row.qty,
                row.phase if row.phase_told else None,
                updated_at=row.source_at,
            )
            for row in refunds
            if row.state is RefundState.ACTIVE
            and (row.source_at is None or row.source_at < complete[row.order_external_id])
        ),
        frozenset(row.external_id for row in refunds),
        frozenset(
            row.external_id
            for row in orders
            if row.source_at is not None and row.source_at > complete[row.external_id]
        ),
    )
