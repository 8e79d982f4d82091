"""Floors: taken by replies, lost by replies that go. Told by facts, perhaps twice."""

from datetime import datetime

import sqlalchemy as sa

from app.draws.policy import playing as policy
from app.draws.queries.tables import DRAW, DRAW_COLUMNS, FLOOR, draw_from
from app.draws.types import DrawRow, Game, State
from app.identity import queries as identity
from app.kernel import audience, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.permissions import Permission, roles_with


@use_case
def take_floor(thread_id: int, *, floor: int, reply_id: int, member_id: int, at: datetime) -> int:
    """Note a reply's floor in the draws of its thread; return in how many it counts.

    It counts where the draw was open at the moment of the reply and the member may play. Told
    twice, it is noted once.
    """
    rows = db.session.execute(
        sa.select(*DRAW_COLUMNS).where(
            DRAW.c.game == Game.FLOOR,
            DRAW.c.thread_id == thread_id,
            DRAW.c.state.in_([State.OPEN, State.CLOSED]),
            DRAW.c.settled_at.is_(None),
        )
    ).all()
    draws = [draw for draw in map(draw_from, rows) if _counts(draw, member_id, at)]
    if not draws or member_id in identity.members_with(roles_with(Permission.DRAWS_EDIT)):
        return 0
    for draw in draws:
        changed(
            insert(FLOOR)
            .values(
                id=ids.next_id(),
                draw_id=draw.id,
                floor=floor,
                reply_id=reply_id,
                member_id=member_id,
                is_gone=False,
                at=clock.now(),
            )
            .on_conflict_do_nothing()
        )
    return len(draws)


def _counts(draw: DrawRow, member_id: int, at: datetime) -> bool:
    """Return whether a reply of this moment takes a floor."""
    begins = max(draw.starts_at, draw.opened_at or draw.starts_at)
    ends = min(draw.ends_at, draw.closed_at or draw.ends_at)
    return (
        begins <= at < ends
        and policy.is_in_hours(draw, at)
        and audience.includes(draw.audience, member_id)
    )


@use_case
def mark_reply(reply_id: int, *, is_gone: bool) -> int:
    """Note that a reply is gone or back; return how many floors that changes.

    Draws whose winners are found stay as they are.
    """
    running = sa.select(DRAW.c.id).where(DRAW.c.settled_at.is_(None))
    return changed(
        sa.update(FLOOR)
        .where(FLOOR.c.reply_id == reply_id, FLOOR.c.draw_id.in_(running))
        .values(is_gone=is_gone)
    )
