"""Lists of threads: home, boards, profiles. Keys first, everything else joined after."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import FOLLOW, MEDIA, MEMBER, THREAD, THREAD_LIKE, visible
from app.identity import queries as identity
from app.kernel.db import UTCDateTime, db
from app.kernel.media import queries as media
from app.kernel.types import Page, Person, Photo

PAGE = 20
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """A thread in a list."""

    id: int
    code: str
    title: str
    excerpt: str
    lang: str
    author: Person
    cover: Photo | None
    reply_count: int
    like_count: int
    photo_count: int
    created_at: datetime
    is_liked: bool = False


def feed(
    viewer_id: int | None,
    *,
    after: str | None = None,
    board_id: int | None = None,
    author_id: int | None = None,
    followed_by: int | None = None,
    limit: int = PAGE,
) -> Page[ThreadLine]:
    """Return visible threads, the newest first. One statement, and one for the viewer's likes.

    Args:
        viewer_id: whose likes to mark; None for a guest.
        after: ``next_key`` of the page before; one that makes no sense means the first page.
        board_id: only of this board.
        author_id: only by this member.
        followed_by: only by those whom this member follows.
        limit: threads on a page.
    """
    wanted: dict[str, Any] = {
        "board_id": board_id, "author_id": author_id, "followed_by": followed_by
    }  # fmt: skip
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if (position := read_key(after)) is not None:
        wanted["at"], wanted["id"] = position
    statement = _statement(frozenset(wanted))
    rows = db.session.execute(statement, {**wanted, "rows": limit + 1})
    lines = [_line(row) for row in rows]
    shown = lines[:limit]
    next_key = write_key(shown[-1]) if len(lines) > limit else None
    return Page(_with_likes(shown, viewer_id), next_key)


@cache
def _statement(wanted: frozenset[str]) -> sa.Select[Any]:
    """Return the statement for a feed with these conditions; each kind is put together once."""
    keys = (
        sa.select(THREAD.c.id)
        .where(*visible(THREAD.c))
        .order_by(THREAD.c.created_at.desc(), THREAD.c.id.desc())
        .limit(sa.bindparam("rows", type_=sa.Integer()))
    )
    if "board_id" in wanted:
        keys = keys.where(THREAD.c.board_id == sa.bindparam("board_id"))
    if "author_id" in wanted:
        keys = keys.where(THREAD.c.author_id == sa.bindparam("author_id"))
    if "followed_by" in wanted:
        mine = FOLLOW.c.follower_id == sa.bindparam("followed_by")
        keys = keys.where(THREAD.c.author_id.in_(sa.select(FOLLOW.c.followed_id).where(mine)))
    if "at" in wanted:
        place = sa.tuple_(
            sa.bindparam("at", type_=UTCDateTime()), sa.bindparam("id", type_=THREAD.c.id.type)
        )
        keys = keys.where(sa.tuple_(THREAD.c.created_at, THREAD.c.id) < place)
    return _lines_of(keys.subquery("k"))


def _lines_of(keys: sa.Subquery) -> sa.Select[Any]:
    """Return the statement for the lines of threads whose ids a query gives: joined late."""
    return (
        sa.select(
            THREAD.c.id,
            THREAD.c.code,
            THREAD.c.title,
            THREAD.c.excerpt,
            THREAD.c.lang,
            THREAD.c.reply_count,
            THREAD.c.like_count,
            THREAD.c.photo_count,
            THREAD.c.created_at,
            *identity.person_columns(),
            *media.photo_columns(),
        )
        .join_from(keys, THREAD, THREAD.c.id == keys.c.id)
        .join(MEMBER, MEMBER.c.id == THREAD.c.author_id)
        .outerjoin(MEDIA, MEDIA.c.id == THREAD.c.cover_media_id)
        .order_by(THREAD.c.created_at.desc(), THREAD.c.id.desc())
    )


def visible_threads(thread_ids: Collection[int]) -> list[ThreadLine]:
    """Return the visible ones among threads, the newest first. One statement, none for no ids."""
    if not thread_ids:
        return []
    rows = db.session.execute(_VISIBLE, {"threads": list(thread_ids)})
    return [_line(row) for row in rows]


_VISIBLE = _lines_of(
    sa.select(THREAD.c.id)
    .where(THREAD.c.id.in_(sa.bindparam("threads", expanding=True)), *visible(THREAD.c))
    .subquery("k")
)


def _line(row: Any) -> ThreadLine:
    return ThreadLine(
        row.id,
        row.code,
        row.title,
        row.excerpt,
        row.lang,
        identity.person_from(row),
        media.photo_from(row),
        row.reply_count,
        row.like_count,
        row.photo_count,
        row.created_at,
    )


def _with_likes(lines: list[ThreadLine], viewer_id: int | None) -> list[ThreadLine]:
    liked = liked_threads([line.id for line in lines], viewer_id)
    return [replace(line, is_liked=True) if line.id in liked else line for line in lines]


def liked_threads(thread_ids: Collection[int], viewer_id: int | None) -> set[int]:
    """Return which of these threads a member likes. No statement for a guest or an empty list."""
    if viewer_id is None or not thread_ids:
        return set()
    found = {"threads": list(thread_ids), "me": viewer_id}
    return set(db.session.scalars(_LIKED, found))


_LIKED = sa.select(THREAD_LIKE.c.thread_id).where(
    THREAD_LIKE.c.thread_id.in_(sa.bindparam("threads", expanding=True)),
    THREAD_LIKE.c.member_id == sa.bindparam("me"),
    THREAD_LIKE.c.undone_at.is_(None),
)


# --- keys ----------------------------------------------------------------------------------------


def write_key(line: ThreadLine) -> str:
    """Return the opaque key of a line, for ``?after=``."""
    return f"{(line.created_at - EPOCH) // MICROSECOND:x}-{line.id:x}"


def read_key(text: str | None) -> tuple[datetime, int] | None:
    """Return moment and id of a key, or None for whatever is no key."""
    moment, _, number = (text or "").partition("-")
    try:
        return EPOCH + int(moment, 16) * MICROSECOND, int(number, 16) % 2**63
    except (ValueError, OverflowError):
        return None
