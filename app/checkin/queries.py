"""Reads: today's check-in, the streak, the calendar."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from app.checkin import policy
from app.checkin.models import CheckIn, CheckInStreak
from app.checkin.types import Calendar, CheckedIn, Day, Hero, Standing, Step, Streak
from app.identity import queries as identity
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Person, Ref
from app.loyalty import queries as loyalty
from app.loyalty.types import Award, Milestone

DAILY = "checkin.daily"
checkin = CheckIn.__table__
streak = CheckInStreak.__table__


def milestone_of(streak_days: int) -> Milestone | None:
    """Return the milestone that falls on exactly this many days, or None."""
    return next((m for m in loyalty.milestones() if m.days == streak_days), None)


def todays_check_in(member_id: int, today: date) -> CheckedIn:
    """Return the check-in that a member already made today, with what it earned. Two statements.

    When the clock has gone back behind his last check-in there is none today: the streak as it
    stands, and nothing earned.
    """
    row = db.session.execute(
        sa.select(streak, checkin.c.id, checkin.c.streak_days)
        .outerjoin(
            checkin,
            sa.and_(checkin.c.member_id == streak.c.member_id, checkin.c.on_date == today),
        )
        .where(streak.c.member_id == member_id)
    ).one()
    nothing = Award(0, 0, capped=False, reason=DAILY)
    if row.id is None:
        return CheckedIn(row.current_days, row.total_days, nothing, is_new=False)
    award = loyalty.find_award(DAILY, Ref("checkin", row.id)) or nothing
    return CheckedIn(
        row.streak_days,
        row.total_days,
        award,
        is_new=False,
        milestone=milestone_of(row.streak_days),
    )


def find_own_day(check_in_id: int, member_id: int) -> date | None:
    """Return the day of a member's check-in, or None if there is none or it is not his."""
    return db.session.scalar(
        sa.select(checkin.c.on_date).where(
            checkin.c.id == check_in_id, checkin.c.member_id == member_id
        )
    )


def streaks_of(member_ids: Collection[int]) -> dict[int, Streak]:
    """Return the kept streaks of members. One statement per 5,000."""
    found: dict[int, Streak] = {}
    wanted = sorted(member_ids)
    for start in range(0, len(wanted), 5_000):
        batch = wanted[start : start + 5_000]
        rows = db.session.execute(sa.select(streak).where(streak.c.member_id.in_(batch)))
        found.update({row.member_id: _kept(row) for row in rows})
    return found


def _kept(row: Any) -> Streak:
    return Streak(row.current_days, row.longest_days, row.total_days, row.last_on)


# --- pages ---------------------------------------------------------------------------------------


def hero(member_id: int, *, today: date | None = None) -> Hero:
    """Return what the home page's card shows. One statement."""
    today = today or clock.business_date()
    monday = policy.monday_of(today)
    found = _load(member_id, today, [(monday, today)])
    return _hero(found, today)


def calendar(member_id: int, *, month: date | None = None, today: date | None = None) -> Calendar:
    """Return what the check-in page shows. One statement.

    Args:
        member_id: whose.
        month: any day of the month wanted; the present one if it is None or lies ahead.
        today: the business day; default is the clock's.
    """
    today = today or clock.business_date()
    first = min(policy.month_of(month or today), policy.month_of(today))
    after = policy.month_after(first)
    monday = policy.monday_of(today)
    found = _load(member_id, today, [(monday, today), (first, after - timedelta(days=1))])
    known = policy.month_of(found.first_on) if found.first_on else first
    return Calendar(
        hero=_hero(found, today),
        month=first,
        weeks=tuple(
            tuple(found.day(day, today) if day else None for day in week)
            for week in policy.weeks_of(first)
        ),
        previous=policy.month_before(first) if first > known else None,
        next=after if after <= today else None,
        done_days=sum(first <= day < after for day in found.done),
        steps=policy.ladder(loyalty.milestones(), found.standing.streak_days),
    )


class _Found:
    """A member's standing and the days he checked in on, within what was asked for."""

    def __init__(self, rows: list[Any], today: date) -> None:
        first = rows[0] if rows else None
        self.done = {row.on_date for row in rows if row.on_date is not None}
        self.first_on: date | None = first.first_on if first else None
        last_on = first.last_on if first else None
        self.standing = Standing(
            streak_days=policy.live_streak(first.current_days if first else 0, last_on, today),
            longest_days=first.longest_days if first else 0,
            total_days=first.total_days if first else 0,
            is_done=last_on is not None and last_on >= today,
        )
        self._gifts = {milestone.days for milestone in loyalty.milestones()}

    def day(self, day: date, today: date) -> Day:
        """Return what a day looks like."""
        ahead = day >= today and day not in self.done
        is_gift = ahead and policy.streak_on(day, self.standing, today) in self._gifts
        return policy.day_of(
            day, today=today, done=self.done, first_on=self.first_on, is_gift=is_gift
        )


def _load(member_id: int, today: date, ranges: list[tuple[date, date]]) -> _Found:
    asked = sa.or_(*(checkin.c.on_date.between(since, until) for since, until in ranges))
    first = sa.select(sa.func.min(checkin.c.on_date)).where(checkin.c.member_id == member_id)
    rows = db.session.execute(
        sa.select(streak, first.scalar_subquery().label("first_on"), checkin.c.on_date)
        .outerjoin(checkin, sa.and_(checkin.c.member_id == streak.c.member_id, asked))
        .where(streak.c.member_id == member_id)
    ).all()
    return _Found(list(rows), today)


def _hero(found: _Found, today: date) -> Hero:
    monday = policy.monday_of(today)
    week = tuple(found.day(monday + timedelta(days=n), today) for n in range(policy.WEEK))
    return Hero(
        today=today,
        standing=found.standing,
        week=week,
        points=loyalty.points_for(DAILY),
        next_step=next_step(found.standing.streak_days),
    )


def ladder_from_zero() -> tuple[Step, ...]:
    """Return the milestones as somebody sees them who has not begun."""
    return policy.ladder(loyalty.milestones(), 0)


def table(*, faces: int = 3) -> tuple[int, list[Person]]:
    """Return how many members sit at the table, and the newest faces. Two statements."""
    at_table = Member.state == MemberState.ACTIVE
    count = db.session.scalar(sa.select(sa.func.count()).select_from(Member).where(at_table))
    rows = db.session.execute(
        sa.select(*identity.person_columns(Member))
        .where(at_table)
        .order_by(Member.id.desc())
        .limit(faces)
    ).all()
    return count or 0, [identity.person_from(row) for row in rows]


def next_step(streak_days: int) -> Step | None:
    """Return the next milestone of a streak, or None after the last."""
    steps = policy.ladder(loyalty.milestones(), streak_days)
    return next((step for step in steps if step.state == "next"), None)


# --- verification --------------------------------------------------------------------------------


def drifting_streaks() -> Iterator[str]:
    """Recompute every streak from its check-ins; yield one sentence per difference.

    Reads the check-ins in order, a few thousand at a time; memory stays flat.
    """
    rows = db.session.execute(
        sa.select(checkin, *(column for column in streak.c if column.name != "member_id"))
        .outerjoin(streak, streak.c.member_id == checkin.c.member_id)
        .order_by(checkin.c.member_id, checkin.c.on_date)
        .execution_options(yield_per=2_000)
    )
    for member_id, days in groupby(rows, key=lambda row: row.member_id):
        counted: Streak | None = None
        kept: Streak | None = None
        for row in days:
            counted, kept = policy.one_more(counted, row.on_date), _kept(row)
            if row.streak_days != counted.current_days:
                yield (
                    f"check-in of member {member_id} on {row.on_date} says day "
                    f"{row.streak_days}, counted {counted.current_days}"
                )
        if kept != counted:
            yield f"streak of member {member_id} is kept as {kept}, counted {counted}"
    yield from _streaks_from_nothing()


def _streaks_from_nothing() -> Iterator[str]:
    rows = db.session.scalars(
        sa.select(streak.c.member_id)
        .outerjoin(checkin, checkin.c.member_id == streak.c.member_id)
        .where(checkin.c.id.is_(None))
    )
    for member_id in rows:
        yield f"streak of member {member_id} is kept without any check-in"
