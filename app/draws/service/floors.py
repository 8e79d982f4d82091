"""Floors: taken by replies, lost by replies that go.

The community lies beside this floor of the house: its replies are read from the facts, by name,
and only while a floor draw runs. Who replies writes no row for it. Read twice is once.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.draws.policy import playing as policy
from app.draws.queries.tables import DRAW, DRAW_COLUMNS, FLOOR, PAUSE, draw_from
from app.draws.types import DrawRow, Game, State
from app.identity import queries as identity
from app.kernel import audience, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.facts import FactRow
from app.kernel.permissions import Permission, roles_with

PUBLISHED = "reply.published"
GONE = {
    "reply.removed": True,
    "reply.hidden": True,
    "reply.brought_back": False,
    "reply.restored": False,
}
AT_ONCE = 2_000
OVERLAP = timedelta(minutes=3)  # no transaction is open longer: what was written before is in


def follow_replies() -> int:
    """Note what replies did to the floors of running draws; return how many facts were read.

    A re-runnable sweep: the last minutes are read again, for who committed late.
    """
    read = 0
    while found := _follow_some():
        read += found
        if found < AT_ONCE:
            break
    return read


@use_case
def _follow_some() -> int:
    draws = db.session.execute(
        sa.select(DRAW.c.id, DRAW.c.thread_id, DRAW.c.starts_at, DRAW.c.followed_at).where(
            DRAW.c.game == Game.FLOOR,
            DRAW.c.state.in_([State.OPEN, State.PAUSED, State.CLOSED]),
            DRAW.c.thread_id.is_not(None),
            DRAW.c.settled_at.is_(None),
        )
    ).all()
    if not draws:
        return 0
    now, threads = clock.now(), {draw.thread_id for draw in draws}
    since = min((draw.followed_at or draw.starts_at) - OVERLAP for draw in draws)
    rows = db.session.execute(
        sa.select(FactRow.name, FactRow.actor_id, FactRow.occurred_at, FactRow.payload)
        .where(
            FactRow.on_date >= clock.business_date(since),
            FactRow.name.in_([PUBLISHED, *GONE]),
            FactRow.occurred_at >= since,
        )
        .order_by(FactRow.occurred_at, FactRow.id)
        .limit(AT_ONCE)
    ).all()
    for row in rows:
        _note(row, threads)
    until = rows[-1].occurred_at if len(rows) == AT_ONCE else now
    changed(
        sa.update(DRAW).where(DRAW.c.id.in_([draw.id for draw in draws])).values(followed_at=until)
    )
    return len(rows)


def _note(row: Any, threads: set[int]) -> None:
    said = json.loads(row.payload)
    if row.name != PUBLISHED:
        mark_reply(said["reply_id"], is_gone=GONE[row.name])
    elif said["thread_id"] in threads and row.actor_id is not None:
        take_floor(
            said["thread_id"], floor=said["floor"], reply_id=said["reply_id"],
            member_id=row.actor_id, at=row.occurred_at,
        )  # fmt: skip


@use_case
def take_floor(thread_id: int, *, floor: int, reply_id: int, member_id: int, at: datetime) -> int:
    """Note a reply's floor in the draws of its thread; return in how many it counts.

    It counts where the draw was open, not paused, at the moment of the reply and the member may
    play. Told twice, it is noted once.
    """
    rows = db.session.execute(
        sa.select(*DRAW_COLUMNS).where(
            DRAW.c.game == Game.FLOOR,
            DRAW.c.thread_id == thread_id,
            DRAW.c.state.in_([State.OPEN, State.PAUSED, State.CLOSED]),
            DRAW.c.settled_at.is_(None),
            ~_stood_still(at),
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


def _stood_still(at: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a draw was paused at a moment; facts are read later than that."""
    return sa.exists().where(
        PAUSE.c.draw_id == DRAW.c.id,
        PAUSE.c.paused_at <= at,
        sa.or_(PAUSE.c.resumed_at.is_(None), PAUSE.c.resumed_at > at),
    )


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
