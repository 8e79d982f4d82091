"""Lines of a community that is there already, all at once: for demo data and moving in."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa

from app.kernel.db import db, use_case
from app.kernel.facts import FactRow
from app.ranking.queries import sources
from app.ranking.queries.sources import Values
from app.ranking.queries.tables import ACTIVITY
from app.ranking.service import gathering

AT_ONCE = 10_000
NAME = "gather"


def fill() -> int:
    """Make the lines of everything that stands, where no fact has been heard; return how many.

    They are those that :func:`gathering.gather` makes of the same facts, without looking at every
    fact and at what is known of it: a quarter of the price. Where somebody gathers meanwhile, or
    this was cut off before, nothing more is done here: facts are gathered as always.
    """
    top, made = _top(), 0
    if not top:
        return 0
    for key, read in sources.PLACES:
        after: int | None = 0
        while after is not None:
            count, after = _fill(key, read, after)
            made += count
    _heard(top)
    return made


@use_case
def _top() -> int:
    """Return the newest fact, 0 where gathering has begun."""
    is_begun = db.session.scalar(sa.select(ACTIVITY.c.id).limit(1)) is not None
    if not _is_untouched() or is_begun:
        return 0
    return db.session.scalar(sa.select(sa.func.max(FactRow.id))) or 0


def _is_untouched() -> bool:
    """Return whether nobody has gathered; locks the cursor, so that nobody does meanwhile."""
    cursor = gathering.lock(NAME)
    return not (cursor.fact_id or cursor.top_id)


@use_case
def _fill(
    key: Any, read: Callable[[sa.ColumnElement[bool]], Iterator[Values]], after: int
) -> tuple[int, int | None]:
    """Make the lines of the next rows; return how many, and the last row, None for no more."""
    last = sources.last_of_next(key, after, AT_ONCE) if _is_untouched() else None
    if last is None:
        return 0, None
    lines = list(read(key.between(after + 1, last)))
    gathering.mark(gathering.add_lines(lines))
    return len(lines), last


@use_case
def _heard(top: int) -> None:
    if _is_untouched():
        gathering.move(NAME, min(top, gathering.settled_id()), top)
