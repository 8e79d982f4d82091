"""What is kept beside an order though it could be computed: written whenever it is settled."""

from collections.abc import Collection, Iterable
from typing import Any, cast

import sqlalchemy as sa

from app.commerce import policy
from app.commerce.models import ImportIssue
from app.commerce.queries.standings import LINES, ORDERS, REFUNDS, OrderRows
from app.commerce.types import IssueState, OrderState, RefundPhase
from app.kernel import clock
from app.kernel.db import changed, db

ISSUES = cast("sa.Table", ImportIssue.__table__)


def write(rows: Iterable[OrderRows]) -> None:
    """Write figures of orders, lines and refunds where they differ from what is kept.

    One statement a table, none where all is right.
    """
    orders: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    refunds: list[dict[str, Any]] = []
    for each in rows:
        orders += _order(each)
        lines += _lines(each)
        refunds += _refunds(each)
    _update(ORDERS, ("id",), ("refunded_minor", "earning_minor"), orders)
    _update(LINES, ("order_id", "line_no"), ("refunded_minor", "refunded_qty"), lines)
    _update(REFUNDS, ("id",), ("effective_minor", "line_no", "phase"), refunds)


def _order(rows: OrderRows) -> list[dict[str, Any]]:
    order, standing = rows.order, rows.standing
    figures = (standing.refunded_minor, standing.earning_minor)
    if figures == (order.refunded_minor, order.earning_minor):
        return []
    return [{"b_id": order.id, "refunded_minor": figures[0], "earning_minor": figures[1]}]


def _lines(rows: OrderRows) -> list[dict[str, Any]]:
    return [
        {
            "b_order_id": line.order_id,
            "b_line_no": line.line_no,
            "refunded_minor": stands.refunded_minor,
            "refunded_qty": stands.refunded_qty,
        }
        for line, stands in zip(rows.lines, rows.standing.lines, strict=True)
        if (line.refunded_minor, line.refunded_qty) != (stands.refunded_minor, stands.refunded_qty)
    ]


def _refunds(rows: OrderRows) -> list[dict[str, Any]]:
    written = []
    for refund in rows.refunds:
        stands = rows.standing.refunds[refund.id]
        phase = phase_of(rows.order, refund)
        kept = (refund.effective_minor, refund.line_no, refund.phase)
        if kept != (stands.effective_minor, stands.line_no, phase):
            written.append(
                {
                    "b_id": refund.id,
                    "effective_minor": stands.effective_minor,
                    "line_no": stands.line_no,
                    "phase": phase,
                }
            )
    return written


def phase_of(order: Any, refund: Any) -> RefundPhase:
    """Return when a refund happened: as the channel told, else by the order's own dates."""
    if refund.phase_told:
        told: RefundPhase = refund.phase
        return told
    return policy.phase_of(refund.refunded_at, order.shipped_at, order.received_at, refund.qty)


def _update(
    table: Any, keys: tuple[str, ...], columns: tuple[str, ...], rows: list[dict[str, Any]]
) -> None:
    if not rows:
        return
    statement = (
        sa.update(table)
        .where(*(table.c[key] == sa.bindparam(f"b_{key}") for key in keys))
        .values({name: sa.bindparam(name) for name in columns})
    )
    db.session.connection().execute(statement, rows)


def withdraw(order_ids: Collection[int], actor_id: int | None) -> None:
    """Mark orders as withdrawn; decline figures that wait for a decision on them."""
    now = clock.now()
    changed(
        sa.update(ISSUES)
        .where(ISSUES.c.order_id.in_(list(order_ids)), ISSUES.c.state == IssueState.OPEN)
        .values(state=IssueState.DECLINED, decided_by=actor_id, decided_at=now)
    )
    changed(
        sa.update(ORDERS)
        .where(ORDERS.c.id.in_(list(order_ids)))
        .values(withdrawn_at=now, state=OrderState.PAID)
    )
