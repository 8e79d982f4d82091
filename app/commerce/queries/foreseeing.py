"""What a dry run has to know: which orders, refunds and numbers of a file are there already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.commerce.models import Order, Refund
from app.commerce.queries.keys import among
from app.commerce.types import RefundState
from app.kernel.db import db


@dataclass(frozen=True, slots=True)
class Known:
    """An order or refund as it stands.

    Attributes:
        mark: its figures: equal marks are equal figures.
        source_at: when the channel itself last changed it.
        is_withdrawn: its import was rolled back: it comes in as if it were new.
    """

    mark: str
    source_at: datetime | None
    is_withdrawn: bool


def known_orders(channel_id: int, external_ids: Collection[str]) -> dict[str, Known]:
    """Return the orders of these numbers that are known. One statement."""
    rows = db.session.execute(
        sa.select(Order.external_id, Order.fingerprint, Order.source_at, Order.withdrawn_at).where(
            Order.channel_id == channel_id, among(Order.external_id, external_ids)
        )
    )
    return {
        row.external_id: Known(row.fingerprint, row.source_at, row.withdrawn_at is not None)
        for row in rows
    }


def refund_mark(order: str, line: str, amount_minor: int, qty: int, *, is_cancelled: bool) -> str:
    """Return a refund's figures for comparison."""
    return "|".join((order, line, str(amount_minor), str(qty), "x" if is_cancelled else ""))


def known_refunds(channel_id: int, external_ids: Collection[str]) -> dict[str, Known]:
    """Return the refunds of these numbers that are known. One statement."""
    rows = db.session.execute(
        sa.select(
            Refund.external_id,
            Refund.order_external_id,
            Refund.line_ref,
            Refund.amount_minor,
            Refund.qty,
            Refund.state,
            Refund.source_at,
            Refund.fingerprint,
        ).where(Refund.channel_id == channel_id, among(Refund.external_id, external_ids))
    )
    return {
        row.external_id: Known(
            refund_mark(
                row.order_external_id,
                row.line_ref,
                row.amount_minor,
                row.qty,
                is_cancelled=row.state is RefundState.CANCELLED,
            ),
            row.source_at,
            is_withdrawn=not row.fingerprint,
        )
        for row in rows
    }


def known_numbers(channel_id: int, external_ids: Sequence[str]) -> set[str]:
    """Return those of these order numbers that are known. One statement."""
    return set(
        db.session.scalars(
            sa.select(Order.external_id).where(
                Order.channel_id == channel_id, among(Order.external_id, external_ids)
            )
        )
    )
