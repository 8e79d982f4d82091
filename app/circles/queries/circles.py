"""Circles for pages: one, and lists of them."""

from typing import Any

import sqlalchemy as sa

from app.circles.models import CIRCLE, CIRCLE_MEMBER
from app.circles.types import Circle, CircleState, Mine, Stand
from app.community.queries.boards import board_columns, board_row
from app.community.queries.tables import BOARD, MEMBER
from app.community.queries.tables_reading import BOARD_PLACE
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page, Person

PER_PAGE = 20
FACES = 8
ALL, MINE = "all", "mine"
ROW = CIRCLE_MEMBER.c


def selected(viewer_id: int | None) -> sa.Select[Any]:
    """Return the SELECT of circles that :func:`circle_from` reads."""
    mine = sa.and_(ROW.circle_id == CIRCLE.c.id, ROW.member_id == (viewer_id or 0))
    return (
        sa.select(
            CIRCLE.c.id, CIRCLE.c.state, CIRCLE.c.joining, CIRCLE.c.member_count,
            *board_columns("board_"), BOARD_PLACE.c.city_zh, BOARD_PLACE.c.city_en,
            ROW.id.label("my_id"), ROW.stand, ROW.is_leader, ROW.must_ask, ROW.at, ROW.answer,
        )
        .select_from(CIRCLE)
        .join(BOARD, BOARD.c.id == CIRCLE.c.board_id)
        .outerjoin(BOARD_PLACE, BOARD_PLACE.c.board_id == BOARD.c.id)
        .outerjoin(CIRCLE_MEMBER, mine)
    )  # fmt: skip


def circle_from(row: Any) -> Circle:
    """Return the circle of a row."""
    mine = None
    if row.my_id is not None:
        mine = Mine(row.my_id, row.stand, row.is_leader, row.must_ask, row.at, row.answer)
    return Circle(
        row.id, board_row(row, "board_"), row.state, row.joining, row.member_count,
        row.city_zh or "", row.city_en or "", mine,
    )  # fmt: skip


def find_circle(slug: str, viewer_id: int | None = None) -> Circle | None:
    """Return a circle with how the viewer stands to it, or None. One statement."""
    query = selected(viewer_id).where(BOARD.c.slug == slug)
    row = db.session.execute(query).one_or_none()
    return circle_from(row) if row else None


def circle(slug: str, viewer_id: int | None = None) -> Circle:
    """Return a circle with how the viewer stands to it. One statement.

    Raises:
        NotFoundError: there is none.
    """
    found = find_circle(slug, viewer_id)
    if found is None:
        raise NotFoundError
    return found


def circles(
    viewer_id: int | None, which: str = ALL, city: str = "", after: int | None = None
) -> Page[Circle]:
    """Return circles that run: all, or those of the viewer, the closed ones among them too.

    One statement.

    Args:
        viewer_id: who looks.
        which: ``all`` or ``mine``.
        city: English name of a city; empty: of all.
        after: key of the page before.
    """
    query = selected(viewer_id)
    if which == MINE:
        query = query.where(ROW.stand.in_([Stand.IN, Stand.ASKED]))
    else:
        query = query.where(CIRCLE.c.state == CircleState.OPEN)
    if city:
        query = query.where(BOARD_PLACE.c.city_en == city)
    if after:
        query = query.where(CIRCLE.c.id > after)
    rows = db.session.execute(query.order_by(CIRCLE.c.id).limit(PER_PAGE + 1)).all()
    items = [circle_from(row) for row in rows[:PER_PAGE]]
    return Page(items, str(items[-1].id) if len(rows) > PER_PAGE else None)


def cities() -> list[tuple[str, str]]:
    """Return the cities of circles that run: (Chinese name, English name). One statement."""
    rows = db.session.execute(
        sa.select(BOARD_PLACE.c.city_zh, BOARD_PLACE.c.city_en)
        .join(CIRCLE, CIRCLE.c.board_id == BOARD_PLACE.c.board_id)
        .where(CIRCLE.c.state == CircleState.OPEN)
        .distinct()
        .order_by(BOARD_PLACE.c.city_en)
    )
    return [(row.city_zh, row.city_en) for row in rows]


def faces(circle_id: int, limit: int = FACES) -> list[tuple[Person, bool]]:
    """Return some members of a circle, its leaders first, each with whether he leads.

    One statement.
    """
    rows = db.session.execute(
        sa.select(*identity.person_columns(), ROW.is_leader)
        .join(MEMBER, MEMBER.c.id == ROW.member_id)
        .where(ROW.circle_id == circle_id, ROW.stand == Stand.IN)
        .order_by(ROW.is_leader.desc(), ROW.id.desc())
        .limit(limit)
    )
    return [(identity.person_from(row), row.is_leader) for row in rows]


def slugs() -> list[str]:
    """Return the addresses of all circles. One statement."""
    query = sa.select(BOARD.c.slug).join(CIRCLE, CIRCLE.c.board_id == BOARD.c.id)
    return list(db.session.scalars(query.order_by(CIRCLE.c.id)))
