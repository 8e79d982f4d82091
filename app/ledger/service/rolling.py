"""Roll-ups of days that are over: what was issued why, and what became of each month's points.

One call handles some days in one transaction, the oldest first; its mark is the mutex, and tells
where the next call begins. So it may be killed at any instant and run by two workers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import origins
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.ledger.layers import BETWEEN, OUT, Layers, Moved, columns, month_of
from app.ledger.models import COHORT, COST, DAY, LAYER, LOT, LOT_MOVE, MARK, TRANSFER, TXN
from app.ledger.types import Account, Book, Fund, Move

NAME = "rollups"
DAYS = 31
MOVES_AT_ONCE = 20_000  # a call ends after the day with which it passes this
ONE_DAY = timedelta(days=1)
INTO = (Move.ISSUE, Move.RESTORE)
FIGURES = ("issued", "restored", "spent", "expired", "clawed")


@use_case
def roll_up(limit: int = DAYS) -> int:
    """Roll up closed days that are not rolled up yet; return how many that was.

    Raises:
        LookupError: the layers are not what the journal says; nothing was written.
    """
    closed: date | None = db.session.scalar(sa.select(sa.func.max(DAY.c.on_date)))
    if closed is None:
        return 0
    first = _next_day()
    last = min(closed, first + timedelta(days=limit - 1))
    day, moves = first, 0
    cohorts: Counter[tuple[date, Fund, date, str]] = Counter()
    while day <= last and moves < MOVES_AT_ONCE:
        moves += _roll_layers(day, cohorts)
        day += ONE_DAY
    rolled = (day - first).days
    if rolled:
        _roll_costs(first, day - ONE_DAY)
        _add_to_cohorts(cohorts)
        changed(sa.update(MARK).where(MARK.c.name == NAME).values(through_on=day - ONE_DAY))
    return rolled


def _next_day() -> date:
    """Return the first day that is not rolled up, under the lock of the mark."""
    before: date = db.session.scalar(sa.select(sa.func.min(DAY.c.on_date))) or date.min
    row = {"name": NAME, "through_on": before - ONE_DAY}
    changed(insert(MARK).values(row).on_conflict_do_nothing())
    through: date = db.session.execute(
        sa.select(MARK.c.through_on).where(MARK.c.name == NAME).with_for_update()
    ).scalar_one()
    return through + ONE_DAY


# --- why points were issued ----------------------------------------------------------------------


def _roll_costs(first: date, last: date) -> None:
    """Sum what was issued and taken back by day, fund, reason and origin. One statement."""
    taken = sa.case(
        (TRANSFER.c.credit == Account.CLAWED, TRANSFER.c.amount),
        (TRANSFER.c.debit == Account.CLAWED, -TRANSFER.c.amount),
        else_=0,
    )
    issued = sa.case((TRANSFER.c.debit == Account.ISSUANCE, TRANSFER.c.amount), else_=0)
    row = (
        sa.select(
            TXN.c.posted_on.label("on_date"),
            sa.func.coalesce(TRANSFER.c.fund, sa.literal(Fund.ADJUST.value)).label("fund"),
            TRANSFER.c.reason.label("reason"),
            origins.column(TXN.c.source_kind, TXN.c.source_id).label("origin"),
            issued.label("issued"),
            taken.label("taken"),
        )
        .join(TRANSFER, TRANSFER.c.txn_id == TXN.c.id)
        .where(
            TXN.c.posted_on.between(first, last),
            TRANSFER.c.book == Book.POINTS,
            sa.or_(
                TRANSFER.c.debit == Account.ISSUANCE,
                TRANSFER.c.credit == Account.CLAWED,
                TRANSFER.c.debit == Account.CLAWED,
            ),
        )
        .subquery()
    )
    key = (row.c.on_date, row.c.fund, row.c.reason, row.c.origin)
    sums = sa.select(*key, sa.func.sum(row.c.issued), sa.func.sum(row.c.taken)).group_by(*key)
    names = ["on_date", "fund", "reason", "origin", "issued", "taken"]
    changed(insert(COST).from_select(names, sums))


# --- what became of each month's points ----------------------------------------------------------


def _roll_layers(day: date, cohorts: Counter[tuple[date, Fund, date, str]]) -> int:
    """Bring layers to the end of a day and count what moved; return how many movements it had."""
    month = month_of(day)
    came = db.session.execute(sa.select(DAY).where(DAY.c.on_date == day)).all()
    for row in came:
        for name in ("issued", "restored"):
            cohorts[month, row.fund, month, name] += getattr(row, name)
    grown = _let_in(day, month) if any(row.issued or row.restored for row in came) else 0
    moved = _movements(day)
    if moved:
        layers = Layers(_layers_of(day))
        before = {lot_id: dict(months) for lot_id, months in layers.left.items()}
        layers.apply(moved)
        _keep_layers(before, layers.left)
        _count(layers, month, cohorts)
    return grown + len(moved)


def _let_in(day: date, month: date) -> int:
    """Add what came in on a day to the layers of its month. One statement, however much it was."""
    came = (
        sa.select(LOT_MOVE.c.lot_id, sa.literal(month), sa.func.sum(LOT_MOVE.c.amount))
        .join(TXN, TXN.c.id == LOT_MOVE.c.txn_id)
        .where(TXN.c.posted_on == day, LOT_MOVE.c.kind.in_(INTO))
        .group_by(LOT_MOVE.c.lot_id)
    )
    statement = insert(LAYER).from_select(["lot_id", "came_on", "left_points"], came)
    return changed(
        statement.on_conflict_do_update(
            index_elements=["lot_id", "came_on"],
            set_={"left_points": LAYER.c.left_points + statement.excluded.left_points},
        )
    )


def _movements(day: date) -> list[Moved]:
    rows = db.session.execute(
        sa.select(
            LOT_MOVE.c.txn_id,
            LOT_MOVE.c.lot_id,
            LOT_MOVE.c.kind,
            LOT_MOVE.c.amount,
            LOT.c.fund,
            LOT.c.expires_on,
        )
        .select_from(TXN)
        .join(LOT_MOVE, LOT_MOVE.c.txn_id == TXN.c.id)
        .join(LOT, LOT.c.id == LOT_MOVE.c.lot_id)
        .where(TXN.c.posted_on == day, LOT_MOVE.c.kind.in_((*OUT, *BETWEEN)))
    )
    return [Moved(*row) for row in rows]


def _layers_of(day: date) -> dict[int, dict[date, int]]:
    """Return the layers of every lot that a day's movements touch. One statement."""
    touched = (
        sa.select(LOT_MOVE.c.lot_id)
        .join(TXN, TXN.c.id == LOT_MOVE.c.txn_id)
        .where(TXN.c.posted_on == day, LOT_MOVE.c.kind.in_((*OUT, *BETWEEN)))
    )
    left: dict[int, dict[date, int]] = defaultdict(dict)
    for lot_id, came_on, points in db.session.execute(
        sa.select(LAYER).where(LAYER.c.lot_id.in_(touched))
    ):
        left[lot_id][came_on] = points
    return dict(left)


def _keep_layers(before: dict[int, dict[date, int]], after: dict[int, dict[date, int]]) -> None:
    rows: list[dict[str, Any]] = []
    empty: list[dict[str, Any]] = []
    for lot_id, months in after.items():
        was = before.get(lot_id, {})
        for month, points in months.items():
            if points and points != was.get(month):
                rows.append({"lot_id": lot_id, "came_on": month, "left_points": points})
            elif not points and month in was:
                empty.append({"lot": lot_id, "month": month})
    statement = insert(LAYER)
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["lot_id", "came_on"],
            set_={"left_points": statement.excluded.left_points},
        ),
        rows,
    )
    if empty:
        gone = sa.delete(LAYER).where(
            LAYER.c.lot_id == sa.bindparam("lot"), LAYER.c.came_on == sa.bindparam("month")
        )
        db.session.connection().execute(gone, empty)


def _count(layers: Layers, month: date, cohorts: Counter[tuple[date, Fund, date, str]]) -> None:
    by_place: dict[tuple[date, Fund], dict[Move, int]] = defaultdict(dict)
    for (came_on, fund, kind), amount in layers.gone.items():
        by_place[came_on, fund][kind] = amount
    for (came_on, fund), gone in by_place.items():
        for name, amount in columns(gone).items():
            cohorts[came_on, fund, month, name] += amount


def _add_to_cohorts(cohorts: Counter[tuple[date, Fund, date, str]]) -> None:
    statement = insert(COHORT)
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["came_on", "fund", "moved_on"],
            set_={name: COHORT.c[name] + statement.excluded[name] for name in FIGURES},
        ),
        list(_cohort_rows(cohorts)),
    )


def _cohort_rows(
    cohorts: Counter[tuple[date, Fund, date, str]],
) -> Iterable[dict[str, Any]]:
    rows: dict[tuple[date, Fund, date], dict[str, int]] = {}
    for (came_on, fund, moved_on, name), amount in cohorts.items():
        if amount:
            row = rows.setdefault((came_on, fund, moved_on), dict.fromkeys(FIGURES, 0))
            row[name] += amount
    for (came_on, fund, moved_on), figures in sorted(rows.items()):
        yield {"came_on": came_on, "fund": fund, "moved_on": moved_on, **figures}


@use_case
def roll_up_anew() -> None:
    """Throw all roll-ups of costs and cohorts away; the next calls make them from the journal."""
    for table in (COST, COHORT, LAYER):
        changed(sa.delete(cast("Any", table)))
    changed(sa.delete(cast("Any", MARK)).where(MARK.c.name == NAME))
