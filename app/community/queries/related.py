"""What else may be read after a thread: of its tag, then of its board; the hottest first."""

import sqlalchemy as sa

from app.community.queries.feed import ThreadLine, line_of, lines_of
from app.community.queries.tables import THREAD, visible
from app.community.queries.tables_reading import TAG
from app.kernel.db import BigInt, db

SOME = 6


def related(thread_id: int, board_id: int, limit: int = SOME) -> list[ThreadLine]:
    """Return other visible threads, those that share a tag before those of the board.

    One statement that reads at most ``limit`` rows of each of two indexes.
    """
    place = {"thread": thread_id, "board": board_id, "some": limit + 1}
    rows = db.session.execute(_RELATED, place).all()
    return [line_of(row) for row in rows if row.id != thread_id][:limit]


def _statement() -> sa.Select[tuple[int]]:
    some = sa.bindparam("some", type_=sa.Integer())
    tag = (
        sa.select(TAG.c.name)
        .where(TAG.c.thread_id == sa.bindparam("thread", type_=BigInt))
        .order_by(TAG.c.name)
        .limit(1)
        .scalar_subquery()
    )
    tagged = TAG.alias("tagged")
    same_tag = (
        sa.select(tagged.c.thread_id.label("id"), sa.literal(0).label("way"), tagged.c.hot_ms)
        .where(tagged.c.name == tag, tagged.c.is_visible)
        .order_by(tagged.c.hot_ms.desc(), tagged.c.thread_id.desc())
        .limit(some)
        .subquery("same_tag")
    )
    same_board = (
        sa.select(THREAD.c.id.label("id"), sa.literal(1).label("way"), THREAD.c.hot_ms)
        .where(THREAD.c.board_id == sa.bindparam("board", type_=BigInt), *visible(THREAD.c))
        .order_by(THREAD.c.hot_ms.desc(), THREAD.c.id.desc())
        .limit(some)
        .subquery("same_board")
    )
    both = sa.union_all(sa.select(same_tag), sa.select(same_board)).subquery("both_ways")
    keys = (
        sa.select(
            both.c.id, sa.func.min(both.c.way).label("way"), sa.func.max(both.c.hot_ms).label("hot")
        )
        .group_by(both.c.id)
        .subquery("k")
    )
    return lines_of(keys).order_by(None).order_by(keys.c.way, keys.c.hot.desc(), keys.c.id.desc())


_RELATED = _statement()
