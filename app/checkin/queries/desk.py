"""Reads for the team: figures, granted days, versions of the rules."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.checkin import policy
from app.checkin.models import CheckInGrant, CheckInZone
from app.checkin.queries.reading import (
    RULE_COLUMNS,
    checkin,
    movement,
    rules_from,
    rules_table,
    stock,
    streak,
)
from app.checkin.types import (
    Cause,
    DayKind,
    Grant,
    GrantState,
    Item,
    RulesVersion,
    Scope,
)
from app.identity import queries as identity
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page, Person

grant = cast("sa.Table", CheckInGrant.__table__)
zone = cast("sa.Table", CheckInZone.__table__)
PAGE = 20
DAYS = 30


# --- figures -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """How check-in is doing.

    Attributes:
        days: business days, the oldest first; today is the last.
        taps: check-ins of each of them, by members' own taps.
        members: active members now.
        used, bought: of the last 30 days, by item.
        points_paid: points that members paid for shields and cards in these days.
        alive: streaks that stood yesterday or stand today.
    """

    days: tuple[date, ...]
    taps: tuple[int, ...]
    members: int
    used: dict[Item, int]
    bought: dict[Item, int]
    points_paid: int
    alive: int

    @property
    def today(self) -> int:
        """Return today's check-ins so far."""
        return self.taps[-1]

    @property
    def rate(self) -> float:
        """Return the share of active members who check in on a day, over the whole days."""
        whole = self.taps[:-1]
        return sum(whole) / len(whole) / self.members if self.members else 0.0


def figures(today: date | None = None) -> Figures:
    """Return the figures of the last 30 days. Three statements."""
    today = today or clock.business_date()
    days = tuple(today - timedelta(days=n) for n in range(DAYS, -1, -1))
    taps = db.session.execute(
        sa.select(checkin.c.on_date, sa.func.count().label("count"))
        .where(checkin.c.on_date >= days[0], checkin.c.kind == DayKind.DONE)
        .group_by(checkin.c.on_date)
    )
    by_day = {row.on_date: row._mapping["count"] for row in taps}  # noqa: SLF001 - a column of that name
    members = sa.select(sa.func.count()).where(Member.state == MemberState.ACTIVE)
    alive = sa.select(sa.func.count()).where(streak.c.last_on >= today - policy.ONE_DAY)
    counted = db.session.execute(
        sa.select(
            members.scalar_subquery().label("members"), alive.scalar_subquery().label("alive")
        )
    ).one()
    moved = db.session.execute(
        sa.select(
            movement.c.item,
            movement.c.cause,
            sa.func.sum(movement.c.amount).label("amount"),
            sa.func.sum(movement.c.points).label("points"),
        )
        .where(
            movement.c.cause.in_([Cause.USED, Cause.BOUGHT]),
            movement.c.at >= clock.day_start(days[0]),
        )
        .group_by(movement.c.item, movement.c.cause)
    ).all()
    return Figures(
        days,
        tuple(by_day.get(day, 0) for day in days),
        counted.members,
        {row.item: -int(row.amount) for row in moved if row.cause is Cause.USED},
        {row.item: int(row.amount) for row in moved if row.cause is Cause.BOUGHT},
        sum(int(row.points) for row in moved),
        counted.alive,
    )


# --- rules ---------------------------------------------------------------------------------------


def rules_versions(limit: int = 10) -> list[RulesVersion]:
    """Return the newest versions of the rules, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(*RULE_COLUMNS, rules_table.c.set_at, *identity.person_columns(Member))
        .outerjoin(Member, Member.id == rules_table.c.set_by)
        .order_by(rules_table.c.version.desc())
        .limit(limit)
    )
    return [RulesVersion(rules_from(row), _person(row), row.set_at) for row in rows]


def _person(row: Any) -> Person | None:
    return identity.person_from(row) if row.person_id else None


# --- granted days --------------------------------------------------------------------------------


def grants(*, after: int | None = None) -> Page[Grant]:
    """Return granted days, the newest first. One statement."""
    statement = sa.select(grant)
    if after is not None:
        statement = statement.where(grant.c.id < after)
    rows = db.session.execute(statement.order_by(grant.c.id.desc()).limit(PAGE + 1)).all()
    items = [_grant_from(row) for row in rows[:PAGE]]
    return Page(items, str(items[-1].id) if len(rows) > PAGE else None)


def get_grant(code: str) -> Grant:
    """Return a grant.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.execute(sa.select(grant).where(grant.c.code == code)).one_or_none()
    if row is None:
        raise NotFoundError
    return _grant_from(row)


def grant_by_id(grant_id: int) -> Grant:
    """Return a grant that exists."""
    return _grant_from(db.session.execute(sa.select(grant).where(grant.c.id == grant_id)).one())


def next_grant(*states: GrantState) -> Grant | None:
    """Return the oldest grant in one of these states, or None. One statement."""
    row = db.session.execute(
        sa.select(grant).where(grant.c.state.in_(states)).order_by(grant.c.id).limit(1)
    ).one_or_none()
    return None if row is None else _grant_from(row)


def standing_grant(day: date) -> Grant | None:
    """Return the grant of a day that was not undone, or None. One statement."""
    row = db.session.execute(
        sa.select(grant).where(grant.c.on_date == day, grant.c.undo_at.is_(None))
    ).one_or_none()
    return None if row is None else _grant_from(row)


def _grant_from(row: Any) -> Grant:
    return Grant(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name


def count_for_grant(day: date, scope: Scope) -> int:
    """Return how many members a grant would look at. One statement."""
    statement = sa.select(sa.func.count()).select_from(streak).where(_is_meant(day, scope))
    return db.session.scalar(statement.outerjoin(stock, _OWN_STOCK)) or 0


def members_for_grant(day: date, scope: Scope, *, after: int, limit: int) -> list[int]:
    """Return the next members whom a grant is for, by id. One statement."""
    return list(
        db.session.scalars(
            sa.select(streak.c.member_id)
            .select_from(streak)
            .outerjoin(stock, _OWN_STOCK)
            .where(_is_meant(day, scope), streak.c.member_id > after)
            .order_by(streak.c.member_id)
            .limit(limit)
        )
    )


_OWN_STOCK = stock.c.member_id == streak.c.member_id
_earlier = checkin.alias("earlier")


def _is_meant(day: date, scope: Scope) -> sa.ColumnElement[bool]:
    """Return the condition that a streak belongs to somebody whom a grant is for.

    Alive on the day before: that day is kept, or few enough days were left out before it that the
    member's shields save them.
    """
    before = day - policy.ONE_DAY
    mine = _earlier.c.member_id == streak.c.member_id
    if scope is Scope.EVERYONE:
        return sa.exists().where(mine, _earlier.c.on_date < day)
    kept = sa.exists().where(mine, _earlier.c.on_date == before)
    saved = [
        sa.and_(streak.c.last_on == before - timedelta(days=n), stock.c.shields >= n)
        for n in range(1, policy.MOST_SHIELDS + 1)
    ]
    return sa.or_(kept, *saved)


def code_of_grant(grant_id: int) -> str | None:
    """Return the code of a grant, or None. One statement."""
    return db.session.scalar(sa.select(grant.c.code).where(grant.c.id == grant_id))


def last_zone() -> str | None:
    """Return the time zone that was noted last, or None. One statement."""
    return db.session.scalar(sa.select(zone.c.name).order_by(zone.c.id.desc()).limit(1))
