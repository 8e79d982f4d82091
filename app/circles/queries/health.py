"""How circles do: for the team's list."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.circles.models import CIRCLE, CIRCLE_MEMBER
from app.circles.queries.circles import circle_from, selected
from app.circles.types import Circle, Health, Stand
from app.community.queries.tables import BOARD, MEMBER, REPLY, THREAD, visible
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Page

DAYS = 30
PER_PAGE = 30
ROW = CIRCLE_MEMBER.c


def health(slug: str | None = None, after: int | None = None) -> Page[Health]:
    """Return circles with how they do, in the order they were made. Two statements.

    Args:
        slug: of one alone.
        after: key of the page before.
    """
    since = clock.now() - timedelta(days=DAYS)
    query = selected(None).add_columns(*_figures(since)).order_by(CIRCLE.c.id)
    if slug is not None:
        query = query.where(BOARD.c.slug == slug)
    if after:
        query = query.where(CIRCLE.c.id > after)
    rows = db.session.execute(query.limit(PER_PAGE + 1)).all()
    found = [(circle_from(row), row) for row in rows[:PER_PAGE]]
    leaders = _leaders([circle.id for circle, _row in found])
    items = [_health(circle, row, leaders[circle.id]) for circle, row in found]
    return Page(items, str(items[-1].circle.id) if len(rows) > PER_PAGE else None)


def _health(circle: Circle, row: Any, leaders: list[str]) -> Health:
    said = [at for at in (row.posted_at, row.replied_at) if at is not None]
    return Health(
        circle, tuple(leaders), row.posts, row.replies, row.joined, row.asked,
        max(said, default=None),
    )  # fmt: skip


def _figures(since: datetime) -> list[sa.Label[Any]]:
    on_board = (THREAD.c.board_id == CIRCLE.c.board_id, *visible(THREAD.c))
    posts = sa.select(sa.func.count()).select_from(THREAD).where(*on_board)
    replies = (
        sa.select(sa.func.count())
        .select_from(REPLY)
        .join(THREAD, THREAD.c.id == REPLY.c.thread_id)
        .where(*on_board, *visible(REPLY.c), REPLY.c.created_at >= since)
    )
    stood = sa.select(sa.func.count()).select_from(CIRCLE_MEMBER)
    stood = stood.where(ROW.circle_id == CIRCLE.c.id)
    parts = {
        "posts": posts.where(THREAD.c.created_at >= since),
        "replies": replies,
        "joined": stood.where(ROW.stand == Stand.IN, ROW.at >= since),
        "asked": stood.where(ROW.stand == Stand.ASKED),
        "posted_at": sa.select(sa.func.max(THREAD.c.created_at)).where(*on_board),
        "replied_at": sa.select(sa.func.max(THREAD.c.last_reply_at)).where(*on_board),
    }
    return [
        part.correlate(CIRCLE, BOARD).scalar_subquery().label(name) for name, part in parts.items()
    ]


def _leaders(circle_ids: list[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = defaultdict(list)
    if circle_ids:
        rows = db.session.execute(
            sa.select(ROW.circle_id, *identity.person_columns())
            .join(MEMBER, MEMBER.c.id == ROW.member_id)
            .where(ROW.circle_id.in_(circle_ids), ROW.stand == Stand.IN, ROW.is_leader)
            .order_by(ROW.id)
        )
        for row in rows:
            names[row.circle_id].append(identity.person_from(row).name)
    return names
