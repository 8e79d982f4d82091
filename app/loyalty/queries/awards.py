"""Reads: what was awarded, what the day's caps cut, what a reason means."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock, reasons
from app.kernel.db import db
from app.kernel.types import Ref
from app.loyalty import policy
from app.loyalty.models import LoyaltyAward, LoyaltyCounter
from app.loyalty.types import Act, Award, Limit, Milestone

Award_ = LoyaltyAward.__table__


def describe(reason: str) -> object:
    """Return the lazily translated words for a reason of the ledger, e.g. "Check-in"."""
    return reasons.meaning_of(reason).label


def points_for(action: str) -> int:
    """Return what one act earns under the present rules, in whole points."""
    return policy.CURRENT.rule(action).points


def order_points(
    earning_minor: int, *, permille: int = 1000, rule_version: int | None = None
) -> int:
    """Return the points an order is worth under a rule version (default: the present one).

    Args:
        earning_minor: the part of it that earns, in minor units.
        permille: what its channel earns against the rule, in thousandths.
        rule_version: of the order's first award.
    """
    book = policy.CURRENT if rule_version is None else policy.BOOKS[rule_version]
    return book.order_points(earning_minor, permille)


def rule_version() -> int:
    """Return the number of the present rules."""
    return policy.CURRENT.version


def milestones() -> list[Milestone]:
    """Return the streak ladder, shortest first."""
    steps = policy.CURRENT.rule(policy.MILESTONE).steps
    return [Milestone(days, points) for days, points in sorted(steps.items())]


def find_award(action: str, source: Ref) -> Award | None:
    """Return what a source already earned by this rule or one that excludes it. One statement."""
    slot = policy.CURRENT.rule(action).slot
    row = db.session.execute(
        sa.select(Award_).where(
            Award_.c.slot == slot,
            Award_.c.source_kind == source.kind,
            Award_.c.source_id == source.id,
        )
    ).one_or_none()
    return None if row is None else award_from(row)


def find_awards(acts: Sequence[Act]) -> dict[tuple[str, Ref], Award]:
    """Return what these acts' sources already earned, by slot and source. One statement."""
    slots = {policy.CURRENT.rule(act.action).slot for act in acts}
    rows = db.session.execute(
        sa.select(Award_).where(
            Award_.c.slot.in_(slots),
            Award_.c.source_kind.in_({act.source.kind for act in acts}),  # the index needs it
            Award_.c.source_id.in_({act.source.id for act in acts}),
        )
    ).all()
    return {(row.slot, Ref(row.source_kind, row.source_id)): award_from(row) for row in rows}


def used_caps(acts: Sequence[Act]) -> Counter[tuple[int, str, date]]:
    """Return how much of the day's caps these acts' members have used. One statement.

    The key is (member, action, business day); where nothing is used the counter answers 0.
    """
    counter = LoyaltyCounter.__table__
    rows = db.session.execute(
        sa.select(counter).where(
            counter.c.member_id.in_({act.member_id for act in acts}),
            counter.c.action.in_({act.action for act in acts}),
            counter.c.on_date.in_({clock.business_date(act.at) for act in acts}),
        )
    ).all()
    return Counter({(row.member_id, row.action, row.on_date): row.points for row in rows})


def earned_on_days(acts: Sequence[Act]) -> list[dict[str, object]]:
    """Return what these acts' members have earned by rule on those days, as rows of counters."""
    rows = db.session.execute(
        sa.select(
            Award_.c.member_id,
            Award_.c.action,
            Award_.c.awarded_on.label("on_date"),
            sa.func.sum(Award_.c.points - Award_.c.bonus_points).label("points"),
        )
        .where(
            Award_.c.member_id.in_({act.member_id for act in acts}),
            Award_.c.action.in_({act.action for act in acts}),
            Award_.c.awarded_on.in_({clock.business_date(act.at) for act in acts}),
        )
        .group_by(Award_.c.member_id, Award_.c.action, Award_.c.awarded_on)
    )
    return [{**row._mapping, "points": int(row.points)} for row in rows if row.points]  # noqa: SLF001


def award_from(row: Any) -> Award:
    """Return an award as its caller knew it."""
    return Award(row.points, row.growth, row.is_capped, row.action)


def limits_reached(member_id: int, day: date | None = None) -> list[Limit]:
    """Return the daily caps that cut something short on a business day. One statement."""
    rows = db.session.execute(
        sa.select(Award_.c.action, sa.func.count())
        .where(
            Award_.c.member_id == member_id,
            Award_.c.awarded_on == (day or clock.business_date()),
            Award_.c.is_capped.is_(sa.true()),
        )
        .group_by(Award_.c.action)
        .order_by(Award_.c.action)
    ).all()
    caps = {action: policy.CURRENT.rule(action).daily_cap for action, _missed in rows}
    return [Limit(action, missed, caps[action] or 0) for action, missed in rows]


# --- verification --------------------------------------------------------------------------------


def drifting_counters() -> Iterator[str]:
    """Recompute every kept counter from its day's awards; yield one sentence per difference."""
    # A cap counts the whole family: what a member earned, and who was merged into him.
    merged = identity.merged_pairs()
    award = (Award_.c.action, Award_.c.awarded_on, Award_.c.points - Award_.c.bonus_points)
    single = sa.union_all(
        sa.select(Award_.c.member_id, *award),
        sa.select(merged.c.into_id, *award).join(merged, merged.c.member_id == Award_.c.member_id),
    ).subquery()
    member_id, action, on_date, points = single.c
    earned = (
        sa.select(
            member_id.label("member_id"),
            action.label("action"),
            on_date.label("on_date"),
            sa.func.sum(points).label("points"),
        )
        .group_by(member_id, action, on_date)
        .subquery()
    )
    counter = LoyaltyCounter.__table__
    same = sa.and_(
        earned.c.member_id == counter.c.member_id,
        earned.c.action == counter.c.action,
        earned.c.on_date == counter.c.on_date,
    )
    should = sa.func.coalesce(earned.c.points, 0)
    rows = db.session.execute(
        sa.select(counter, should.label("should"))
        .outerjoin(earned, same)
        .where(counter.c.points != should)
        .order_by(counter.c.on_date, counter.c.member_id, counter.c.action)
    )
    for row in rows:
        yield (
            f"counter {row.action} of member {row.member_id} on {row.on_date} says {row.points}, "
            f"the awards say {row.should}"
        )


def overdrawn_caps() -> Iterator[str]:
    """Yield one sentence for every member and day that earned more than the rule's cap."""
    caps: dict[tuple[int, str], int] = {
        (version, rule.action): rule.daily_cap
        for version, book in policy.BOOKS.items()
        for rule in book.rules.values()
        if rule.daily_cap is not None
    }
    earned = sa.func.sum(Award_.c.points - Award_.c.bonus_points)
    rows = db.session.execute(
        sa.select(
            Award_.c.member_id,
            Award_.c.action,
            Award_.c.awarded_on,
            sa.func.max(Award_.c.rule_version).label("version"),
            earned.label("points"),
        )
        .where(Award_.c.action.in_({action for _version, action in caps}))
        .group_by(Award_.c.member_id, Award_.c.action, Award_.c.awarded_on)
        .having(earned > min(caps.values()))
    )
    for row in rows:
        cap = caps.get((row.version, row.action))
        if cap is not None and row.points > cap:
            yield (
                f"member {row.member_id} earned {row.points} by {row.action} on "
                f"{row.awarded_on}; the cap is {cap}"
            )
