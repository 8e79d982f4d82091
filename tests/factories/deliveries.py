"""Orders and refunds as a shop tells them, and everything that can be seen of an order after."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.commerce import service
from app.commerce.models import Order, OrderAward, OrderLine, Refund
from app.commerce.types import ChannelRow, LineDraft, LineKind, OrderDraft, RefundDraft
from app.kernel.db import db
from app.ledger import queries as ledger
from app.ledger.models import LOT, WALLET

PAID_AT = datetime(2026, 8, 28, 2, 0, tzinfo=UTC)
TOMATO = LineDraft("TOMATO", 2, 50_00, external_id="L1")
SPICY = LineDraft("SPICY", 1, 30_00, external_id="L2")
POST = LineDraft(None, 1, 10_00, LineKind.SHIPPING)

Event = OrderDraft | RefundDraft


def at(minutes: int) -> datetime:
    """Return a moment so many minutes after payment."""
    return PAID_AT + timedelta(minutes=minutes)


def order(
    number: str,
    told: int | None = 0,
    lines: Sequence[LineDraft] = (TOMATO, SPICY, POST),
    **more: Any,
) -> OrderDraft:
    """Return an order as its shop tells it, changed ``told`` minutes after payment."""
    values: dict[str, Any] = {
        "external_id": number,
        "buyer": f"buyer-of-{number}",
        "currency": "CNY",
        "paid_minor": sum(line.paid_minor for line in lines),
        "paid_at": PAID_AT,
        "lines": tuple(lines),
        "updated_at": None if told is None else at(told),
    }
    return OrderDraft(**{**values, **more})


def refund(number: str, name: str, amount: int, told: int | None = 0, **more: Any) -> RefundDraft:
    """Return a refund of an order as its shop tells it."""
    values: dict[str, Any] = {
        "external_id": f"{number}-{name}",
        "order_external_id": number,
        "currency": "CNY",
        "amount_minor": amount,
        "refunded_at": at(60),
        "updated_at": None if told is None else at(told),
    }
    return RefundDraft(**{**values, **more})


def deliver(channel: ChannelRow, events: Iterable[Event]) -> service.Taken:
    """Deliver events in one transaction."""
    told = list(events)
    return service.take_delivery(
        channel,
        [event for event in told if isinstance(event, OrderDraft)],
        [event for event in told if isinstance(event, RefundDraft)],
    )


def order_id_of(number: str) -> int:
    """Return the id of an order by its number."""
    return db.session.scalars(sa.select(Order.id).where(Order.external_id == number)).one()


def outcome(number: str, channel: ChannelRow | None = None) -> dict[str, Any]:
    """Return everything that must not depend on how the events of an order came."""
    db.session.rollback()
    which = [] if channel is None else [Order.channel_id == channel.id]
    row = db.session.execute(
        sa.select(Order.__table__).where(Order.external_id == number, *which)
    ).one()
    figures = (
        row.paid_minor, row.refunded_minor, row.earning_minor, row.not_money_minor, row.source_at,
        row.cancelled_at, row.shipped_at, row.state, row.window_ends_on,
    )  # fmt: skip
    lines = db.session.execute(
        sa.select(
            OrderLine.line_no, OrderLine.sku, OrderLine.paid_minor, OrderLine.kind,
            OrderLine.refunded_minor, OrderLine.refunded_qty,
        ).where(OrderLine.order_id == row.id).order_by(OrderLine.line_no)
    ).all()  # fmt: skip
    refunds = db.session.execute(
        sa.select(
            Refund.external_id, Refund.amount_minor, Refund.effective_minor, Refund.line_no,
            Refund.state, Refund.phase, Refund.order_id == row.id,
        ).where(
            Refund.order_external_id == number, Refund.channel_id == row.channel_id,
        ).order_by(Refund.external_id)
    ).all()  # fmt: skip
    balance = ledger.balance(row.member_id)
    lots = db.session.execute(
        sa.select(LOT.c.expires_on, LOT.c.matures_on, LOT.c.fund, LOT.c.remaining, LOT.c.held)
        .join(WALLET, WALLET.c.id == LOT.c.wallet_id)
        .where(WALLET.c.member_id == row.member_id, LOT.c.remaining > 0)
        .order_by(LOT.c.expires_on, LOT.c.matures_on)
    ).all()
    award = db.session.scalars(
        sa.select(OrderAward.points).where(OrderAward.order_id == row.id)
    ).one()
    # Numbers carry the order's own; what is compared is what follows it.
    short = [(name.removeprefix(number), *rest) for name, *rest in refunds]
    return {
        "figures": figures,
        "lines": [tuple(line) for line in lines],
        "refunds": short,
        "points": balance.available + balance.pending + balance.held - balance.debt,
        "growth": balance.growth,
        "lots": [tuple(lot) for lot in lots],
        "award": award,
    }
