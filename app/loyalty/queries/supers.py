"""Reads of super-memberships."""

from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Page
from app.loyalty.models.supers import SuperMember, SuperRuleRow
from app.loyalty.policy.tiers import months_before
from app.loyalty.queries import counted
from app.loyalty.types.supers import IS_SUPER, SuperLine, SuperMembership, SuperRule, SuperState
from app.loyalty.types.tiers import Window

ROW = cast("sa.Table", SuperMember.__table__)
RULE = cast("sa.Table", SuperRuleRow.__table__)
MEMBER = cast("sa.Table", Member.__table__)
PAGE = 20


def rule() -> SuperRule:
    """Return the rule that holds. One statement."""
    row = db.session.execute(sa.select(RULE).order_by(RULE.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return SuperRule()
    return SuperRule(row.threshold_minor, row.window_months, row.grace_days)


def window_of(rule_: SuperRule) -> Window:
    """Return the days whose net spend counts."""
    today = clock.business_date()
    return Window(months_before(today, rule_.window_months), today)


def membership(member_id: int) -> SuperMembership | None:
    """Return where a member's super-membership stands, or None. One statement."""
    row = db.session.execute(sa.select(ROW).where(ROW.c.member_id == member_id)).one_or_none()
    return None if row is None else membership_from(row)


def membership_from(row: Any) -> SuperMembership:
    """Return the membership that a row keeps."""
    return SuperMembership(
        row.member_id, SuperState(row.state), row.net_minor, row.invited_at, row.answered_at,
        row.review_until, row.kept_until,
    )  # fmt: skip


def all_memberships() -> dict[int, SuperMembership]:
    """Return every super-membership. One statement."""
    return {row.member_id: membership_from(row) for row in db.session.execute(sa.select(ROW))}


def net_of(member_id: int, rule_: SuperRule) -> int:
    """Return a member's net spend that counts now, in minor units."""
    return counted.read(counted.NET_SPEND, [member_id], window_of(rule_)).get(member_id, 0)


def who_signed_up(member_ids: list[int]) -> set[int]:
    """Return which of these members can answer an invitation. One statement a thousand."""
    found: set[int] = set()
    for start in range(0, len(member_ids), 1_000):
        chosen = member_ids[start : start + 1_000]
        found |= set(
            db.session.scalars(
                sa.select(MEMBER.c.id).where(
                    MEMBER.c.id.in_(chosen),
                    MEMBER.c.state.in_([MemberState.ACTIVE, MemberState.MUTED]),
                )
            )
        )
    return found


def lines(state: SuperState | None = None, after: str | None = None) -> Page[SuperLine]:
    """Return super-memberships, the newest member last; ``state`` narrows. One statement."""
    statement = (
        sa.select(ROW, *identity.person_columns())
        .join(MEMBER, MEMBER.c.id == ROW.c.member_id)
        .order_by(ROW.c.member_id.desc())
        .limit(PAGE + 1)
    )
    if state is not None:
        statement = statement.where(ROW.c.state == state)
    if after and after.isdecimal() and len(after) < 19:  # noqa: PLR2004 - fits 64 bits
        statement = statement.where(ROW.c.member_id < int(after))
    rows = db.session.execute(statement).all()
    found = [SuperLine(identity.person_from(row), membership_from(row)) for row in rows[:PAGE]]
    return Page(found, str(rows[PAGE - 1].member_id) if len(rows) > PAGE else None)


def counts() -> dict[SuperState, int]:
    """Return how many stand where. One statement."""
    rows = db.session.execute(
        sa.select(ROW.c.state, sa.func.count().label("members")).group_by(ROW.c.state)
    )
    return {SuperState(row.state): int(row.members) for row in rows}


def is_super(member_id: int) -> bool:
    """Return whether a member is a super-member now. One statement."""
    found = membership(member_id)
    return found is not None and found.state in IS_SUPER


def is_super_expression(member_id: Any) -> sa.ColumnElement[bool]:
    """Return whether a member is a super-member now, as a condition of SQL."""
    row = ROW.alias()
    return sa.exists().where(row.c.member_id == member_id, row.c.state.in_(IS_SUPER))
