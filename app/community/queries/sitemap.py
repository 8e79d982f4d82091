"""Threads for the sitemap, in parts by their ids."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.community.queries.tables import THREAD, is_id, visible
from app.kernel.db import db

PART = 10_000
MOST_PARTS = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A thread in the sitemap."""

    code: str
    changed_at: datetime


def part_keys() -> list[int]:
    """Return after which id each part begins. One statement."""
    place = sa.func.row_number().over(order_by=THREAD.c.id).label("place")
    numbered = sa.select(THREAD.c.id, place).subquery()
    lasts = db.session.scalars(
        sa.select(numbered.c.id)
        .where(numbered.c.place % PART == 0)
        .order_by(numbered.c.id)
        .limit(MOST_PARTS)
    )
    return [0, *lasts]


def part(after: int) -> list[Entry]:
    """Return the visible ones of the next threads after an id. One statement."""
    if after and not is_id(after):
        return []
    some = sa.select(THREAD.c.id).where(THREAD.c.id > after).order_by(THREAD.c.id).limit(PART)
    rows = db.session.execute(
        sa.select(THREAD.c.code, THREAD.c.created_at, THREAD.c.edited_at, THREAD.c.last_reply_at)
        .where(THREAD.c.id.in_(some), *visible(THREAD.c))
        .order_by(THREAD.c.id)
    )
    return [
        Entry(r.code, max(filter(None, (r.created_at, r.edited_at, r.last_reply_at)))) for r in rows
    ]
