"""What reports read: months, cohorts, costs, what is outstanding and when it will expire.

Closed days come from roll-ups; only what is outstanding now is read from lots and the journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.ledger import flows
from app.ledger.flows import Flow
from app.ledger.layers import month_of
from app.ledger.models import COHORT, COST, DAY, LOT, MARK
from app.ledger.types import NEVER, Cohort, Fund

ONE_DAY = timedelta(days=1)


def rolled_through() -> date | None:
    """Return the last business day in the roll-ups of costs and cohorts. One statement."""
    day: date | None = db.session.scalar(sa.select(MARK.c.through_on))
    return day


# --- the roll-forward by month -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month: opening + issued + restored − spent − expired − clawed = closing, in points.

    Attributes:
        first: its first day.
        opening: outstanding (pending, available or held) when it began.
    """

    first: date
    opening: int
    issued: int
    restored: int
    spent: int
    expired: int
    clawed: int

    @property
    def closing(self) -> int:
        """What is outstanding at its end."""
        gone = self.spent + self.expired + self.clawed
        return self.opening + self.issued + self.restored - gone


def months(fund: Fund | None = None) -> list[MonthRow]:
    """Return every month since the first movement, the oldest first. Two statements.

    Days that are not closed yet come from the journal, so the last closing is what is outstanding
    now.

    Args:
        fund: of one purse; None: of all.
    """
    year, month = sa.extract("year", DAY.c.on_date), sa.extract("month", DAY.c.on_date)
    names = tuple(Flow().as_dict())
    mine = sa.true() if fund is None else DAY.c.fund == fund
    sums = (sa.func.sum(sa.case((mine, DAY.c[name]), else_=0)) for name in names)
    closed = sa.select(year, month, sa.func.max(DAY.c.on_date), *sums).group_by(year, month)
    found: dict[date, Flow] = {}
    first_open = date.min
    for in_year, in_month, last, *figures in db.session.execute(closed):
        found[date(int(in_year), int(in_month), 1)] = Flow(*map(int, figures))
        first_open = max(first_open, last + ONE_DAY)
    for (day, purse), flow in flows.by_day(first_open, clock.business_date() + ONE_DAY).items():
        if fund in {None, purse}:
            found.setdefault(month_of(day), Flow()).add(flow)
    return _rows(found)


def _rows(found: dict[date, Flow]) -> list[MonthRow]:
    if not found:
        return []
    rows, opening, month = [], 0, min(found)
    last = max(*found, month_of(clock.business_date()))
    while month <= last:
        flow = found.get(month, Flow())
        rows.append(MonthRow(month, opening, **flow.as_dict()))
        opening += flow.net
        month = month_of(month + timedelta(days=31))
    return rows


# --- what is outstanding, and until when ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outstanding:
    """Points that share the month in which they expire.

    Attributes:
        month: its first day; None: they never expire.
        held: of the points, those reserved for something.
    """

    month: date | None
    points: int
    held: int


def outstanding_by_expiry() -> list[Outstanding]:
    """Return what all members hold now by month of expiry, never last. One statement.

    Lots that are due but not swept yet stand in the month in which they were due.
    """
    rows = db.session.execute(
        sa.select(LOT.c.expires_on, sa.func.sum(LOT.c.remaining), sa.func.sum(LOT.c.held))
        .where(sa.or_(LOT.c.remaining > 0, LOT.c.held > 0))
        .group_by(LOT.c.expires_on)
    )
    found: dict[date | None, tuple[int, int]] = {}
    for expires_on, remaining, held in rows:
        month = None if expires_on == NEVER else month_of(expires_on)
        points, reserved = found.get(month, (0, 0))
        found[month] = (points + int(remaining) + int(held), reserved + int(held))
    ordered = sorted(found.items(), key=lambda item: item[0] or date.max)
    return [Outstanding(month, points, held) for month, (points, held) in ordered]


# --- cohorts -------------------------------------------------------------------------------------


def cohorts(fund: Fund | None = None) -> tuple[date | None, list[Cohort]]:
    """Return every month's points and what became of them by age, the oldest first. One statement.

    Args:
        fund: of one purse; None: of all.

    Returns:
        The last business day that is in them (None: nothing of this purse came yet), and they.
    """
    names = ("issued", "restored", "spent", "expired", "clawed")
    through = sa.select(MARK.c.through_on).scalar_subquery()
    sums = (sa.func.sum(COHORT.c[name]) for name in names)
    query = sa.select(COHORT.c.came_on, COHORT.c.moved_on, through, *sums)
    if fund is not None:
        query = query.where(COHORT.c.fund == fund)
    rows = db.session.execute(
        query.group_by(COHORT.c.came_on, COHORT.c.moved_on).order_by(
            COHORT.c.came_on, COHORT.c.moved_on
        )
    ).all()
    by_month: dict[date, list[Any]] = {}
    for row in rows:
        by_month.setdefault(row[0], []).append(row)
    shown = [_cohort(came_on, group) for came_on, group in by_month.items()]
    return (rows[0][2] if rows else None), shown


def _cohort(came_on: date, rows: Sequence[Any]) -> Cohort:
    ages = 1 + max(age_of(came_on, row[1]) for row in rows)
    spent, expired, clawed = [0] * ages, [0] * ages, [0] * ages
    issued = restored = 0
    for _came, moved_on, _through, more, again, used, lapsed, taken in rows:
        age = age_of(came_on, moved_on)
        issued, restored = issued + int(more), restored + int(again)
        spent[age], expired[age], clawed[age] = int(used), int(lapsed), int(taken)
    return Cohort(came_on, issued, restored, tuple(spent), tuple(expired), tuple(clawed))


def age_of(came_on: date, moved_on: date) -> int:
    """Return how many months lie between two first days of months."""
    return (moved_on.year - came_on.year) * 12 + moved_on.month - came_on.month


# --- costs ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CostRow:
    """What was issued and taken back in a stretch of days, by who pays, why and where from.

    Attributes:
        origin: the code of a sales channel; empty: none.
        stretch: which one, counted from 0.
    """

    fund: Fund
    reason: str
    origin: str
    stretch: int
    issued: int
    taken: int


def costs(since: date, until: date, starts: Sequence[date] = ()) -> list[CostRow]:
    """Return what was issued on closed business days ``since`` ≤ day < ``until``. One statement.

    Args:
        since: first day.
        until: the day after the last.
        starts: days on which a new stretch begins (the point has another value), ascending.
    """
    later = [(COST.c.on_date >= day, n + 1) for n, day in reversed(list(enumerate(starts)))]
    stretch = sa.case(*later, else_=0) if later else sa.literal(0)
    key = (COST.c.fund, COST.c.reason, COST.c.origin, stretch.label("stretch"))
    rows = db.session.execute(
        sa.select(*key, sa.func.sum(COST.c.issued), sa.func.sum(COST.c.taken))
        .where(COST.c.on_date >= since, COST.c.on_date < until)
        .group_by(COST.c.fund, COST.c.reason, COST.c.origin, stretch)
        .order_by(COST.c.fund, COST.c.reason, COST.c.origin)
    )
    return [CostRow(*row[:4], int(row[4]), int(row[5])) for row in rows]


def issued_by_fund(since: date, until: date) -> dict[Fund, int]:
    """Return what was issued on closed business days, by fund: what costs must add up to.

    One statement.
    """
    rows = db.session.execute(
        sa.select(DAY.c.fund, sa.func.sum(DAY.c.issued))
        .where(DAY.c.on_date >= since, DAY.c.on_date < until)
        .group_by(DAY.c.fund)
    )
    return {fund: int(issued) for fund, issued in rows if issued}
