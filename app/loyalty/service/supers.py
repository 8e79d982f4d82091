"""Super-membership: invited by the rule, answered by the member, reviewed on refunds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.facts import Note
from app.kernel.types import Ref
from app.loyalty.events import SuperMemberChanged, SuperMemberInvited
from app.loyalty.models.supers import SuperMember, SuperRuleRow, SuperStep
from app.loyalty.policy.tiers import months_after
from app.loyalty.queries import counted, supers
from app.loyalty.service import telling
from app.loyalty.types.supers import (
    NotInvitedError,
    SuperMembership,
    SuperRule,
    SuperRuleError,
    SuperState,
    SuperStateError,
)

ROW = cast("sa.Table", SuperMember.__table__)
AT_ONCE = 100
MAX_MONTHS, MAX_DAYS = 60, 365
S = SuperState


@dataclass(frozen=True, slots=True)
class _Step:
    """What the rule does to one member now; ``to`` None: only his figure changed."""

    member_id: int
    former: S | None
    to: S | None
    net_minor: int
    review_until: date | None = None


def review_all() -> int:
    """Let the rule look at everybody; return how many memberships it moved.

    A re-runnable sweep: whoever reaches the mark is invited, whoever fell below it is put under
    review, a review that nobody decided lapses.
    """
    rule, today = supers.rule(), clock.business_date()
    net = counted.read(counted.NET_SPEND, None, supers.window_of(rule))
    steps = list(_steps(rule, today, net, supers.all_memberships()))
    newcomers = supers.who_signed_up([s.member_id for s in steps if s.to is S.INVITED])
    steps = [step for step in steps if step.to is not S.INVITED or step.member_id in newcomers]
    for start in range(0, len(steps), AT_ONCE):
        _take(steps[start : start + AT_ONCE])
    return sum(step.to is not None for step in steps)


def _steps(
    rule: SuperRule, today: date, net: Mapping[int, int], known: Mapping[int, SuperMembership]
) -> Iterator[_Step]:
    for member_id in sorted({*net, *known}):
        paid, one = net.get(member_id, 0), known.get(member_id)
        if one is None:
            if paid >= rule.threshold_minor:
                yield _Step(member_id, None, S.INVITED, paid)
            continue
        to = _moves_to(one, today, reaches=paid >= rule.threshold_minor)
        until = today + timedelta(days=rule.grace_days) if to is S.REVIEW else None
        if to is not None or paid != one.net_minor:
            yield _Step(member_id, one.state, to, paid, until)


def _moves_to(one: SuperMembership, today: date, *, reaches: bool) -> S | None:
    """Return where a membership goes by itself, or None where it stays."""
    if reaches:
        return {S.LAPSED: S.INVITED, S.REVIEW: S.ACCEPTED}.get(one.state)
    if one.state is S.INVITED:
        return S.LAPSED
    if one.state is S.ACCEPTED and not (one.kept_until and today <= one.kept_until):
        return S.REVIEW
    is_over = one.review_until is not None and today > one.review_until
    return S.LAPSED if one.state is S.REVIEW and is_over else None


@use_case
def _take(steps: list[_Step]) -> None:
    now = clock.now()
    for step in steps:
        if step.to is None:
            _figure(step)
        elif step.former is None:
            made = insert(ROW).values(
                member_id=step.member_id, state=step.to, net_minor=step.net_minor, invited_at=now
            )
            if changed(made.on_conflict_do_nothing()):
                _tell(step.member_id, None, step.to, step.net_minor)
        else:
            values: dict[str, Any] = {"review_until": step.review_until}
            if step.to is S.INVITED:
                values |= {"invited_at": now, "answered_at": None, "kept_until": None}
            _move(step.member_id, step.former, step.to, net_minor=step.net_minor, **values)


def _figure(step: _Step) -> None:
    changed(
        sa.update(ROW).where(ROW.c.member_id == step.member_id).values(net_minor=step.net_minor)
    )


def _move(member_id: int, former: S, to: S, *, actor_id: int | None = None, **values: Any) -> bool:
    """Move one membership if it still stands where it did; write and tell it."""
    mine = sa.and_(ROW.c.member_id == member_id, ROW.c.state == former)
    moved = db.session.execute(
        sa.update(ROW).where(mine).values(state=to, **values).returning(ROW.c.net_minor)
    ).one_or_none()
    if moved is not None:
        _tell(member_id, former, to, moved.net_minor, actor_id)
    return moved is not None


def _tell(
    member_id: int, former: S | None, to: S, net_minor: int, actor_id: int | None = None
) -> None:
    step_id = _step(member_id, former, to, net_minor, actor_id)
    notes = [Note(SuperMemberChanged(former or "", to, net_minor), actor_id, concerns_id=member_id)]
    if to is S.INVITED:
        notes = [Note(SuperMemberInvited(net_minor), actor_id, concerns_id=member_id)]
    facts.publish_many(notes)
    if actor_id != member_id:  # he knows what he did himself
        telling.tell_super(member_id, to, step_id)


def _step(member_id: int, former: S | None, to: S, net_minor: int, actor_id: int | None) -> int:
    step_id = ids.next_id()
    db.session.execute(
        sa.insert(SuperStep),
        [
            {
                "id": step_id, "member_id": member_id, "at": clock.now(),
                "from_state": former, "to_state": to, "net_minor": net_minor,
                "actor_id": actor_id,
            }
        ],
    )  # fmt: skip
    return step_id


# --- the member ----------------------------------------------------------------------------------


@use_case
def accept(member_id: int) -> None:
    """Take an invitation; also one that he had declined, while he still reaches the mark.

    Raises:
        NotInvitedError: there is none.
    """
    one = supers.membership(member_id)
    if one is None or one.state not in {S.INVITED, S.DECLINED, S.ACCEPTED}:
        raise NotInvitedError
    rule = supers.rule()
    if one.state is S.ACCEPTED:
        return
    if supers.net_of(member_id, rule) < rule.threshold_minor:
        raise NotInvitedError
    _move(member_id, one.state, S.ACCEPTED, actor_id=member_id, answered_at=clock.now())


@use_case
def decline(member_id: int) -> None:
    """Decline an invitation, or leave.

    Raises:
        NotInvitedError: there is none.
    """
    one = supers.membership(member_id)
    if one is None or one.state in {S.LAPSED, S.ENDED}:
        raise NotInvitedError
    if one.state is not S.DECLINED:
        _move(
            member_id, one.state, S.DECLINED, actor_id=member_id, answered_at=clock.now(),
            review_until=None, kept_until=None,
        )  # fmt: skip


# --- staff ---------------------------------------------------------------------------------------


@use_case
def keep(member_id: int, *, actor_id: int) -> date:
    """Let a member under review stay for another window; return up to which day.

    Raises:
        SuperStateError: he is not under review any more.
    """
    until = months_after(clock.business_date(), supers.rule().window_months)
    if not _move(
        member_id, S.REVIEW, S.ACCEPTED, actor_id=actor_id, review_until=None, kept_until=until
    ):
        raise SuperStateError
    audit.note(actor_id, "super_member.kept", Ref("member", member_id), until=until)
    return until


@use_case
def end(member_id: int, *, actor_id: int) -> None:
    """End a membership or take an invitation back.

    Raises:
        SuperStateError: it has ended already.
    """
    one = supers.membership(member_id)
    ends = {S.INVITED, S.ACCEPTED, S.REVIEW}
    if one is None or one.state not in ends:
        raise SuperStateError
    if not _move(
        member_id, one.state, S.ENDED, actor_id=actor_id, review_until=None, kept_until=None
    ):
        raise SuperStateError
    audit.note(actor_id, "super_member.ended", Ref("member", member_id))


@use_case
def invite_again(member_id: int, *, actor_id: int) -> None:
    """Invite somebody whose membership staff had ended, or whose review lapsed.

    Raises:
        SuperStateError: he stands elsewhere.
    """
    one = supers.membership(member_id)
    if one is None or one.state not in {S.ENDED, S.LAPSED}:
        raise SuperStateError
    if not _move(
        member_id, one.state, S.INVITED, actor_id=actor_id, invited_at=clock.now(),
        answered_at=None,
    ):  # fmt: skip
        raise SuperStateError
    audit.note(actor_id, "super_member.invited_again", Ref("member", member_id))


@use_case
def change_rule(rule: SuperRule, *, actor_id: int) -> None:
    """Let another rule hold from the next sweep on; the former ones are kept.

    Raises:
        SuperRuleError: it makes no sense.
    """
    if (
        rule.threshold_minor <= 0
        or not 1 <= rule.window_months <= MAX_MONTHS
        or not 0 <= rule.grace_days <= MAX_DAYS
    ):
        raise SuperRuleError
    if rule == supers.rule():
        return
    rule_id = ids.next_id()
    db.session.execute(
        sa.insert(SuperRuleRow).values(
            id=rule_id,
            threshold_minor=rule.threshold_minor,
            window_months=rule.window_months,
            grace_days=rule.grace_days,
            made_at=clock.now(),
            made_by=actor_id,
        )
    )
    audit.note(
        actor_id, "super_rule.changed", Ref("super_rule", rule_id),
        threshold_minor=rule.threshold_minor, window_months=rule.window_months,
        grace_days=rule.grace_days,
    )  # fmt: skip


def write_down(member_ids: list[int]) -> None:
    """Note where memberships stand that came to these members by a merge or a parting."""
    for row in _unlike_their_last_step(member_ids):
        _step(row.member_id, row.to_state, row.state, row.net_minor, None)


def drifting_supers() -> Iterator[str]:
    """Compare every membership with its last step; yield one sentence per drift."""
    for row in _unlike_their_last_step():
        yield f"super member {row.member_id} is {row.state}, his last step says {row.to_state}"


def _unlike_their_last_step(member_ids: list[int] | None = None) -> list[Any]:
    step = cast("sa.Table", SuperStep.__table__)
    last = (
        sa.select(step.c.member_id, sa.func.max(step.c.id).label("id"))
        .group_by(step.c.member_id)
        .subquery()
    )
    statement = (
        sa.select(ROW.c.member_id, ROW.c.state, ROW.c.net_minor, step.c.to_state)
        .outerjoin(last, last.c.member_id == ROW.c.member_id)
        .outerjoin(step, step.c.id == last.c.id)
        .where(sa.or_(step.c.to_state.is_(None), step.c.to_state != ROW.c.state))
    )
    if member_ids is not None:
        statement = statement.where(ROW.c.member_id.in_(member_ids))
    return list(db.session.execute(statement))
