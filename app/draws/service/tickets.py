"""Tickets: free tries that somebody was given. A kind of goods, ``ticket``."""

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
OVER = (State.CLOSED, State.CANCELLED)
SOLD_BY = "mall_order"
"""Tickets that were bought name the order they came with; others were a present."""
BATCH = 100


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


def pay_back_unused(limit: int = BATCH) -> int:
    """Pay tickets back that were bought and of which nobody used one, once their draw is over.

    Each is a transaction of its own: whoever sold them (the mall) gives the points back and takes
    the tickets back on the way.

    Returns:
        How many were paid back.
    """
    found = db.session.execute(
        sa.select(TICKET.c.id, TICKET.c.key)
        .join(DRAW, DRAW.c.id == TICKET.c.draw_id)
        .where(
            DRAW.c.state.in_(OVER),
            TICKET.c.used == 0,
            TICKET.c.taken_back_at.is_(None),
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
        .where(TICKET.c.id == ticket_id, TICKET.c.used == 0, TICKET.c.taken_back_at.is_(None))
        .values(taken_back_at=clock.now())
    )
    return is_paid
