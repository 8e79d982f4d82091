"""The members of a circle, and who asks to be one."""

from typing import Any

import sqlalchemy as sa

from app.circles.models import CIRCLE_MEMBER
from app.circles.types import CircleMember, Stand
from app.community.queries.tables import MEMBER, is_id
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.types import Page

PER_PAGE = 30
MAX_ASKING = 50
MAX_DIGITS = 19
ROW = CIRCLE_MEMBER.c


def _selected(circle_id: int, stand: Stand) -> sa.Select[Any]:
    return (
        sa.select(*identity.person_columns(), ROW.id, ROW.is_leader, ROW.at, ROW.said)
        .join(MEMBER, MEMBER.c.id == ROW.member_id)
        .where(ROW.circle_id == circle_id, ROW.stand == stand)
    )


def _member(row: Any) -> CircleMember:
    return CircleMember(row.id, identity.person_from(row), row.is_leader, row.at, row.said)


def members(circle_id: int, after: str | None = None) -> Page[CircleMember]:
    """Return a page of members, the leaders first, then who came last. One statement."""
    query = _selected(circle_id, Stand.IN)
    if after:
        leads, last = _read(after)
        later = sa.and_(ROW.is_leader.is_(leads), ROW.id < last)
        query = query.where(sa.or_(later, ROW.is_leader.is_(False)) if leads else later)
    order = (ROW.is_leader.desc(), ROW.id.desc())
    rows = db.session.execute(query.order_by(*order).limit(PER_PAGE + 1)).all()
    items = [_member(row) for row in rows[:PER_PAGE]]
    return Page(items, _key(items[-1]) if len(rows) > PER_PAGE else None)


def _key(last: CircleMember) -> str:
    return f"{int(last.is_leader)}-{last.id}"


def _read(key: str) -> tuple[bool, int]:
    leads, _dash, number = key.partition("-")
    known = (
        number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS and is_id(int(number))
    )
    return leads == "1", int(number) if known else 0


def asking(circle_id: int) -> list[CircleMember]:
    """Return who waits for an answer, the longest first. One statement."""
    query = _selected(circle_id, Stand.ASKED).order_by(ROW.at, ROW.id).limit(MAX_ASKING)
    return [_member(row) for row in db.session.execute(query)]
