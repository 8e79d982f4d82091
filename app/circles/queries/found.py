"""Circles as search knows them."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from app.circles.models import CIRCLE
from app.circles.queries.circles import circle_from, selected
from app.circles.types import ROOM, Circle, CircleState
from app.community.queries.tables import BOARD
from app.kernel.db import db
from app.search.types import Document


def documents(circle_ids: Collection[int]) -> Sequence[Document]:
    """Return what circles are found by. One statement."""
    rows = db.session.execute(
        sa.select(
            CIRCLE.c.id, CIRCLE.c.made_at, BOARD.c.name_zh, BOARD.c.name_en, BOARD.c.purpose_zh,
            BOARD.c.purpose_en,
        )
        .join(BOARD, BOARD.c.id == CIRCLE.c.board_id)
        .where(CIRCLE.c.id.in_(circle_ids))
    )  # fmt: skip
    return [
        Document(
            ROOM, row.id, row.made_at, (row.name_zh, row.name_en), (row.purpose_zh, row.purpose_en)
        )
        for row in rows
    ]


def ids_after(after: int, limit: int) -> Sequence[int]:
    """Return the next circles. One statement."""
    query = sa.select(CIRCLE.c.id).where(CIRCLE.c.id > after).order_by(CIRCLE.c.id).limit(limit)
    return list(db.session.scalars(query))


def is_visible(
    column: sa.ColumnElement[int],
    viewer_id: int | None,  # noqa: ARG001 - a kind's signature
) -> sa.ColumnElement[bool]:
    """Return whether a circle may be found, inside a statement: while it runs."""
    return sa.exists().where(CIRCLE.c.id == column, CIRCLE.c.state == CircleState.OPEN)


def found_circles(circle_ids: Collection[int]) -> list[Circle]:
    """Return circles as hits. One statement, none for no ids."""
    if not circle_ids:
        return []
    rows = db.session.execute(selected(None).where(CIRCLE.c.id.in_(circle_ids)))
    return [circle_from(row) for row in rows]
