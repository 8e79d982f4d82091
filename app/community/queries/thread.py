"""One thread with its replies: what the thread page shows, in three statements."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from app.community.queries.boards import BoardRow, board_columns, board_row
from app.community.queries.tables import (
    ANSWER,
    BOARD,
    FOLLOW,
    MEDIA,
    MEMBER,
    REPLY,
    REPLY_LIKE,
    TALLY,
    THREAD,
    THREAD_LIKE,
    THREAD_PHOTO,
    is_floor,
    visible,
)
from app.community.queries.tables_reading import (
    BLOCK,
    BOOKMARK,
    POLL,
    THREAD_READ,
    WATCH,
)
from app.community.queries.videos import video_columns, video_from, with_video
from app.community.types import REPLIES_PER_PAGE
from app.community.types.kinds import ThreadKind
from app.community.types.reading import WatchKind, WatchLevel
from app.community.types.videos import VideoView
from app.identity import queries as identity
from app.kernel import ids
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.text import stored_markup
from app.kernel.types import Person, Photo
from app.moderation.types import HideReason

NOBODY = 0  # no member has this id
LIKED_PAGES = 5  # the most liked replies are shown so far; after that their order says little


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A thread as its page shows it."""

    id: int
    code: str
    board: BoardRow
    author: Person
    author_threads: int
    author_followers: int
    title: str
    body: str
    body_html: Markup
    excerpt: str
    lang: str
    reply_count: int
    last_floor: int
    like_count: int
    photo_count: int
    created_at: datetime
    edited_at: datetime | None
    removed_at: datetime | None
    hidden_at: datetime | None
    hidden_reason: HideReason | None
    is_final: bool
    is_liked: bool
    is_followed: bool
    kind: ThreadKind
    origin_id: int | None
    version: int
    answer_floor: int | None
    official_floor: int | None = None
    view_count: int = 0
    read_floor: int = 0
    is_kept: bool = False
    is_featured: bool = False
    has_poll: bool = False
    level: WatchLevel = WatchLevel.NORMAL
    is_muted: bool = False
    video: VideoView | None = None

    @property
    def author_id(self) -> int:
        """Return who wrote it."""
        return self.author.id

    @property
    def is_removed(self) -> bool:
        """Return whether its author took it down."""
        return self.removed_at is not None

    @property
    def is_hidden(self) -> bool:
        """Return whether the team hid it."""
        return self.hidden_at is not None

    @property
    def page_count(self) -> int:
        """Return how many pages its replies fill; at least one."""
        return max(1, -(-self.last_floor // REPLIES_PER_PAGE))


@dataclass(frozen=True, slots=True)
class Quote:
    """What a reply answers."""

    floor: int
    author: Person
    text: str
    is_gone: bool


@dataclass(frozen=True, slots=True)
class ReplyView:
    """A reply as the thread page shows it."""

    id: int
    floor: int
    author: Person
    body: str
    body_html: Markup
    excerpt: str
    like_count: int
    created_at: datetime
    edited_at: datetime | None
    is_removed: bool
    is_hidden: bool
    hidden_reason: HideReason | None
    is_liked: bool
    quote: Quote | None
    is_muted: bool = False

    @property
    def author_id(self) -> int:
        """Return who wrote it."""
        return self.author.id


def find_thread(code: str, viewer_id: int | None) -> ThreadView | None:
    """Return a thread in whatever state, with the viewer's like and follow. One statement."""
    place = {"code": ids.read_code(code) or "", "me": viewer_id or NOBODY}
    row = db.session.execute(_THREAD, place).one_or_none()
    return _thread(row) if row else None


def _thread_statement() -> sa.Select[Any]:
    me: sa.BindParameter[int] = sa.bindparam("me")
    answer = (
        sa.select(REPLY.c.floor)
        .join(ANSWER, ANSWER.c.reply_id == REPLY.c.id)
        .where(ANSWER.c.thread_id == THREAD.c.id, *visible(REPLY.c))
        .correlate(THREAD)
        .scalar_subquery()
    )
    official = (
        sa.select(sa.func.min(REPLY.c.floor))
        .where(
            REPLY.c.thread_id == THREAD.c.id,
            REPLY.c.author_id.in_(identity.officials()),
            *visible(REPLY.c),
        )
        .correlate(THREAD)
        .scalar_subquery()
    )
    return with_video(
        sa.select(
            THREAD,
            *board_columns("on_board_"),
            *identity.person_columns(),
            TALLY.c.thread_count.label("author_threads"),
            TALLY.c.follower_count.label("author_followers"),
            THREAD_LIKE.c.id.label("like_id"),
            FOLLOW.c.follower_id,
            answer.label("answer_floor"),
            official.label("official_floor"),
            THREAD_READ.c.floor.label("read_floor"),
            BOOKMARK.c.saved_ms,
            WATCH.c.level.label("watch_level"),
            POLL.c.kind.label("poll_kind"),
            BLOCK.c.other_id.label("muted_id"),
            *video_columns(),
        )
        .outerjoin(POLL, POLL.c.thread_id == THREAD.c.id)
        .outerjoin(
            THREAD_READ,
            sa.and_(THREAD_READ.c.member_id == me, THREAD_READ.c.thread_id == THREAD.c.id),
        )
        .outerjoin(
            BOOKMARK, sa.and_(BOOKMARK.c.member_id == me, BOOKMARK.c.thread_id == THREAD.c.id)
        )
        .outerjoin(
            WATCH,
            sa.and_(
                WATCH.c.member_id == me,
                WATCH.c.kind == WatchKind.THREAD,
                WATCH.c.target_id == THREAD.c.id,
            ),
        )
        .outerjoin(BLOCK, sa.and_(BLOCK.c.owner_id == me, BLOCK.c.other_id == THREAD.c.author_id))
        .join(BOARD, BOARD.c.id == THREAD.c.board_id)
        .join(MEMBER, MEMBER.c.id == THREAD.c.author_id)
        .outerjoin(TALLY, TALLY.c.member_id == THREAD.c.author_id)
        .outerjoin(
            THREAD_LIKE,
            sa.and_(
                THREAD_LIKE.c.thread_id == THREAD.c.id,
                THREAD_LIKE.c.member_id == me,
                THREAD_LIKE.c.undone_at.is_(None),
            ),
        )
        .outerjoin(
            FOLLOW,
            sa.and_(FOLLOW.c.follower_id == me, FOLLOW.c.followed_id == THREAD.c.author_id),
        )
        .where(THREAD.c.code == sa.bindparam("code"))
    )


_THREAD = _thread_statement()  # as the others of a hot page, put together once


def _thread(row: Any) -> ThreadView:
    return ThreadView(
        id=row.id,
        code=row.code,
        board=board_row(row, "on_board_"),
        author=identity.person_from(row),
        author_threads=row.author_threads or 0,
        author_followers=row.author_followers or 0,
        title=row.title,
        body=row.body,
        body_html=stored_markup(row.body_html),
        excerpt=row.excerpt,
        lang=row.lang,
        reply_count=row.reply_count,
        last_floor=row.last_floor,
        like_count=row.like_count,
        photo_count=row.photo_count,
        created_at=row.created_at,
        edited_at=row.edited_at,
        removed_at=row.removed_at,
        hidden_at=row.hidden_at,
        hidden_reason=row.hidden_reason,
        is_final=row.is_final,
        is_liked=row.like_id is not None,
        is_followed=row.follower_id is not None,
        kind=row.kind,
        origin_id=row.origin_id,
        version=row.version,
        answer_floor=row.answer_floor,
        official_floor=row.official_floor,
        view_count=row.view_count,
        read_floor=row.read_floor or 0,
        is_kept=row.saved_ms is not None,
        is_featured=row.featured_ms is not None,
        has_poll=row.poll_kind is not None,
        level=row.watch_level or WatchLevel.NORMAL,
        is_muted=row.muted_id is not None,
        video=video_from(row),
    )


def thread_photos(thread_id: int) -> list[Photo]:
    """Return the photos of a thread in their places; captions are their ``alt``. One statement."""
    rows = db.session.execute(_PHOTOS, {"thread": thread_id})
    return [photo for row in rows if (photo := media.photo_from(row, alt=row.caption))]


_PHOTOS = (
    sa.select(THREAD_PHOTO.c.caption, *media.photo_columns())
    .join(MEDIA, MEDIA.c.id == THREAD_PHOTO.c.media_id)
    .where(THREAD_PHOTO.c.thread_id == sa.bindparam("thread"))
    .order_by(THREAD_PHOTO.c.position)
)


def replies(thread_id: int, page: int, viewer_id: int | None) -> list[ReplyView]:
    """Return the replies on a page of a thread (1, 2, …), with what they answer. One statement.

    Floors have no gaps, so a page is a range of floors: the tenth costs what the first does.
    """
    first = (page - 1) * REPLIES_PER_PAGE + 1
    return _floors(thread_id, first, first + REPLIES_PER_PAGE - 1, viewer_id)


def newest_replies(
    thread_id: int, last_floor: int, page: int, viewer_id: int | None
) -> list[ReplyView]:
    """Return a page of replies, the newest first. One statement; again a range of floors."""
    last = last_floor - (page - 1) * REPLIES_PER_PAGE
    return _floors(thread_id, last - REPLIES_PER_PAGE + 1, last, viewer_id)[::-1]


def liked_replies(thread_id: int, page: int, viewer_id: int | None) -> list[ReplyView]:
    """Return a page of replies, the most liked first; at most :data:`LIKED_PAGES` pages.

    One statement that skips at most so many rows of an index: it never walks a long thread.
    """
    rows = sa.bindparam("rows", type_=sa.Integer())
    keys = (
        sa.select(REPLY.c.id)
        .where(REPLY.c.thread_id == sa.bindparam("thread"))
        .order_by(REPLY.c.like_count.desc(), REPLY.c.floor.desc())
        .limit(rows)
        .offset(sa.bindparam("skip", type_=sa.Integer()))
    )
    statement = _REPLIES_OF.where(REPLY.c.id.in_(keys)).order_by(
        REPLY.c.like_count.desc(), REPLY.c.floor.desc()
    )
    skip = (min(page, LIKED_PAGES) - 1) * REPLIES_PER_PAGE
    place = {"thread": thread_id, "rows": REPLIES_PER_PAGE, "skip": skip, "me": viewer_id or NOBODY}
    return [_reply(row) for row in db.session.execute(statement, place)]


def author_replies(
    thread_id: int, author_id: int, viewer_id: int | None, *, after: int = 0
) -> tuple[list[ReplyView], int | None]:
    """Return replies by the thread's author after a floor, and the floor to go on from."""
    statement = (
        _REPLIES_OF.where(
            REPLY.c.thread_id == thread_id,
            REPLY.c.author_id == author_id,
            REPLY.c.floor > after,
        )
        .order_by(REPLY.c.floor)
        .limit(REPLIES_PER_PAGE + 1)
    )
    found = [_reply(row) for row in db.session.execute(statement, {"me": viewer_id or NOBODY})]
    shown = found[:REPLIES_PER_PAGE]
    return shown, shown[-1].floor if len(found) > REPLIES_PER_PAGE else None


def find_reply(thread_id: int, floor: int, viewer_id: int | None) -> ReplyView | None:
    """Return the reply on a floor, or None. One statement."""
    if not is_floor(floor):
        return None
    found = _floors(thread_id, floor, floor, viewer_id)
    return found[0] if found else None


def _floors(thread_id: int, first: int, last: int, viewer_id: int | None) -> list[ReplyView]:
    place = {"thread": thread_id, "first": first, "last": last, "me": viewer_id or NOBODY}
    return [_reply(row) for row in db.session.execute(_REPLIES, place)]


def _replies_statement() -> sa.Select[Any]:
    answered, other = REPLY.alias("answered"), MEMBER.alias("other")
    return (
        sa.select(
            REPLY,
            *identity.person_columns(),
            REPLY_LIKE.c.id.label("like_id"),
            answered.c.floor.label("answered_floor"),
            answered.c.excerpt.label("answered_text"),
            answered.c.removed_at.label("answered_removed_at"),
            answered.c.hidden_at.label("answered_hidden_at"),
            *identity.person_columns(other.c, "other_"),
            BLOCK.c.other_id.label("muted_id"),
        )
        .join(MEMBER, MEMBER.c.id == REPLY.c.author_id)
        .outerjoin(
            REPLY_LIKE,
            sa.and_(
                REPLY_LIKE.c.reply_id == REPLY.c.id,
                REPLY_LIKE.c.member_id == sa.bindparam("me"),
                REPLY_LIKE.c.undone_at.is_(None),
            ),
        )
        .outerjoin(
            answered,
            sa.and_(
                answered.c.thread_id == REPLY.c.thread_id, answered.c.floor == REPLY.c.reply_to
            ),
        )
        .outerjoin(other, other.c.id == answered.c.author_id)
        .outerjoin(
            BLOCK,
            sa.and_(BLOCK.c.owner_id == sa.bindparam("me"), BLOCK.c.other_id == REPLY.c.author_id),
        )
    )


_REPLIES_OF = _replies_statement()
_REPLIES = _REPLIES_OF.where(
    REPLY.c.thread_id == sa.bindparam("thread"),
    REPLY.c.floor.between(sa.bindparam("first"), sa.bindparam("last")),
).order_by(REPLY.c.floor)


def _reply(row: Any) -> ReplyView:
    return ReplyView(
        id=row.id,
        floor=row.floor,
        author=identity.person_from(row),
        body=row.body,
        body_html=stored_markup(row.body_html),
        excerpt=row.excerpt,
        like_count=row.like_count,
        created_at=row.created_at,
        edited_at=row.edited_at,
        is_removed=row.removed_at is not None,
        is_hidden=row.hidden_at is not None,
        hidden_reason=row.hidden_reason,
        is_liked=row.like_id is not None,
        quote=_quote(row),
        is_muted=row.muted_id is not None,
    )


def _quote(row: Any) -> Quote | None:
    if row.answered_floor is None:
        return None
    gone = row.answered_removed_at is not None or row.answered_hidden_at is not None
    author = identity.person_from(row, "other_")
    return Quote(row.answered_floor, author, "" if gone else row.answered_text, gone)
