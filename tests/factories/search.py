"""Searching, for tests."""

from typing import Any

from app.kernel.db import db
from app.search import queries
from app.search.policy import read_query
from app.search.types import Asked, Found, find_kind


def search(text: str, kind: str = "thread", *, after: str | None = None, **more: Any) -> Found:
    """Search as the page does."""
    line, runs, _ = read_query(text)
    known = find_kind(kind)
    assert known is not None
    found = queries.find(Asked(line, runs, **more), known, after=after, limit=more.pop("limit", 20))
    db.session.rollback()
    return found


def ids_of(text: str, kind: str = "thread", **more: Any) -> list[int]:
    """Return the ids of everything that a search finds, page by page."""
    ids: list[int] = []
    after = None
    while True:
        page = search(text, kind, after=after, **more)
        ids += [hit.thing_id for hit in page.hits]
        after = page.next_key
        if after is None:
            return ids
