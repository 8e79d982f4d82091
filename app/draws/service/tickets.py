"""Tickets: free tries that somebody was given. A kind of goods, ``ticket``."""

from collections.abc import Collection
from contextlib import suppress

import sqlalchemy as sa

from app.draws.queries.tables import DRAW, TICKET
from app.draws.types import Game, State
from app.kernel import clock, goods, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import DomainError
from app.kernel.goods import Given, Giving, GoodsGoneError, UnknownGoodsError
from app.kernel.types import Ref

GIVABLE = (State.DRAFT, State.OPEN, State.PAUSED)
PLAYED = (Game.GRID, Game.SCRATCH)
SOLD_BY = "mall_order"
"""Tickets that were bought name the order they came with; others were a present."""
BATCH = 100
_UNUSED = (TICKET.c.used < TICKET.c.amount, TICKET.c.taken_back_at.is_(None))


@use_case
def give(giving: Giving) -> Given:
    """Give free tries for a draw; once for each key.

    Raises:
        UnknownGoodsError: there is no such draw.
        GoodsGoneError: the draw is over.
    """
    earlier = db.session.execute(
        sa.select(TICKET.c.draw_id).where(TICKET.c.key == giving.key)
    ).one_or_none()
    if earlier is not None:
        return Given(is_new=False, where=Ref("draw", earlier.draw_id))
    row = (
        db.session.execute(
            sa.select(DRAW.c.id, DRAW.c.state).where(
                DRAW.c.id == int(giving.ref), DRAW.c.game.in_(PLAYED)
            )
        ).one_or_none()
        if giving.ref.isdecimal()
        else None
    )
    if row is None:
        raise UnknownGoodsError(giving.ref)
    if row.state not in GIVABLE:
        raise GoodsGoneError
    db.session.execute(
        insert(TICKET).values(
            id=ids.next_id(),
            draw_id=row.id,
            member_id=giving.member_id,
            key=giving.key,
            amount=giving.count,
            used=0,
            source_kind=giving.source.kind if giving.source else None,
            source_id=giving.source.id if giving.source else None,
            at=clock.now(),
        )
    )
    return Given(is_new=True, where=Ref("draw", row.id))


@use_case
def take_back(key: str) -> bool:
    """Take tickets back that nobody has used; return whether they were whole."""
    return (
        changed(
            sa.update(TICKET)
            .where(TICKET.c.key == key, TICKET.c.used == 0, TICKET.c.taken_back_at.is_(None))
            .values(taken_back_at=clock.now())
        )
        == 1
    )


@use_case
def take_unused(key: str, only: Collection[int] | None = None) -> int:
    """Take back the tries of a giving that nobody has played; return how many.

    They have no numbers of their own: all go back, or none where some are named.
    """
    if only is not None:
        return 0
    row = db.session.execute(
        sa.update(TICKET)
        .where(TICKET.c.key == key, *_UNUSED)
        .values(taken_back_at=clock.now())
        .returning(TICKET.c.amount, TICKET.c.used)
    ).one_or_none()
    return row.amount - row.used if row else 0


def pay_back_unused(limit: int = BATCH) -> int:
    """Pay tickets back that were bought and never played, once their draw is over.

    What was played stays played; where the draw was called off, its tries are undone first, and
    all tickets go back. Each giving is a transaction of its own: whoever sold it (the mall) gives
    the points back and takes the tickets back on the way.

    Returns:
        How many were paid back.
    """
    found = db.session.execute(
        sa.select(TICKET.c.id, TICKET.c.key)
        .join(DRAW, DRAW.c.id == TICKET.c.draw_id)
        .where(
            sa.or_(
                DRAW.c.state == State.CLOSED,
                sa.and_(DRAW.c.state == State.CANCELLED, DRAW.c.settled_at.is_not(None)),
            ),
            *_UNUSED,
            TICKET.c.source_kind == SOLD_BY,
        )
        .order_by(TICKET.c.id)
        .limit(limit)
    ).all()
    db.session.rollback()
    paid = 0
    for row in found:
        with suppress(DomainError):  # somebody has just used one: it is his
            paid += _pay_back(row.id, row.key)
    return paid


@use_case
def _pay_back(ticket_id: int, key: str) -> bool:
    is_paid = goods.call_off(key)
    changed(
        sa.update(TICKET)
        .where(TICKET.c.id == ticket_id, *_UNUSED)
        .values(taken_back_at=clock.now())
    )
    return is_paid
