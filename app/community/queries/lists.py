"""Ranked lists of threads: recommended, featured, by tag. One walk along an index a page."""

from functools import cache
from typing import Any

import sqlalchemy as sa

from app.community.queries.feed import PAGE, ThreadLine, line_of, lines_of, with_marks
from app.community.queries.hiding import not_hidden_from, not_muted_by
from app.community.queries.tables import THREAD, visible
from app.community.queries.tables_reading import BOOKMARK, TAG
from app.community.types.reading import Sort
from app.kernel.db import BigInt, db
from app.kernel.types import Page

COLUMNS = {
    Sort.HOT: "hot_ms", Sort.NEW: "born_ms", Sort.FEATURED: "featured_ms", Sort.BEST: "people",
}  # fmt: skip


def ranked(
    viewer_id: int | None,
    sort: Sort,
    *,
    after: str | None = None,
    board_id: int | None = None,
    tag: str | None = None,
    limit: int = PAGE,
) -> Page[ThreadLine]:
    """Return visible threads in an order. One statement, and one for what is the viewer's own.

    Args:
        viewer_id: whose marks to show, and whose muted people to leave out; None for a guest.
        sort: by heat, by birth, the team's picks with the newest pick first, or, with a tag only,
            by the number of people who took part, the newer of equals first.
        after: ``next_key`` of the page before; one that makes no sense means the first page.
        board_id: only of this board.
        tag: only with this tag: a topic's slug, or a folded word.
        limit: threads on a page.
    """
    wanted: dict[str, Any] = {"board_id": board_id, "tag": tag, "me": viewer_id}
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if (position := read_place(after)) is not None:
        wanted["place"], wanted["id"] = position
    rows = db.session.execute(_ranked(sort, frozenset(wanted)), {**wanted, "rows": limit + 1}).all()
    shown = [line_of(row) for row in rows[:limit]]
    next_key = write_place(rows[limit - 1]) if len(rows) > limit else None
    return Page(with_marks(shown, viewer_id), next_key)


@cache
def _ranked(sort: Sort, wanted: frozenset[str]) -> sa.Select[Any]:
    source = TAG if "tag" in wanted else THREAD
    thread_id = TAG.c.thread_id if "tag" in wanted else THREAD.c.id
    shown = (TAG.c.is_visible,) if "tag" in wanted else visible(THREAD.c)
    place = source.c[COLUMNS[sort]]
    keys = sa.select(thread_id.label("id"), place.label("place")).where(
        *shown, *([place.is_not(None)] if sort is Sort.FEATURED else [])
    )
    if "tag" in wanted:
        keys = keys.where(TAG.c.name == sa.bindparam("tag"))
    if "board_id" in wanted:
        keys = keys.where(THREAD.c.board_id == sa.bindparam("board_id"))
    if "me" in wanted:
        if "tag" in wanted:
            keys = keys.join(THREAD, THREAD.c.id == TAG.c.thread_id)
        keys = keys.where(not_hidden_from(sa.bindparam("me"), THREAD.c.author_id))
        if not wanted & {"tag", "board_id"}:
            keys = keys.where(not_muted_by(sa.bindparam("me"), THREAD))
    return _page(keys, place, thread_id, wanted)


def _page(
    keys: sa.Select[Any], place: Any, thread_id: Any, wanted: frozenset[str]
) -> sa.Select[Any]:
    if "place" in wanted:
        position = sa.tuple_(sa.bindparam("place", type_=BigInt), sa.bindparam("id", type_=BigInt))
        keys = keys.where(sa.tuple_(place, thread_id) < position)
    keys = keys.order_by(place.desc(), thread_id.desc()).limit(
        sa.bindparam("rows", type_=sa.Integer())
    )
    found = keys.subquery("k")
    return lines_of(found).add_columns(found.c.place).order_by(None).order_by(
        found.c.place.desc(), found.c.id.desc()
    )  # fmt: skip


def kept(
    member_id: int, *, folder_id: int | None = None, after: str | None = None, limit: int = PAGE
) -> Page[ThreadLine]:
    """Return what a member keeps, the newest first; with ``folder_id`` of one folder.

    Threads that left are left out until they are back. Two statements.
    """
    wanted: dict[str, Any] = {"me": member_id}
    if folder_id is not None:
        wanted["folder"] = folder_id
    if (position := read_place(after)) is not None:
        wanted["place"], wanted["id"] = position
    rows = db.session.execute(_kept(frozenset(wanted)), {**wanted, "rows": limit + 1}).all()
    shown = [line_of(row) for row in rows[:limit]]
    next_key = write_place(rows[limit - 1]) if len(rows) > limit else None
    return Page(with_marks(shown, member_id), next_key)


@cache
def _kept(wanted: frozenset[str]) -> sa.Select[Any]:
    keys = (
        sa.select(BOOKMARK.c.thread_id.label("id"), BOOKMARK.c.saved_ms.label("place"))
        .join(THREAD, THREAD.c.id == BOOKMARK.c.thread_id)
        .where(BOOKMARK.c.member_id == sa.bindparam("me"), *visible(THREAD.c))
    )
    if "folder" in wanted:
        keys = keys.where(BOOKMARK.c.folder_id == sa.bindparam("folder"))
    return _page(keys, BOOKMARK.c.saved_ms, BOOKMARK.c.thread_id, wanted)


def write_place(row: Any) -> str:
    """Return the opaque key of a row, for ``?after=``."""
    return f"{row.place:x}-{row.id:x}"


def read_place(text: str | None) -> tuple[int, int] | None:
    """Return place and id of a key, or None for whatever is no key."""
    place, _, number = (text or "").partition("-")
    try:
        return int(place[:16], 16) % 2**63, int(number[:16], 16) % 2**63
    except ValueError:
        return None
