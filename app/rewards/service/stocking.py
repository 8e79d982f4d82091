"""Stock: changed only together with a movement that names its cause."""

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import changed, db
from app.rewards.models import MOVEMENT, VARIANT
from app.rewards.types import Movement, SoldOutError, StockError, TooFewLeftError


def take(variant_id: int, count: int, cause: Movement, order_id: int) -> None:
    """Take pieces for an order, if they are there. Two statements.

    Raises:
        SoldOutError, TooFewLeftError: as :func:`claim`.
    """
    claim(variant_id, count)
    note(variant_id, -count, cause, order_id=order_id)


def claim(variant_id: int, count: int) -> None:
    """Take pieces, if they are there; whoever does notes why. One statement.

    The condition stands in the UPDATE itself, so that of any number of buyers of the last piece
    exactly one gets it.

    Raises:
        SoldOutError: none is left.
        TooFewLeftError: some are left, but fewer than that.
    """
    took = changed(
        sa.update(VARIANT)
        .where(VARIANT.c.id == variant_id, VARIANT.c.stock >= count, ~VARIANT.c.is_retired)
        .values(stock=VARIANT.c.stock - count)
    )
    if not took:
        left = db.session.scalar(sa.select(VARIANT.c.stock).where(VARIANT.c.id == variant_id))
        raise TooFewLeftError if left else SoldOutError


def put_back(variant_id: int, count: int, cause: Movement, order_id: int) -> None:
    """Put an order's pieces back. Two statements."""
    changed(
        sa.update(VARIANT).where(VARIANT.c.id == variant_id).values(stock=VARIANT.c.stock + count)
    )
    note(variant_id, count, cause, order_id=order_id)


def put_back_counted(variant_id: int, count: int, cause: Movement, order_id: int) -> None:
    """Put pieces back where the kind is counted at all. Three statements, one where it is not."""
    is_counted = db.session.scalar(
        sa.select(~VARIANT.c.is_endless).where(VARIANT.c.id == variant_id)
    )
    if is_counted:
        put_back(variant_id, count, cause, order_id)


def move(variant_id: int, amount: int, cause: Movement, actor_id: int | None) -> int:
    """Change a stock by hand; return the movement's id. Two statements.

    Raises:
        StockError: it would fall below zero.
    """
    moved = changed(
        sa.update(VARIANT)
        .where(VARIANT.c.id == variant_id, VARIANT.c.stock + amount >= 0)
        .values(stock=VARIANT.c.stock + amount)
    )
    if not moved:
        raise StockError(field="amount")
    return note(variant_id, amount, cause, actor_id=actor_id)


def note(
    variant_id: int,
    amount: int,
    cause: Movement,
    *,
    order_id: int | None = None,
    actor_id: int | None = None,
) -> int:
    """Write a movement; return its id."""
    movement_id = ids.next_id()
    row = (movement_id, variant_id, amount, cause.value, order_id, actor_id, clock.now())
    insert_rows(MOVEMENT, [row])
    return movement_id
