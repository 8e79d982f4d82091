"""What else may be read after a thread: of its product, its tag, then its board."""

from functools import lru_cache

import sqlalchemy as sa

from app.community.queries.feed import ThreadLine, line_of, lines_of
from app.community.queries.tables import THREAD, visible
from app.community.queries.tables_reading import TAG
from app.kernel import parts
from app.kernel.db import BigInt, db

SOME = 6


def related(thread_id: int, board_id: int, limit: int = SOME) -> list[ThreadLine]:
    """Return other visible threads: what shares a product, then a tag, then the board.

    One statement that reads a few rows of an index for each way of being related.
    """
    place = {"thread": thread_id, "board": board_id, "some": limit + 1}
    rows = db.session.execute(_statement(parts.kin()), place).all()
    return [line_of(row) for row in rows if row.id != thread_id][:limit]


@lru_cache(maxsize=4)
def _statement(ways: tuple[parts.Kin, ...]) -> sa.Select[tuple[int]]:
    thread = sa.bindparam("thread", type_=BigInt)
    some = sa.bindparam("some", type_=sa.Integer())
    brought = [way(thread, some).subquery(f"kin_{n}") for n, way in enumerate(ways)]
    tag = (
        sa.select(TAG.c.name)
        .where(TAG.c.thread_id == thread)
        .order_by(TAG.c.name)
        .limit(1)
        .scalar_subquery()
    )
    tagged = TAG.alias("tagged")
    same_tag = (
        sa.select(tagged.c.thread_id.label("id"), sa.literal(1).label("way"), tagged.c.hot_ms)
        .where(tagged.c.name == tag, tagged.c.is_visible)
        .order_by(tagged.c.hot_ms.desc(), tagged.c.thread_id.desc())
        .limit(some)
        .subquery("same_tag")
    )
    same_board = (
        sa.select(THREAD.c.id.label("id"), sa.literal(2).label("way"), THREAD.c.hot_ms)
        .where(THREAD.c.board_id == sa.bindparam("board", type_=BigInt), *visible(THREAD.c))
        .order_by(THREAD.c.hot_ms.desc(), THREAD.c.id.desc())
        .limit(some)
        .subquery("same_board")
    )
    none = sa.cast(sa.literal(0), THREAD.c.hot_ms.type).label("hot_ms")
    both = sa.union_all(
        *(sa.select(each.c.id, sa.literal(0).label("way"), none) for each in brought),
        sa.select(same_tag),
        sa.select(same_board),
    ).subquery("all_ways")
    keys = (
        sa.select(
            both.c.id, sa.func.min(both.c.way).label("way"), sa.func.max(both.c.hot_ms).label("hot")
        )
        .group_by(both.c.id)
        .subquery("k")
    )
    return lines_of(keys).order_by(None).order_by(keys.c.way, keys.c.hot.desc(), keys.c.id.desc())
