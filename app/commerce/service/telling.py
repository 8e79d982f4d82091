"""What happened to orders, told to the floors above."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from app.commerce.events import (
    OrderCancelled,
    OrderCorrected,
    OrderRefunded,
    OrderRevived,
    OrderWithdrawn,
    RefundCancelled,
    RefundChanged,
)
from app.commerce.service import projecting
from app.commerce.types import Change, StepKind
from app.kernel import clock, facts
from app.kernel.facts import Fact, Note
from app.kernel.types import Ref

if TYPE_CHECKING:
    from app.commerce.service.settling import Settled

WHOLE: Mapping[StepKind, type[OrderCancelled | OrderWithdrawn | OrderRevived]] = {
    StepKind.CANCELLED: OrderCancelled,
    StepKind.WITHDRAWN: OrderWithdrawn,
    StepKind.REVIVED: OrderRevived,
}


def tell(settled: Iterable["Settled"], actor_id: int | None) -> None:
    """Note a fact for every change of orders; an order that was placed is told elsewhere."""
    notes = [
        Note(
            fact,
            actor_id=actor_id,
            subject=Ref("order", each.order_id),
            concerns_id=each.rows.order.member_id,
            scope=Ref("channel", each.rows.order.channel_id),
            at=_moment(each, step.change) if isinstance(fact, OrderRefunded) else None,
        )
        for each in settled
        for step in each.steps()
        if (fact := _fact(each, step.change, step.moved)) is not None
    ]
    facts.publish_many(notes)


def _fact(each: "Settled", change: Change, moved: int) -> Fact | None:
    order = each.rows.order
    if change.refund_id is not None:
        return _about_refund(each, change, moved)
    if change.kind is StepKind.CORRECTED:
        return OrderCorrected(
            order.id, order.revision, order.paid_minor, order.currency, each.target, each.moved
        )
    whole = WHOLE.get(change.kind) if change.kind else None
    if whole is not None:
        return whole(order.id, order.paid_minor, order.currency, moved)
    return None


def _moment(each: "Settled", change: Change) -> datetime:
    """Return when a refund happened: its business day is the one it counts on."""
    now = clock.now()
    return min(
        (row.refunded_at for row in each.rows.refunds if row.id == change.refund_id), default=now
    )


def _about_refund(each: "Settled", change: Change, moved: int) -> Fact | None:
    order = each.rows.order
    refund = next((row for row in each.rows.refunds if row.id == change.refund_id), None)
    stands = each.rows.standing.refunds.get(change.refund_id or 0)
    refund_id = change.refund_id or 0
    if refund is None or stands is None or change.kind is StepKind.REFUND_CANCELLED:
        return RefundCancelled(order.id, refund_id, change.effective_before, order.currency, moved)
    figures = (order.id, refund.id, stands.line_no, stands.effective_minor, order.currency)
    if change.kind is StepKind.REFUND_CHANGED:
        return RefundChanged(*figures, moved)
    return OrderRefunded(*figures, projecting.phase_of(order, refund).value, moved)
