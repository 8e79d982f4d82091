"""Reads for members' pages: home card, calendar, savers, the question before a make-up."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.checkin import policy
from app.checkin.queries.reading import (
    DAILY,
    IS_NEWEST,
    RULE_COLUMNS,
    checkin,
    honour,
    kept_days,
    member,
    milestone_steps,
    milestones_of,
    movement,
    rules_from,
    rules_table,
    state_of,
    stock,
    streak,
)
from app.checkin.types import (
    Calendar,
    Cause,
    Day,
    DayKind,
    DayOutOfReachError,
    Hero,
    Honour,
    Item,
    MakeUp,
    MovementLine,
    Standing,
    State,
    Step,
    Streak,
)
from app.checkin.types.rules import Rules
from app.identity import queries as identity
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Page, Person
from app.loyalty import queries as loyalty
from app.loyalty.queries import tiers

PAGE = 20


def hero(member_id: int, *, today: date | None = None) -> Hero:
    """Return what the home page's card shows. One statement."""
    today = today or clock.business_date()
    return _load(member_id, today, [(policy.monday_of(today), today)]).hero()


def calendar(member_id: int, *, month: date | None = None, today: date | None = None) -> Calendar:
    """Return what the check-in page shows. Two statements.

    Args:
        member_id: whose.
        month: any day of the month wanted; the present one if it is None or lies ahead.
        today: the business day; default is the clock's.
    """
    today = today or clock.business_date()
    first = min(policy.month_of(month or today), policy.month_of(today))
    after = policy.month_after(first)
    back = min(policy.monday_of(today), today - timedelta(days=policy.LONGEST_REACH))
    found = _load(member_id, today, [(back, today), (first, after - policy.ONE_DAY)])
    known = policy.month_of(found.first_on) if found.first_on else first
    return Calendar(
        hero=found.hero(),
        month=first,
        weeks=tuple(
            tuple(found.day(day) if day else None for day in week)
            for week in policy.weeks_of(first)
        ),
        previous=policy.month_before(first) if first > known else None,
        next=after if after <= today else None,
        done_days=sum(
            first <= day < after and kind is not DayKind.SHIELDED
            for day, kind in found.kept.items()
        ),
        steps=policy.ladder(loyalty.milestones(), found.standing.streak_days),
        open_day=found.open_day(),
        honours=honours(today),
    )


class _Found:
    """A member's standing and his kept days, within what was asked for."""

    def __init__(self, rows: list[Any], today: date) -> None:
        first = rows[0]
        self.today = today
        self.rules: Rules = rules_from(first)
        self.kept = {row.on_date: row.kind for row in rows if row.on_date is not None}
        self.first_on: date | None = first.first_on
        last_on, shields = first.last_on, first.shields or 0
        waiting = policy.waiting_days(last_on, today, shields)
        self._waiting = set(policy.missed(last_on, today)) if waiting else set()
        self.standing = Standing(
            streak_days=policy.live_streak(first.current_days or 0, last_on, today, shields),
            longest_days=first.longest_days or 0,
            total_days=first.total_days or 0,
            is_done=last_on is not None and last_on >= today,
            shields=shields,
            cards=first.cards or 0,
            waiting_days=waiting,
        )
        self._gifts = {milestone.days for milestone in loyalty.milestones()}

    def day(self, day: date) -> Day:
        """Return what a day looks like."""
        ahead = day >= self.today and day not in self.kept
        state = policy.day_of(
            day,
            today=self.today,
            kept=self.kept,
            first_on=self.first_on,
            is_saved=day in self._waiting,
        )
        is_gift = ahead and policy.streak_on(day, self.standing, self.today) in self._gifts
        return Day(day, state, is_gift, self._is_open(day) and day not in self._waiting)

    def _is_open(self, day: date) -> bool:
        return policy.can_be_made_up(
            day, today=self.today, kept=self.kept, first_on=self.first_on, rules=self.rules
        )

    def open_day(self) -> date | None:
        """Return the newest missed day that a card reaches and no shield waits for."""
        days = [self.today - timedelta(days=n) for n in range(1, self.rules.days_back + 1)]
        return next((day for day in days if self._is_open(day) and day not in self._waiting), None)

    def hero(self) -> Hero:
        """Return the card of the present week."""
        monday = policy.monday_of(self.today)
        return Hero(
            today=self.today,
            standing=self.standing,
            week=tuple(self.day(monday + timedelta(days=n)) for n in range(policy.WEEK)),
            points=loyalty.points_for(DAILY),
            next_step=next_step(self.standing.streak_days),
            rules=self.rules,
        )


def _load(member_id: int, today: date, ranges: list[tuple[date, date]]) -> _Found:
    asked = sa.or_(*(checkin.c.on_date.between(since, until) for since, until in ranges))
    first = sa.select(sa.func.min(checkin.c.on_date)).where(checkin.c.member_id == member_id)
    rows = db.session.execute(
        sa.select(
            streak,
            stock.c.shields,
            stock.c.cards,
            *RULE_COLUMNS,
            first.scalar_subquery().label("first_on"),
            checkin.c.on_date,
            checkin.c.kind,
        )
        .select_from(member)
        .outerjoin(streak, streak.c.member_id == member.c.id)
        .outerjoin(stock, stock.c.member_id == member.c.id)
        .outerjoin(rules_table, IS_NEWEST)
        .outerjoin(checkin, sa.and_(checkin.c.member_id == member.c.id, asked))
        .where(member.c.id == member_id)
    ).all()
    return _Found(list(rows), today)


def tier_cards(member_id: int) -> int:
    """Return how many make-up cards a member's tier brings him a month. Two statements."""
    return tiers.perks_of([member_id])[member_id].makeup_cards


def next_step(streak_days: int) -> Step | None:
    """Return the next milestone of a streak, or None after the last."""
    steps = policy.ladder(loyalty.milestones(), streak_days)
    return next((step for step in steps if step.state == "next"), None)


def ladder_from_zero() -> tuple[Step, ...]:
    """Return the milestones as somebody sees them who has not begun."""
    return policy.ladder(loyalty.milestones(), 0)


def honours(day: date) -> tuple[Honour, ...]:
    """Return the first of a business day, in their order. One statement."""
    rows = db.session.execute(
        sa.select(honour.c.place, honour.c.at, *identity.person_columns(Member))
        .join(Member, Member.id == honour.c.member_id)
        .where(honour.c.on_date == day)
        .order_by(honour.c.place)
    )
    return tuple(Honour(row.place, identity.person_from(row), row.at) for row in rows)


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


# --- savers --------------------------------------------------------------------------------------


def savers(member_id: int, *, after: int | None = None) -> tuple[State, Page[MovementLine]]:
    """Return a member's stock and its movements, the newest first. Two statements.

    Args:
        member_id: whose.
        after: the id of the last movement of the page before.
    """
    state = state_of(member_id, clock.business_date())
    statement = sa.select(movement).where(movement.c.member_id == member_id)
    if after is not None:
        statement = statement.where(movement.c.id < after)
    rows = db.session.execute(statement.order_by(movement.c.id.desc()).limit(PAGE + 1)).all()
    lines = [
        MovementLine(row.id, row.item, row.amount, row.cause, row.points, row.at)
        for row in rows[:PAGE]
    ]
    return state, Page(lines, str(lines[-1].id) if len(rows) > PAGE else None)


def is_own_movement(movement_id: int, member_id: int) -> bool:
    """Return whether a movement is a member's own. One statement."""
    return (
        db.session.scalar(
            sa.select(movement.c.id).where(
                movement.c.id == movement_id, movement.c.member_id == member_id
            )
        )
        is not None
    )


def find_purchase(member_id: int, request_key: str) -> MovementLine | None:
    """Return what a form already bought, or None. One statement."""
    row = db.session.execute(
        sa.select(movement).where(
            movement.c.member_id == member_id,
            movement.c.request_key == request_key,
            movement.c.cause == Cause.BOUGHT,
        )
    ).one_or_none()
    if row is None:
        return None
    return MovementLine(row.id, Item(row.item), row.amount, Cause(row.cause), row.points, row.at)


def foresee_make_up(member_id: int, day: date) -> MakeUp:
    """Return what making a day up would do. Two statements.

    Raises:
        DayOutOfReachError: no card reaches it, or it is kept already.
    """
    today = clock.business_date()
    state, days = state_of(member_id, today), kept_days(member_id)
    kept = {each.on for each in days}
    first_on = days[0].on if days else None
    if not policy.can_be_made_up(day, today=today, kept=kept, first_on=first_on, rules=state.rules):
        raise DayOutOfReachError
    after, due = policy.heal(days, day, milestone_steps())
    return MakeUp(
        day,
        _live(state.streak, today, state.shields),
        _live(after, today, state.shields),
        state.cards,
        milestones_of(due),
        state.rules.made_up_points,
    )


def _live(kept: Streak | None, today: date, shields: int) -> int:
    if kept is None:
        return 0
    return policy.live_streak(kept.current_days, kept.last_on, today, shields)
