"""Kept-aside orders: staff take the new figures or keep the old. Points follow by the difference.

Order points are a desired state: the target is computed from the figures and the rule version
frozen at the first award, and only the difference to what was posted moves. Whatever way the
figures come and go, the points end where the last accepted figures put them.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.commerce import policy
from app.commerce.events import OrderCorrected
from app.commerce.models import Channel, ImportIssue, Order, OrderAward, OrderLine
from app.commerce.service.chunks import line_rows
from app.commerce.types import (
    AlreadyDecidedError,
    IssueState,
    LineDraft,
    OrderState,
)
from app.kernel import audit, clock, facts
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Claw, Earn, Fund, Part
from app.loyalty import queries as rules

SCOPE = "order.correction"
REASON = "order.corrected"


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
    _settle(issue.order_id)
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
    revision, ends_on = _rewrite(issue)
    moved, points = _move_points(issue, revision, ends_on, actor_id)
    _settle(issue.order_id)
    audit.note(
        actor_id,
        "order.figures_accepted",
        Ref("order", issue.order_id),
        issue=issue_id,
        old_minor=issue.old_paid_minor,
        new_minor=issue.paid_minor,
        moved_points=moved,
    )
    facts.publish(
        OrderCorrected(issue.order_id, revision, issue.paid_minor, issue.currency, points, moved),
        actor_id=actor_id,
        subject=Ref("order", issue.order_id),
        concerns_id=issue.member_id,
        scope=Ref("channel", issue.channel_id),
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
            Order.channel_id,
            Order.member_id.label("old_member_id"),
            Order.paid_minor.label("old_paid_minor"),
            Order.window_ends_on.label("old_window_ends_on"),
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


def _rewrite(issue: Any) -> tuple[int, date]:
    """Write the new figures and lines; return the order's revision and end of window."""
    ends_on = policy.window_ends_on(issue.paid_at, issue.return_window_days)
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
            revision=Order.revision + 1,
        )
    )
    changed(sa.delete(OrderLine).where(OrderLine.order_id == issue.order_id))
    lines = [LineDraft(sku, qty, paid_minor) for sku, qty, paid_minor in issue.lines]
    db.session.execute(sa.insert(OrderLine), line_rows(issue.order_id, lines))
    revision = db.session.scalar(sa.select(Order.revision).where(Order.id == issue.order_id))
    return int(revision or 0), ends_on


def _settle(order_id: int) -> None:
    """Call an order paid again unless other figures for it still wait."""
    waits = sa.exists().where(
        ImportIssue.order_id == order_id, ImportIssue.state == IssueState.OPEN
    )
    changed(sa.update(Order).where(Order.id == order_id, ~waits).values(state=OrderState.PAID))


# --- points --------------------------------------------------------------------------------------


def _move_points(issue: Any, revision: int, ends_on: date, actor_id: int) -> tuple[int, int]:
    """Post the difference between target and award; return it, and the target."""
    award = db.session.execute(
        sa.select(OrderAward.points, OrderAward.rule_version).where(
            OrderAward.order_id == issue.order_id
        )
    ).one_or_none()
    version = award.rule_version if award else rules.rule_version()
    before = award.points if award else 0
    target = rules.order_points(issue.paid_minor, rule_version=version)
    move = _Move(issue.order_id, revision, version, actor_id)
    if issue.member_id == issue.old_member_id and ends_on == issue.old_window_ends_on:
        move.claw(issue.member_id, before - target)
        move.earn(issue.member_id, target - before, ends_on, issue)
    else:  # another buyer or another day: everything is taken back and given anew
        move.claw(issue.old_member_id, before)
        move.earn(issue.member_id, target, ends_on, issue)
    _remember(issue, revision, version, target)
    return target - before, target


@dataclass(frozen=True, slots=True)
class _Move:
    """Posts for one order at one revision."""

    order_id: int
    revision: int
    version: int
    actor_id: int

    def claw(self, member_id: int, points: int) -> None:
        """Take points and growth back; nothing for 0 or less."""
        if points > 0:
            ledger.post(
                Claw(
                    member_id=member_id,
                    fund=Fund.ORDER,
                    points=points,
                    growth=points,
                    reason=REASON,
                    scope=SCOPE,
                    key=f"claw:{self.order_id}:{self.revision}",
                    source=Ref("order", self.order_id),
                    rule_version=self.version,
                    actor_id=self.actor_id,
                )
            )

    def earn(self, member_id: int, points: int, ends_on: date, issue: Any) -> None:
        """Give points and growth; nothing for 0 or less."""
        if points > 0:
            part = Part(
                reason=REASON,
                points=points,
                growth=points,
                fund=Fund.ORDER,
                matures_on=ends_on + timedelta(days=1),
            )
            ledger.post(
                Earn(
                    member_id=member_id,
                    parts=(part,),
                    scope=SCOPE,
                    key=f"earn:{self.order_id}:{self.revision}",
                    source=Ref("order", self.order_id),
                    rule_version=self.version,
                    actor_id=self.actor_id,
                    occurred_at=issue.paid_at,
                )
            )


def _remember(issue: Any, revision: int, version: int, points: int) -> None:
    values = {"member_id": issue.member_id, "points": points, "revision": revision}
    changed(
        insert(OrderAward)
        .values(order_id=issue.order_id, rule_version=version, awarded_at=clock.now(), **values)
        .on_conflict_do_update(index_elements=["order_id"], set_=values)
    )
