"""Refunds that came before their orders, and the lock that lets no pair miss each other.

An order and its refund may come in two transactions at once; neither sees the other's rows before
it commits. Orders that come in share a lock of their channel (they take it where they stand in line
for their numbers); a refund that finds no order takes it alone and looks again. Whoever is second
sees the first.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from app.commerce.queries.standings import REFUNDS
from app.commerce.types import RefundState
from app.kernel.db import db, dialect_name, is_one_of

LOCK = 0x5EF0 << 40
"""Which advisory locks these are; a channel's id is hashed into the rest."""


def alone(channel_id: int) -> None:
    """Wait until every order of this channel that is coming in has come, and let none in."""
    if dialect_name() == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(key_of(channel_id))))


def key_of(channel_id: int) -> int:
    """Return the key of a channel's lock: who brings orders shares it (:mod:`.naming`)."""
    return LOCK + channel_id % (1 << 40)


def match(channel_id: int, orders: Mapping[str, int]) -> list[tuple[int, int, bool]]:
    """Give new orders the refunds that waited for them; the caller shares the channel's lock.

    Args:
        channel_id: where they come from.
        orders: order number -> order id.

    Returns:
        (order id, refund id, whether the refund holds), by the moment of the refund.
    """
    refund = REFUNDS.c
    found = db.session.execute(
        sa.select(refund.id, refund.order_external_id, refund.state)
        .where(
            refund.channel_id == channel_id,
            refund.order_id.is_(None),
            is_one_of(refund.order_external_id, orders),
        )
        .order_by(refund.refunded_at, refund.external_id)
        .with_for_update()
    ).all()
    matched = [
        (orders[row.order_external_id], row.id, row.state is RefundState.ACTIVE) for row in found
    ]
    if matched:
        db.session.connection().execute(
            sa.update(REFUNDS)
            .where(refund.id == sa.bindparam("b_id"))
            .values(order_id=sa.bindparam("b_order_id")),
            [{"b_id": refund_id, "b_order_id": order_id} for order_id, refund_id, _ in matched],
        )
    return matched
