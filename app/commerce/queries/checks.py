"""Recompute what commerce keeps: points per order, states of disputed orders."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from app.commerce.models import ImportIssue, Order, Refund
from app.commerce.queries.standings import HOME_CURRENCY, ORDERS, OrderRows, rows_of
from app.commerce.types import IssueState, OrderState
from app.kernel.db import db, in_use_case
from app.ledger import queries as ledger

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class AwardDrift:
    """An order whose points don't agree.

    Attributes:
        target: points of its figures under the rule version frozen at its first award.
        kept: what its award row says.
        posted: what the ledger gave for it, less what it took back.
    """

    order_id: int
    code: str
    target: int
    kept: int
    posted: int

    def __str__(self) -> str:
        return (
            f"order {self.code}: its figures make {self.target} points, its award says "
            f"{self.kept}, the ledger posted {self.posted}"
        )


def award_drifts() -> Iterator[AwardDrift]:
    """Yield every order whose target, award and posted points are not one figure.

    The target is computed from lines and refunds, not from what is kept beside the order. Five
    statements for a thousand orders; memory stays flat.
    """
    for rows in _batches():
        posted = ledger.earned_by_sources("order", [each.order.id for each in rows])
        for each in rows:
            kept = each.award.points if each.award else 0
            moved = posted.get(each.order.id, 0)
            if not each.target == kept == moved:
                yield AwardDrift(each.order.id, each.order.code, each.target, kept, moved)


def drifting_awards() -> Iterator[str]:
    """Yield one sentence for every order whose points don't agree."""
    return map(str, award_drifts())


def drifting_figures() -> Iterator[str]:
    """Yield one sentence for every figure kept beside an order that its rows do not make."""
    for rows in _batches():
        for each in rows:
            yield from _figure_drifts(each)


def _figure_drifts(rows: OrderRows) -> Iterator[str]:
    order, standing = rows.order, rows.standing
    if sum(line.paid_minor for line in rows.lines) != order.paid_minor:
        yield f"order {order.code} was paid with {order.paid_minor}, its lines say otherwise"
    for name in ("refunded_minor", "earning_minor"):
        kept, made = getattr(order, name), getattr(standing, name)
        if kept != made:
            yield f"order {order.code} keeps {name} {kept}, its lines and refunds make {made}"
    for line, stands in zip(rows.lines, standing.lines, strict=True):
        if (line.refunded_minor, line.refunded_qty) != (
            stands.refunded_minor, stands.refunded_qty,
        ):  # fmt: skip
            yield f"line {line.line_no} of order {order.code}: what came back is not its refunds"
    for refund in rows.refunds:
        if refund.effective_minor != standing.refunds[refund.id].effective_minor:
            yield (
                f"refund {refund.code} counts {refund.effective_minor}, "
                f"should be {standing.refunds[refund.id].effective_minor}"
            )


def _batches() -> Iterator[list[OrderRows]]:
    last = 0
    while rows := _rows_after(last):
        last = rows[-1].order.id
        yield rows


def _rows_after(order_id: int) -> list[OrderRows]:
    orders = db.session.execute(
        sa.select(ORDERS, HOME_CURRENCY)
        .where(ORDERS.c.id > order_id)
        .order_by(ORDERS.c.id)
        .limit(BATCH)
    ).all()
    rows = rows_of(orders) if orders else []
    if not in_use_case():
        db.session.rollback()  # hold no snapshot between batches
    return rows


def lost_refunds() -> Iterator[str]:
    """Yield one sentence for every refund that waits although its order has come."""
    rows = db.session.execute(
        sa.select(Refund.code, Order.code.label("order_code"))
        .join(
            Order,
            sa.and_(
                Order.channel_id == Refund.channel_id,
                Order.external_id == Refund.order_external_id,
            ),
        )
        .where(Refund.order_id.is_(None))
        .order_by(Refund.id)
    )
    for row in rows:
        yield f"refund {row.code} waits, yet its order {row.order_code} has come"


def misplaced_states() -> Iterator[str]:
    """Yield one sentence for every order whose state and open issues contradict each other."""
    waits = (
        sa.exists()
        .where(ImportIssue.order_id == Order.id, ImportIssue.state == IssueState.OPEN)
        .correlate(Order)
    )
    is_disputed = Order.state == OrderState.DISPUTED
    rows = db.session.execute(
        sa.select(Order.code, Order.state)
        .where(sa.or_(sa.and_(is_disputed, ~waits), sa.and_(~is_disputed, waits)))
        .order_by(Order.id)
    )
    for row in rows:
        waiting = "nothing waits" if row.state is OrderState.DISPUTED else "figures wait"
        yield f"order {row.code} is {row.state.value}, yet {waiting} for a decision on it"
