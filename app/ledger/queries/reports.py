"""The roll-forward: opening + issued + restored − spent − expired − clawed = closing, by fund."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.ledger import flows
from app.ledger.flows import Flow
from app.ledger.models import DAY, WALLET
from app.ledger.types import Book, Fund


@dataclass(frozen=True, slots=True)
class FundRow:
    """One fund in a period, in points.

    Attributes:
        fund: None for the sum of all.
        restored: came back because a spend was undone.
        clawed: taken back, at once or when a debt was paid.
        closing: what is outstanding (pending, available or held) at the end.
    """

    fund: Fund | None
    opening: int
    issued: int
    restored: int
    spent: int
    expired: int
    clawed: int
    closing: int


@dataclass(frozen=True, slots=True)
class TieOut:
    """Whether the journal and the wallets agree now.

    Attributes:
        journal: points outstanding by all movements ever.
        wallets: pending + available + held of all wallets.
        debt: what members owe.
    """

    journal: int
    wallets: int
    debt: int

    @property
    def difference(self) -> int:
        """0, or something is wrong."""
        return self.journal - self.wallets


@dataclass(frozen=True, slots=True)
class RollForward:
    """A period's movements by fund, and their sum.

    Attributes:
        daily: (points issued, points outstanding at its end) of each day, where asked for.
    """

    since: date
    until: date
    rows: tuple[FundRow, ...]
    total: FundRow
    tie_out: TieOut
    daily: tuple[tuple[int, int], ...] = ()


def roll_forward(since: date, until: date, *, daily: bool = False) -> RollForward:
    """Return the movements of business days ``since`` ≤ day < ``until``. At most eight statements.

    Closed days come from the roll-up, later ones from the journal.

    Args:
        since: the first day.
        until: the day after the last.
        daily: say it of each day, too; for short periods.
    """
    first_open = _first_open_day()
    opening = _flows(None, since, first_open)
    days = _flows_of_days(since, until, first_open) if daily else {}
    moved = _sums(days) if daily else _flows(since, until, first_open)
    later = _flows(until, None, first_open)
    funds = [fund for fund in Fund if fund in opening or fund in moved]
    rows = [_row(fund, opening.get(fund, Flow()).net, moved.get(fund, Flow())) for fund in funds]
    total = Flow()
    for flow in moved.values():
        total.add(flow)
    before = sum(flow.net for flow in opening.values())
    afterwards = sum(flow.net for flow in later.values())
    return RollForward(
        since=since,
        until=until,
        rows=tuple(row for row in rows if any((row.opening, row.issued, row.restored, row.spent,
                                               row.expired, row.clawed))),
        total=_row(None, before, total),
        tie_out=_tie_out(before + total.net + afterwards),
        daily=_daily(before, days, since, until) if daily else (),
    )  # fmt: skip


def _row(fund: Fund | None, opening: int, flow: Flow) -> FundRow:
    return FundRow(fund=fund, opening=opening, closing=opening + flow.net, **flow.as_dict())


def _first_open_day() -> date:
    last: date | None = db.session.scalar(sa.select(sa.func.max(DAY.c.on_date)))
    return last + timedelta(days=1) if last else date.min


def _flows(since: date | None, until: date | None, first_open: date) -> dict[Fund, Flow]:
    since = since or date.min
    until = until or clock.business_date() + timedelta(days=1)
    found: dict[Fund, Flow] = {}
    for (_, fund), flow in flows.by_day(max(since, first_open), until).items():
        found.setdefault(fund, Flow()).add(flow)
    names = list(Flow().as_dict())
    closed = db.session.execute(
        sa.select(DAY.c.fund, *(sa.func.sum(DAY.c[name]) for name in names))
        .where(DAY.c.on_date >= since, DAY.c.on_date < min(until, first_open))
        .group_by(DAY.c.fund)
    )
    for fund, *figures in closed:
        found.setdefault(fund, Flow()).add(Flow(*map(int, figures)))
    return found


Days = dict[tuple[date, Fund], Flow]


def _flows_of_days(since: date, until: date, first_open: date) -> Days:
    found = {
        (day, fund): flow
        for (day, fund), flow in flows.by_day(max(since, first_open), until).items()
    }
    closed = db.session.execute(
        sa.select(DAY.c.on_date, DAY.c.fund, *(DAY.c[name] for name in Flow().as_dict())).where(
            DAY.c.on_date >= since, DAY.c.on_date < min(until, first_open)
        )
    )
    for day, fund, *figures in closed:
        found.setdefault((day, fund), Flow()).add(Flow(*map(int, figures)))
    return found


def _sums(days: Days) -> dict[Fund, Flow]:
    found: dict[Fund, Flow] = {}
    for (_, fund), flow in days.items():
        found.setdefault(fund, Flow()).add(flow)
    return found


def _daily(before: int, days: Days, since: date, until: date) -> tuple[tuple[int, int], ...]:
    """Return what each day issued and what was outstanding at its end."""
    sums: dict[date, Flow] = {}
    for (day, _), flow in days.items():
        sums.setdefault(day, Flow()).add(flow)
    told, outstanding = [], before
    for number in range((until - since).days):
        flow = sums.get(since + timedelta(days=number), Flow())
        outstanding += flow.net
        told.append((flow.issued, outstanding))
    return tuple(told)


def _tie_out(journal: int) -> TieOut:
    outstanding = WALLET.c.pending + WALLET.c.available + WALLET.c.held
    row = db.session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(outstanding), 0),
            sa.func.coalesce(sa.func.sum(WALLET.c.debt), 0),
        ).where(WALLET.c.book == Book.POINTS)
    ).one()
    return TieOut(journal=journal, wallets=int(row[0]), debt=int(row[1]))
