"""Kept-aside orders: staff take the new figures or keep the old. Points follow by the difference.

However the figures come and go, the points end where the last accepted figures put them, less what
came back since: the order is settled like after any other change.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.commerce import policy
from app.commerce.models import Channel, ImportIssue, Order, OrderLine
from app.commerce.service.asides import calm, kept_lines
from app.commerce.service.rows import line_rows
from app.commerce.service.settling import settle
from app.commerce.types import AlreadyDecidedError, Change, IssueState, StepKind
from app.kernel import audit, clock
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision did: the order's code, and by how many points its award moved."""

    code: str
    moved_points: int


@use_case
def keep_figures(issue_id: int, *, actor_id: int) -> Decided:
    """Keep an order as it is; the other figures stay on record and are not asked about again.

    Raises:
        NotFoundError: there is no such issue.
        AlreadyDecidedError: somebody was faster.
    """
    issue = _decide(issue_id, IssueState.DECLINED, actor_id)
    calm([issue.order_id])
    audit.note(actor_id, "order.figures_kept", Ref("order", issue.order_id), issue=issue_id)
    return Decided(issue.code, 0)


@use_case
def accept_figures(issue_id: int, *, actor_id: int) -> Decided:
    """Give an order the figures that came later, and its buyer the points they make.

    Raises:
        NotFoundError: there is no such issue.
        AlreadyDecidedError: somebody was faster.
    """
    issue = _decide(issue_id, IssueState.ACCEPTED, actor_id)
    ends_on = _rewrite(issue)
    moved = settle(
        [Change(issue.order_id, _kind(issue))],
        actor_id=actor_id,
        moved_window=[issue.order_id] if ends_on != issue.old_window_ends_on else [],
    )[issue.order_id]
    calm([issue.order_id])
    audit.note(
        actor_id,
        "order.figures_accepted",
        Ref("order", issue.order_id),
        issue=issue_id,
        old_minor=issue.old_paid_minor,
        new_minor=issue.paid_minor,
        moved_points=moved,
    )
    return Decided(issue.code, moved)


def _decide(issue_id: int, state: IssueState, actor_id: int) -> Any:
    """Claim an open issue; return it with its order as it still is."""
    claimed = changed(
        sa.update(ImportIssue)
        .where(ImportIssue.id == issue_id, ImportIssue.state == IssueState.OPEN)
        .values(state=state, decided_by=actor_id, decided_at=clock.now())
    )
    row = db.session.execute(
        sa.select(
            ImportIssue.__table__,
            Order.code,
            Order.paid_minor.label("old_paid_minor"),
            Order.paid_at.label("old_paid_at"),
            Order.window_ends_on.label("old_window_ends_on"),
            Order.cancelled_at.label("old_cancelled_at"),
            Channel.return_window_days,
        )
        .join(Order, Order.id == ImportIssue.order_id)
        .join(Channel, Channel.id == Order.channel_id)
        .where(ImportIssue.id == issue_id)
        .with_for_update(of=Order)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if claimed != 1:
        raise AlreadyDecidedError
    return row


def _kind(issue: Any) -> StepKind:
    if (issue.cancelled_at is None) == (issue.old_cancelled_at is None):
        return StepKind.CORRECTED
    return StepKind.REVIVED if issue.cancelled_at is None else StepKind.CANCELLED


def _rewrite(issue: Any) -> date:
    """Write the new figures and lines; return the end of the order's return window."""
    ends_on = policy.window_ends_on(issue.paid_at, issue.return_window_days)
    if clock.business_date(issue.paid_at) == clock.business_date(issue.old_paid_at):
        ends_on = issue.old_window_ends_on  # as it was promised
    changed(
        sa.update(Order)
        .where(Order.id == issue.order_id)
        .values(
            member_id=issue.member_id,
            currency=issue.currency,
            paid_minor=issue.paid_minor,
            paid_at=issue.paid_at,
            window_ends_on=ends_on,
            fingerprint=issue.fingerprint,
            batch_id=issue.batch_id,  # whose word it is now
            revision=Order.revision + 1,
            not_money_minor=issue.not_money_minor,
            cancelled_at=issue.cancelled_at,
            source_at=sa.func.coalesce(issue.source_at, Order.source_at),
        )
    )
    changed(sa.delete(OrderLine).where(OrderLine.order_id == issue.order_id))
    lines = line_rows(issue.order_id, kept_lines(issue.lines))
    db.session.execute(sa.insert(OrderLine), lines)
    return ends_on
