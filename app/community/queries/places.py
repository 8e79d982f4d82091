"""Boards with their cities, and which one a member chose as his own."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.community.queries.boards import BoardRow, board_columns, board_row
from app.community.queries.tables import BOARD
from app.community.queries.tables_reading import BOARD_PLACE, MEMBER_PLACE
from app.kernel.db import db


@dataclass(frozen=True, slots=True)
class PlacedBoard:
    """A board, the city it is for (empty: for everybody), and whether the viewer chose it."""

    board: BoardRow
    city_zh: str
    city_en: str
    is_mine: bool

    def city(self, locale: str) -> str:
        """Return the city in a language."""
        return self.city_zh if locale.startswith("zh") else self.city_en


def placed_boards(viewer_id: int | None) -> list[PlacedBoard]:
    """Return all ordinary boards in their order. One statement."""
    mine = sa.and_(
        MEMBER_PLACE.c.member_id == (viewer_id or 0), MEMBER_PLACE.c.board_id == BOARD.c.id
    )
    rows = db.session.execute(
        sa.select(
            *board_columns("board_"),
            BOARD_PLACE.c.city_zh,
            BOARD_PLACE.c.city_en,
            MEMBER_PLACE.c.member_id,
        )
        .select_from(BOARD)
        .outerjoin(BOARD_PLACE, BOARD_PLACE.c.board_id == BOARD.c.id)
        .outerjoin(MEMBER_PLACE, mine)
        .where(BOARD.c.room.is_(None))
        .order_by(BOARD.c.position, BOARD.c.id)
    )
    return [
        PlacedBoard(
            board_row(row, "board_"),
            row.city_zh or "",
            row.city_en or "",
            is_mine=row.member_id is not None,
        )
        for row in rows
    ]
