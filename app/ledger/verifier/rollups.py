"""Roll-ups of costs and cohorts against the journal and the daily roll-up, to the point."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.ledger.models import COHORT, COST, DAY, LAYER, LOT, LOT_MOVE, MARK, TRANSFER, TXN
from app.ledger.types import Account, Book, Move
from app.ledger.verifier.streams import stream

FIGURES = ("issued", "restored", "spent", "expired", "clawed")
IN = (Move.ISSUE, Move.RESTORE, Move.ARRIVE)
OUT = (Move.SPEND, Move.CAPTURE, Move.CLAW, Move.REPAY, Move.EXPIRE, Move.LEAVE)


def rollups(connection: Connection) -> Iterator[str]:
    """Find roll-ups of costs and cohorts that are not what the journal says."""
    through: date | None = connection.scalar(sa.select(MARK.c.through_on))
    if through is None:
        return
    yield from _costs(connection, through)
    yield from _cohorts(connection, through)
    yield from _layers(connection, through)


def _costs(connection: Connection, through: date) -> Iterator[str]:
    """Sum by reason = sum by fund = what the ledger issued, day by day."""
    day, issued = DAY.c.on_date, sa.func.sum(DAY.c.issued)
    wanted = connection.execute(
        sa.select(day, DAY.c.fund, issued).where(day <= through).group_by(day, DAY.c.fund)
    )
    kept = connection.execute(
        sa.select(COST.c.on_date, COST.c.fund, sa.func.sum(COST.c.issued)).group_by(
            COST.c.on_date, COST.c.fund
        )
    )
    yield from _differences("costs", _by_place(kept), _by_place(wanted))
    taken = sa.case((TRANSFER.c.credit == Account.CLAWED, 1), else_=-1) * TRANSFER.c.amount
    wanted = connection.execute(
        sa.select(TXN.c.posted_on, sa.literal("taken"), sa.func.sum(taken))
        .join(TRANSFER, TRANSFER.c.txn_id == TXN.c.id)
        .where(
            TXN.c.posted_on <= through,
            TRANSFER.c.book == Book.POINTS,
            sa.or_(TRANSFER.c.credit == Account.CLAWED, TRANSFER.c.debit == Account.CLAWED),
        )
        .group_by(TXN.c.posted_on)
    )
    kept = connection.execute(
        sa.select(COST.c.on_date, sa.literal("taken"), sa.func.sum(COST.c.taken)).group_by(
            COST.c.on_date
        )
    )
    yield from _differences("costs", _by_place(kept), _by_place(wanted))


def _cohorts(connection: Connection, through: date) -> Iterator[str]:
    """What moved in a month, over all months in which it came = what the days of it say."""
    for name in FIGURES:
        days: dict[tuple[object, object], int] = {}
        for on_date, fund, amount in connection.execute(
            sa.select(DAY.c.on_date, DAY.c.fund, DAY.c[name]).where(DAY.c.on_date <= through)
        ):
            place = (on_date.replace(day=1), fund)
            days[place] = days.get(place, 0) + amount
        kept = connection.execute(
            sa.select(COHORT.c.moved_on, COHORT.c.fund, sa.func.sum(COHORT.c[name])).group_by(
                COHORT.c.moved_on, COHORT.c.fund
            )
        )
        yield from _differences(f"cohorts ({name})", _by_place(kept), days)


def _layers(connection: Connection, through: date) -> Iterator[str]:
    """Layers of a lot = its movements; layers of a month = what is left of its cohort."""
    signed = sa.case(
        (LOT_MOVE.c.kind.in_(IN), LOT_MOVE.c.amount),
        (LOT_MOVE.c.kind.in_(OUT), -LOT_MOVE.c.amount),
        else_=0,
    )
    journal = (
        sa.select(LOT_MOVE.c.lot_id, sa.func.sum(signed).label("points"))
        .join(TXN, TXN.c.id == LOT_MOVE.c.txn_id)
        .where(TXN.c.posted_on <= through)
        .group_by(LOT_MOVE.c.lot_id)
        .subquery()
    )
    layers = (
        sa.select(LAYER.c.lot_id, sa.func.sum(LAYER.c.left_points).label("points"))
        .group_by(LAYER.c.lot_id)
        .subquery()
    )
    kept = sa.func.coalesce(layers.c.points, 0)
    query = (
        sa.select(LOT.c.id, kept.label("kept"), sa.func.coalesce(journal.c.points, 0).label("said"))
        .outerjoin(layers, layers.c.lot_id == LOT.c.id)
        .outerjoin(journal, journal.c.lot_id == LOT.c.id)
        .where(kept != sa.func.coalesce(journal.c.points, 0))
        .order_by(LOT.c.id)
    )
    for lot_id, in_layers, in_journal in stream(connection, query):
        yield f"layers of lot {lot_id} hold {in_layers}, its movements say {in_journal}"
    left = connection.execute(
        sa.select(LAYER.c.came_on, LOT.c.fund, sa.func.sum(LAYER.c.left_points))
        .join(LOT, LOT.c.id == LAYER.c.lot_id)
        .group_by(LAYER.c.came_on, LOT.c.fund)
    )
    net = COHORT.c.issued + COHORT.c.restored - COHORT.c.spent - COHORT.c.expired - COHORT.c.clawed
    wanted = connection.execute(
        sa.select(COHORT.c.came_on, COHORT.c.fund, sa.func.sum(net)).group_by(
            COHORT.c.came_on, COHORT.c.fund
        )
    )
    yield from _differences("layers", _by_place(left), _by_place(wanted))


def _by_place(
    rows: Iterable[Any],
) -> dict[tuple[object, object], int]:
    return {(day, fund): int(amount) for day, fund, amount in rows}


def _differences(
    name: str, kept: dict[tuple[object, object], int], wanted: dict[tuple[object, object], int]
) -> Iterator[str]:
    for place in sorted({*kept, *wanted}, key=str):
        if kept.get(place, 0) != wanted.get(place, 0):
            day, fund = place
            yield (
                f"roll-up of {name} of {day}, {fund}, says {kept.get(place, 0)}, "
                f"the days say {wanted.get(place, 0)}"
            )
