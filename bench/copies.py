"""Rows copied inside the database: a large house out of a smaller one, in seconds.

Texts repeat, so every word stands in as large a share of the posts as in the smaller house; what a
query has to look through and to sort is as much as in a house that was written post by post.
"""

from typing import Any

import sqlalchemy as sa

from app.community.queries import REPLY, THREAD, THREAD_LIKE
from app.community.queries.tables_reading import VIEWS_DAY
from app.kernel import ids
from app.kernel.db import db
from app.kernel.facts import FactRow

APART = 9 * 10**16  # between the ids of copies: more than the ids of two years are apart
MOST = 90
NO_CODES = "ILOU"  # letters that no real code has: a copy's begins with one


def multiply(times: int) -> None:
    """Let there be ``times`` of every post, reply, like, day of views and fact; search has none."""
    if not 1 <= times <= MOST:
        message = f"1 to {MOST} times, got {times}"
        raise ValueError(message)
    bound = (db.session.scalar(sa.select(sa.func.max(FactRow.id))) or 0) + APART // 2
    for k in range(1, times):
        mark = NO_CODES[k // 32] + ids.ALPHABET[k % 32]
        code = sa.literal(mark).concat(sa.func.substr(THREAD.c.code, 3))
        _copy(THREAD, k, bound, {"id", "origin_id"}, code=code, request_key=sa.null())
        _copy(REPLY, k, bound, {"id", "thread_id"}, request_key=sa.null())
        _copy(THREAD_LIKE, k, bound, {"id", "thread_id"})
        _copy(VIEWS_DAY, k, bound, {"thread_id"})
        _copy(FactRow.__table__, k, bound, {"id"})
        db.session.commit()


def _copy(table: Any, k: int, bound: int, moved: set[str], **set_to: Any) -> None:
    """Copy the rows whose key is below ``bound``: those that are no copies themselves."""
    named = [column for column in table.c if column.computed is None]
    values = [
        set_to[column.name].label(column.name)
        if column.name in set_to
        else (column + k * APART).label(column.name)
        if column.name in moved
        else column
        for column in named
    ]
    key = next(iter(table.primary_key))
    mine = sa.select(*values).where(key < bound)
    db.session.execute(sa.insert(table).from_select([column.name for column in named], mine))
