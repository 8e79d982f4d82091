"""What the console reads from the kept log of facts."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel import clock
from app.kernel.db import db
from app.kernel.facts import Fact, FactRow
from app.kernel.types import Page, Person, Ref

PAGE = 50
BOUGHT = "order"  # these facts come from sales channels: a buyer is not active here by buying
LOADED = "demo."  # what loading demo data notes about itself is no life of the community

fact = FactRow.__table__


@dataclass(frozen=True, slots=True)
class Period:
    """Business days ``since`` ≤ day < ``until``, and the equally long time before."""

    since: date
    until: date

    @classmethod
    def last(cls, days: int, today: date | None = None) -> "Period":
        """Return the last so many business days, today included."""
        until = (today or clock.business_date()) + timedelta(days=1)
        return cls(until - timedelta(days=days), until)

    @property
    def before(self) -> "Period":
        """Return the equally long period that ends where this one begins."""
        return Period(self.since - (self.until - self.since), self.since)

    @property
    def days(self) -> list[date]:
        """Return every business day of it, in order."""
        return [self.since + timedelta(days=n) for n in range((self.until - self.since).days)]

    def __contains__(self, day: date) -> bool:
        return self.since <= day < self.until


@dataclass(frozen=True, slots=True)
class Activity:
    """What the facts of a period and the one before say.

    Attributes:
        active: different members who did something here, by period (now, before).
        active_on: the same by day.
        told: facts by (name, day).
    """

    period: Period
    active: tuple[int, int]
    active_on: Counter[date]
    told: dict[str, Counter[date]] = field(default_factory=dict)

    def daily_active(self, period: Period) -> list[int]:
        """Return active members on each day of a period."""
        return [self.active_on[day] for day in period.days]

    def daily(self, name: str, period: Period) -> list[int]:
        """Return how often a fact was told on each day of a period."""
        days = self.told.get(name, Counter())
        return [days[day] for day in period.days]

    def count(self, name: str, period: Period) -> int:
        """Return how often a fact was told in a period."""
        return sum(self.daily(name, period))

    def totals(self) -> list[tuple[str, int, int]]:
        """Return (name, now, before) of every fact told in the period, the most frequent first."""
        rows = [
            (name, self.count(name, self.period), self.count(name, self.period.before))
            for name in self.told
        ]
        return sorted((row for row in rows if row[1]), key=lambda row: (-row[1], row[0]))


def activity(period: Period) -> Activity:
    """Return what happened in a period and in the one before. Three statements."""
    start = period.before.since
    here = sa.and_(
        fact.c.on_date >= start,
        fact.c.on_date < period.until,
        fact.c.actor_id.is_not(None),
        ~fact.c.name.startswith(BOUGHT),
    )
    by_day = db.session.execute(
        sa.select(fact.c.on_date, sa.func.count(fact.c.actor_id.distinct()))
        .where(here)
        .group_by(fact.c.on_date)
    ).all()
    is_now = fact.c.on_date >= period.since
    now, before = db.session.execute(
        sa.select(
            sa.func.count(sa.case((is_now, fact.c.actor_id)).distinct()),
            sa.func.count(sa.case((~is_now, fact.c.actor_id)).distinct()),
        ).where(here)
    ).one()
    told: dict[str, Counter[date]] = defaultdict(Counter)
    for name, day, count in db.session.execute(
        sa.select(fact.c.name, fact.c.on_date, sa.func.count())
        .where(
            fact.c.on_date >= start, fact.c.on_date < period.until, ~fact.c.name.startswith(LOADED)
        )
        .group_by(fact.c.name, fact.c.on_date)
    ):
        told[name][day] = count
    return Activity(period, (now, before), Counter(dict(map(tuple, by_day))), dict(told))


# --- the log -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact in the log.

    Attributes:
        actor: who did it; None for the house.
        payload: canonical JSON of the fact's fields.
    """

    id: int
    name: str
    occurred_at: datetime
    actor: Person | None
    subject: Ref | None
    payload: str


def fact_names() -> list[str]:
    """Return the names of all facts that this house can tell; no statement."""
    return sorted({kind.name for kind in _kinds(Fact) if getattr(kind, "name", None)})


def _kinds(parent: type[Fact]) -> Iterable[type[Fact]]:
    for kind in parent.__subclasses__():
        yield kind
        yield from _kinds(kind)


def fact_log(
    *, name: str = "", after: str | None = None, limit: int = PAGE, by_people: bool = False
) -> Page[FactLine]:
    """Return facts, the newest first; ``name`` narrows. One statement.

    ``by_people`` leaves out what the loading of demo data noted about itself.
    """
    conditions = [fact.c.name == name] if name else []
    if by_people:
        conditions.append(~fact.c.name.startswith(LOADED))
    if after and after.isdecimal() and int(after) < 2**63:
        conditions.append(fact.c.id < int(after))
    newest = (
        sa.select(fact).where(*conditions).order_by(fact.c.id.desc()).limit(limit + 1).subquery()
    )
    rows = db.session.execute(
        sa.select(newest, *identity.person_columns(Member))
        .outerjoin(Member, Member.id == newest.c.actor_id)
        .order_by(newest.c.id.desc())
    ).all()
    next_key = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page([_line(row) for row in rows[:limit]], next_key)


def _line(row: Any) -> FactLine:
    actor = identity.person_from(row) if row.person_id is not None else None
    subject = Ref(row.subject_kind, row.subject_id) if row.subject_kind else None
    return FactLine(row.id, row.name, row.occurred_at, actor, subject, row.payload)
