"""The story of an order's points: its steps, and the refunds behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.commerce.models import OrderStep, Refund
from app.commerce.types import RefundPhase, RefundState, StepKind
from app.kernel.db import db

MAX_STEPS = 200


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of an order's story, see :class:`OrderStep`."""

    kind: StepKind
    line_no: int | None
    amount_minor: int
    points: int
    moved_points: int
    is_by_staff: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class RefundView:
    """A refund as staff see it; ``excess_minor`` of it does not count."""

    code: str
    external_id: str
    line_ref: str
    line_no: int | None
    qty: int
    amount_minor: int
    effective_minor: int
    currency: str
    phase: RefundPhase
    is_phase_told: bool
    state: RefundState
    refunded_at: datetime

    @property
    def is_active(self) -> bool:
        """Return whether it holds."""
        return self.state is RefundState.ACTIVE

    @property
    def excess_minor(self) -> int:
        """Return what of it was above what had been paid."""
        return self.amount_minor - self.effective_minor if self.is_active else 0


def steps_of(order_id: int) -> list[StepView]:
    """Return the steps of an order, the latest ones first. One statement."""
    rows = db.session.execute(
        sa.select(OrderStep.__table__)
        .where(OrderStep.order_id == order_id)
        .order_by(OrderStep.id.desc())
        .limit(MAX_STEPS)
    )
    return [
        StepView(
            row.kind,
            row.line_no,
            row.amount_minor,
            row.points,
            row.moved_points,
            row.actor_id is not None,
            row.at,
        )
        for row in rows
    ]


def refunds_of(order_id: int) -> Sequence[RefundView]:
    """Return the refunds of an order, the earliest first. One statement."""
    rows = db.session.execute(
        sa.select(Refund.__table__)
        .where(Refund.order_id == order_id)
        .order_by(Refund.refunded_at, Refund.external_id)
    )
    return [_refund(row) for row in rows]


def _refund(row: Any) -> RefundView:
    return RefundView(
        row.code,
        row.external_id,
        row.line_ref,
        row.line_no,
        row.qty,
        row.amount_minor,
        row.effective_minor,
        row.currency,
        row.phase,
        row.phase_told,
        row.state,
        row.refunded_at,
    )
