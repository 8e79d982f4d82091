"""How closely somebody watches: one thing, and who watches it."""

import sqlalchemy as sa

from app.community.queries.boards import BoardRow, board_columns, board_row
from app.community.queries.tables import BOARD
from app.community.queries.tables_reading import WATCH
from app.community.types.reading import WatchKind, WatchLevel
from app.kernel.db import db


def find_watched_board(slug: str, viewer_id: int | None) -> tuple[BoardRow, WatchLevel] | None:
    """Return a board and how closely the viewer watches it, or None. One statement."""
    mine = sa.and_(
        WATCH.c.member_id == (viewer_id or 0),
        WATCH.c.kind == WatchKind.BOARD,
        WATCH.c.target_id == BOARD.c.id,
    )
    row = db.session.execute(
        sa.select(*board_columns("board_"), WATCH.c.level)
        .select_from(BOARD)
        .outerjoin(WATCH, mine)
        .where(BOARD.c.slug == slug)
    ).one_or_none()
    return (board_row(row, "board_"), row.level or WatchLevel.NORMAL) if row else None
