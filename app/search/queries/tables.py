"""The tables as Core sees them."""

from typing import Any, cast

import sqlalchemy as sa

from app.kernel.db import BigInt, dialect_name
from app.search.models import SearchEntry, SearchFill, SearchRecent, SearchState, SearchTerm

ENTRY = cast("sa.Table", SearchEntry.__table__)
STATE = cast("sa.Table", SearchState.__table__)
FILL = cast("sa.Table", SearchFill.__table__)
TERM = cast("sa.Table", SearchTerm.__table__)
RECENT = cast("sa.Table", SearchRecent.__table__)

TEXT: Any = sa.table(
    "search_text",
    sa.column("rowid", BigInt),
    sa.column("title", sa.Text),
    sa.column("body", sa.Text),
    sa.column("marks", sa.Text),
    sa.column("search_text", sa.Text),  # FTS5's own name for "any column"
)
"""SQLite's full-text table; no table of the metadata."""

FIRST_GENERATION = 1

LAYOUTS = {"postgresql": 1}
"""How entries are written; 0 is the first way. One more, and the worker writes all of them anew."""


def layout() -> int:
    """Return the way in which entries are written on this database."""
    return LAYOUTS.get(dialect_name(), 0)


def live() -> sa.ColumnElement[int]:
    """Return the generation that is read, inside a statement."""
    found = sa.select(STATE.c.live).limit(1).scalar_subquery()
    return sa.func.coalesce(found, FIRST_GENERATION)
