"""Tickets: free tries that somebody was given. A kind of goods, ``ticket``."""

import sqlalchemy as sa

from app.draws.queries.tables import DRAW, TICKET
from app.draws.types import Game, State
from app.kernel import clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.goods import Given, Giving, GoodsGoneError, UnknownGoodsError
from app.kernel.types import Ref

GIVABLE = (State.DRAFT, State.OPEN, State.PAUSED)
PLAYED = (Game.GRID, Game.SCRATCH)


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
