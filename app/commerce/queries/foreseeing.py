"""What a dry run has to know: which orders, refunds and numbers of a file are there already."""

from collections.abc import Collection

import sqlalchemy as sa

from app.commerce.models import Order, Refund
from app.commerce.types import KnownOrder, RefundState, RefundVersion
from app.kernel.db import db, is_one_of


def known_orders(channel_id: int, external_ids: Collection[str]) -> dict[str, KnownOrder]:
    """Return the orders of these numbers that are known. One statement."""
    rows = db.session.execute(
        sa.select(
            Order.external_id,
            Order.fingerprint,
            Order.source_at,
            Order.currency,
            Order.withdrawn_at,
        ).where(Order.channel_id == channel_id, is_one_of(Order.external_id, external_ids))
    )
    return {
        row.external_id: KnownOrder(
            row.fingerprint, row.source_at, row.currency, row.withdrawn_at is not None
        )
        for row in rows
    }


def known_refunds(channel_id: int, external_ids: Collection[str]) -> dict[str, RefundVersion]:
    """Return the refunds of these numbers that are known; an empty fingerprint: withdrawn."""
    rows = db.session.execute(
        sa.select(
            Refund.external_id,
            Refund.source_at,
            Refund.state,
            Refund.amount_minor,
            Refund.fingerprint,
        ).where(Refund.channel_id == channel_id, is_one_of(Refund.external_id, external_ids))
    )
    return {
        row.external_id: RefundVersion(
            row.source_at, row.state is RefundState.CANCELLED, row.amount_minor, row.fingerprint
        )
        for row in rows
    }


def known_numbers(channel_id: int, external_ids: Collection[str]) -> set[str]:
    """Return those of these order numbers that are known. One statement."""
    return set(
        db.session.scalars(
            sa.select(Order.external_id).where(
                Order.channel_id == channel_id, is_one_of(Order.external_id, external_ids)
            )
        )
    )
