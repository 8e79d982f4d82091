"""Recompute what commerce keeps: points per order, states of disputed orders."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.commerce.models import ImportIssue, Order, OrderAward
from app.commerce.types import IssueState, OrderState
from app.kernel.db import db, in_use_case
from app.ledger import queries as ledger
from app.loyalty import queries as rules

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

    Two statements for a thousand orders; memory stays flat.
    """
    last = 0
    while rows := _orders_after(last):
        last = rows[-1].id
        posted = ledger.earned_by_sources("order", [row.id for row in rows])
        if not in_use_case():
            db.session.rollback()  # hold no snapshot between batches
        for row in rows:
            target = rules.order_points(row.paid_minor, rule_version=row.rule_version)
            kept, moved = row.points or 0, posted.get(row.id, 0)
            if not target == kept == moved:
                yield AwardDrift(row.id, row.code, target, kept, moved)


def drifting_awards() -> Iterator[str]:
    """Yield one sentence for every order whose points don't agree."""
    return map(str, award_drifts())


def _orders_after(order_id: int) -> Sequence[Any]:
    return db.session.execute(
        sa.select(
            Order.id, Order.code, Order.paid_minor, OrderAward.points, OrderAward.rule_version
        )
        .outerjoin(OrderAward, OrderAward.order_id == Order.id)
        .where(Order.id > order_id)
        .order_by(Order.id)
        .limit(BATCH)
    ).all()


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
