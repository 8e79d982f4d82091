"""Reads of lists: entrants, floors, winners."""

import sqlalchemy as sa

from app.draws.policy.fairness import Entrant
from app.draws.queries.tables import ENTRY, FLOOR, MEMBER, WIN
from app.draws.types import Win
from app.identity import queries as identity
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel.db import db
from app.kernel.types import Page

PAGE = 50


def entries(draw_id: int) -> list[tuple[Entrant, int]]:
    """Return a frozen list with the members behind it, by place. One statement."""
    rows = db.session.execute(
        sa.select(ENTRY.c.place, ENTRY.c.yid, ENTRY.c.member_id)
        .where(ENTRY.c.draw_id == draw_id)
        .order_by(ENTRY.c.place)
    )
    return [(Entrant(row.place, row.yid), row.member_id) for row in rows]


def floors_that_count(draw_id: int) -> list[tuple[int, int, str]]:
    """Return (floor, member, Yid) of the floors whose reply still stands. One statement."""
    rows = db.session.execute(
        sa.select(FLOOR.c.floor, FLOOR.c.member_id, MEMBER.c.yid)
        .join(MEMBER, MEMBER.c.id == FLOOR.c.member_id)
        .where(
            FLOOR.c.draw_id == draw_id,
            FLOOR.c.is_gone.is_(False),
            MEMBER.c.state != MemberState.CLOSED,
        )
        .order_by(FLOOR.c.floor)
    )
    return [(row.floor, row.member_id, row.yid) for row in rows]


def wins(draw_id: int, *, after: int | None = None) -> Page[Win]:
    """Return who won a place of a list, by place. One statement."""
    statement = sa.select(
        WIN.c.place, WIN.c.prize_id, WIN.c.state, WIN.c.at, *identity.person_columns(Member)
    ).join(Member, Member.id == WIN.c.member_id)
    if after is not None:
        statement = statement.where(WIN.c.place > after)
    rows = db.session.execute(
        statement.where(WIN.c.draw_id == draw_id).order_by(WIN.c.place).limit(PAGE + 1)
    ).all()
    found = [
        Win(row.place, row.prize_id, row.state, identity.person_from(row), row.at)
        for row in rows[:PAGE]
    ]
    return Page(found, str(found[-1].place) if len(rows) > PAGE else None)


def floor_count(draw_id: int) -> int:
    """Return how many floors were taken so far. One statement."""
    statement = sa.select(sa.func.count()).select_from(FLOOR).where(FLOOR.c.draw_id == draw_id)
    return db.session.scalar(statement) or 0
