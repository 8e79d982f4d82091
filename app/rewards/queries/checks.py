"""What must be true of the mall at all times (``flask verify``)."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.kernel.db import db
from app.ledger import queries as ledger
from app.rewards.models import MOVEMENT, ORDER, STEP, VARIANT
from app.rewards.policy import ENDED, WAITING, share
from app.rewards.types import ORDER_REF, State

BATCH = 500


def drifting_stocks() -> Iterator[str]:
    """Name variants whose stock is not the sum of their movements. One statement."""
    moved = (
        sa.select(MOVEMENT.c.variant_id, sa.func.sum(MOVEMENT.c.amount).label("total"))
        .group_by(MOVEMENT.c.variant_id)
        .subquery()
    )
    total = sa.func.coalesce(moved.c.total, 0)
    rows = db.session.execute(
        sa.select(VARIANT.c.id, VARIANT.c.stock, total.label("total"))
        .outerjoin(moved, moved.c.variant_id == VARIANT.c.id)
        .where(VARIANT.c.stock != total)
    )
    for row in rows:
        yield f"variant {row.id}: stock {row.stock}, movements add up to {row.total}"


def drifting_orders() -> Iterator[str]:
    """Name orders whose points are not where their state says. Two statements per 500 orders."""
    after = 0
    while rows := db.session.execute(
        sa.select(ORDER).where(ORDER.c.id > after).order_by(ORDER.c.id).limit(BATCH)
    ).all():
        after = rows[-1].id
        moves = {
            each for row in rows for each in (row.hold_id, row.txn_id, row.rest_txn_id) if each
        }
        sources = ledger.sources_of(moves)
        for row in rows:
            yield from _order(row, sources)


def _order(row: sa.Row, sources: dict) -> Iterator[str]:  # type: ignore[type-arg]
    wants_points = row.points > 0
    if row.state in WAITING:
        is_right = (row.hold_id is not None) == wants_points and row.txn_id is None
    elif row.state in ENDED:
        is_right = not wants_points or bool(row.hold_id or row.txn_id)
    else:
        is_right = (row.txn_id is not None) == wants_points
    if not is_right:
        state = row.state.value
        yield f"order {row.id}: {state} for {row.points} points, but not so in the ledger"
    for txn_id in (row.txn_id, row.rest_txn_id):
        source = sources.get(txn_id) if txn_id else None
        if txn_id and (source is None or (source.kind, source.id) != (ORDER_REF, row.id)):
            yield f"order {row.id}: transaction {txn_id} was posted for {source}"


def drifting_parts() -> Iterator[str]:
    """Name orders of which pieces went back whose share did not. Two statements per 500 orders."""
    after = 0
    of_parts = sa.select(ORDER).where(ORDER.c.pieces_back > 0, ORDER.c.state.not_in(sorted(ENDED)))
    while rows := db.session.execute(
        of_parts.where(ORDER.c.id > after).order_by(ORDER.c.id).limit(BATCH)
    ).all():
        after = rows[-1].id
        undone = ledger.points_undone(
            {each for row in rows for each in (row.txn_id, row.rest_txn_id) if each}
        )
        for row in rows:
            back = sum(undone.get(each, 0) for each in (row.txn_id, row.rest_txn_id))
            due = share(row.points, row.pieces_back, row.pieces)
            if back != due:
                parts = f"{row.pieces_back} of {row.pieces} pieces"
                yield f"order {row.id}: {parts} went back, {due} points are due, {back} came back"


def misplaced_orders() -> Iterator[str]:
    """Name orders whose state is not that of their last step. One statement."""
    newest = (
        sa.select(STEP.c.order_id, sa.func.max(STEP.c.id).label("id"))
        .group_by(STEP.c.order_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(ORDER.c.id, ORDER.c.state, STEP.c.state.label("last"))
        .outerjoin(newest, newest.c.order_id == ORDER.c.id)
        .outerjoin(STEP, STEP.c.id == newest.c.id)
        .where(sa.or_(STEP.c.state.is_(None), STEP.c.state != ORDER.c.state))
    )
    for row in rows:
        last = State(row.last).value if row.last else "nowhere"
        yield f"order {row.id}: {row.state.value}, but its last step says {last}"
