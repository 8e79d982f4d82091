"""Lists of threads: home, boards, profiles. Keys first, everything else joined after."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.community.queries.hiding import not_hidden_from, not_muted_by
from app.community.queries.tables import FOLLOW, MEDIA, MEMBER, THREAD, THREAD_LIKE, visible
from app.community.queries.tables_reading import BOARD_READ, TAG, THREAD_READ, TOPIC, WATCH
from app.community.queries.videos import VIDEO, clip_columns, clip_from
from app.community.types.reading import WatchKind, WatchLevel
from app.community.types.videos import Clip
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import UTCDateTime, db
from app.kernel.media import queries as media
from app.kernel.types import Page, Person, Photo

PAGE = 20
UNREAD_DAYS = 40  # as in the Misago design; older threads count as read
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
    is_featured: bool = False
    people: int = 0
    is_liked: bool = False
    is_unread: bool = False
    clip: Clip | None = None


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
    if author_id is None:
        wanted["me"] = viewer_id
    wanted = {name: value for name, value in wanted.items() if value is not None}
    if (position := read_key(after)) is not None:
        wanted["at"], wanted["id"] = position
    statement = _statement(frozenset(wanted))
    rows = db.session.execute(statement, {**wanted, "rows": limit + 1})
    lines = [line_of(row) for row in rows]
    shown = lines[:limit]
    next_key = write_key(shown[-1]) if len(lines) > limit else None
    return Page(with_marks(shown, viewer_id), next_key)


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
        keys = keys.where(_followed(sa.bindparam("followed_by")))
    if "me" in wanted:
        keys = keys.where(not_hidden_from(sa.bindparam("me"), THREAD.c.author_id))
        if "board_id" not in wanted:
            keys = keys.where(not_muted_by(sa.bindparam("me"), THREAD))
    if "at" in wanted:
        place = sa.tuple_(
            sa.bindparam("at", type_=UTCDateTime()), sa.bindparam("id", type_=THREAD.c.id.type)
        )
        keys = keys.where(sa.tuple_(THREAD.c.created_at, THREAD.c.id) < place)
    return lines_of(keys.subquery("k"))


def _followed(me: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a member follows the author, or tracks him, board or topic."""
    people = sa.select(FOLLOW.c.followed_id).where(FOLLOW.c.follower_id == me)
    close = sa.select(WATCH.c.target_id).where(
        WATCH.c.member_id == me, WATCH.c.level.in_([WatchLevel.TRACKING, WatchLevel.WATCHING])
    )
    tagged = (
        sa.exists()
        .where(TAG.c.thread_id == THREAD.c.id, TOPIC.c.slug == TAG.c.name)
        .where(TOPIC.c.id.in_(close.where(WATCH.c.kind == WatchKind.TOPIC)))
        .correlate(THREAD)
    )
    return sa.or_(
        THREAD.c.author_id.in_(people),
        THREAD.c.author_id.in_(close.where(WATCH.c.kind == WatchKind.MEMBER)),
        THREAD.c.board_id.in_(close.where(WATCH.c.kind == WatchKind.BOARD)),
        tagged,
    )


def lines_of(keys: sa.Subquery) -> sa.Select[Any]:
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
            THREAD.c.featured_ms,
            THREAD.c.people,
            *identity.person_columns(),
            *media.photo_columns(),
            *clip_columns(),
        )
        .join_from(keys, THREAD, THREAD.c.id == keys.c.id)
        .join(MEMBER, MEMBER.c.id == THREAD.c.author_id)
        .outerjoin(MEDIA, MEDIA.c.id == THREAD.c.cover_media_id)
        .outerjoin(VIDEO, VIDEO.c.thread_id == THREAD.c.id)
        .order_by(THREAD.c.created_at.desc(), THREAD.c.id.desc())
    )


def visible_threads(thread_ids: Collection[int]) -> list[ThreadLine]:
    """Return the visible ones among threads, the newest first. One statement, none for no ids."""
    if not thread_ids:
        return []
    rows = db.session.execute(_VISIBLE, {"threads": list(thread_ids)})
    return [line_of(row) for row in rows]


def visible_among(thread_ids: sa.Select[tuple[int]]) -> list[ThreadLine]:
    """Return the visible ones among selected threads, the newest first. One statement."""
    keys = sa.select(THREAD.c.id).where(THREAD.c.id.in_(thread_ids), *visible(THREAD.c))
    return [line_of(row) for row in db.session.execute(lines_of(keys.subquery("k")))]


_VISIBLE = lines_of(
    sa.select(THREAD.c.id)
    .where(THREAD.c.id.in_(sa.bindparam("threads", expanding=True)), *visible(THREAD.c))
    .subquery("k")
)


def line_of(row: Any) -> ThreadLine:
    """Return the line that :func:`lines_of` selected."""
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
        row.featured_ms is not None,
        row.people,
        clip=clip_from(row),
    )


def with_marks(lines: list[ThreadLine], viewer_id: int | None) -> list[ThreadLine]:
    """Return lines with the viewer's own state: liked, unread.

    One statement, none for a guest or an empty list.
    """
    if viewer_id is None or not lines:
        return lines
    found = {"threads": [line.id for line in lines], "me": viewer_id}
    marks = {row.id: row for row in db.session.execute(_MARKS, found)}
    return [_marked(line, marks.get(line.id)) for line in lines]


def _marked(line: ThreadLine, mark: Any) -> ThreadLine:
    if mark is None:
        return line
    unread = is_unread(mark.last_at, mark.last_floor, mark.floor, mark.board_read_at)
    return replace(line, is_liked=mark.like_id is not None, is_unread=unread)


def is_unread(
    last_at: datetime, last_floor: int, floor: int | None, board_read_at: datetime | None
) -> bool:
    """Return whether a member has something new to read in a thread.

    Two watermarks: everything on a board up to a moment, and floors of single threads. What is
    older than :data:`UNREAD_DAYS` counts as read. Source: Misago's read tracker, with floors.
    """
    since = clock.now() - timedelta(days=UNREAD_DAYS)
    if last_at <= max(since, board_read_at or since):
        return False
    return floor is None or floor < last_floor


def _marks() -> sa.Select[Any]:
    me: sa.BindParameter[int] = sa.bindparam("me")
    return (
        sa.select(
            THREAD.c.id,
            THREAD_LIKE.c.id.label("like_id"),
            THREAD.c.last_floor,
            sa.func.coalesce(
                THREAD.c.last_reply_at, THREAD.c.created_at, type_=UTCDateTime()
            ).label("last_at"),
            # What was moved in from elsewhere is no news to anybody.
            sa.case(
                (
                    THREAD.c.old_floor > sa.func.coalesce(THREAD_READ.c.floor, -1),
                    THREAD.c.old_floor,
                ),
                else_=THREAD_READ.c.floor,
            ).label("floor"),
            BOARD_READ.c.read_at.label("board_read_at"),
        )
        .outerjoin(
            THREAD_LIKE,
            sa.and_(
                THREAD_LIKE.c.thread_id == THREAD.c.id,
                THREAD_LIKE.c.member_id == me,
                THREAD_LIKE.c.undone_at.is_(None),
            ),
        )
        .outerjoin(
            THREAD_READ,
            sa.and_(THREAD_READ.c.member_id == me, THREAD_READ.c.thread_id == THREAD.c.id),
        )
        .outerjoin(
            BOARD_READ,
            sa.and_(BOARD_READ.c.member_id == me, BOARD_READ.c.board_id == THREAD.c.board_id),
        )
        .where(THREAD.c.id.in_(sa.bindparam("threads", expanding=True)))
    )


_MARKS = _marks()


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
