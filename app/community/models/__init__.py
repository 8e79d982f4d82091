"""Boards, threads, replies, likes, follows.

Counters are stored because every card shows them; ``flask verify community.counters`` recomputes
them. *Visible* means neither removed by its author nor hidden by the team.
"""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.community.models.writing import (
    Draft,
    DraftPhoto,
    LinkCard,
    LinkUse,
    Mention,
    TextWork,
    ThreadAnswer,
    ThreadRevision,
    ThreadStep,
    Welcome,
)
from app.community.types import Platform
from app.community.types.kinds import ThreadKind
from app.kernel import clock
from app.kernel.db import BigInt, Id, Model, enum_type
from app.moderation.types import HideReason

__all__ = [
    "Board",
    "Draft",
    "DraftPhoto",
    "ExternalPost",
    "Follow",
    "LinkCard",
    "LinkUse",
    "MemberTally",
    "Mention",
    "Reply",
    "ReplyLike",
    "TextWork",
    "Thread",
    "ThreadAnswer",
    "ThreadLike",
    "ThreadPhoto",
    "ThreadRevision",
    "ThreadStep",
    "Welcome",
]

VISIBLE = "removed_at IS NULL AND hidden_at IS NULL"


def _visible(name: str, *columns: str) -> sa.Index:
    condition = sa.text(VISIBLE)
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def _featured(name: str, *columns: str) -> sa.Index:
    condition = sa.text(f"{VISIBLE} AND featured_ms IS NOT NULL")
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def _born(context: Any) -> int:
    """Return the moment of a row's ``created_at`` in milliseconds."""
    at: datetime = context.get_current_parameters()["created_at"]
    return round(at.timestamp() * 1000)


def _hidden(name: str) -> sa.Index:
    condition = sa.text("hidden_at IS NOT NULL")
    return sa.Index(name, "id", sqlite_where=condition, postgresql_where=condition)


def _to(target: str, **options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey(target), **options)


def _count() -> Any:
    return mapped_column(sa.Integer, default=0, server_default="0")


# Without a CHECK: SQLite could add the column to a full table only by writing the table anew.
_OPEN_KIND = sa.Enum(
    ThreadKind,
    native_enum=False,
    length=32,
    values_callable=lambda kinds: [kind.value for kind in kinds],
)


class Board(Model):
    """A shelf for threads, with a name and a purpose in both languages.

    Attributes:
        thread_count: visible threads.
        room: the kind of rooms that it is (``kernel.rooms``): its people alone write there, and
            its own page shows it. None for an ordinary board.
    """

    __tablename__ = "board"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(sa.String(24))
    name_en: Mapped[str] = mapped_column(sa.String(40))
    purpose_zh: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    purpose_en: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    icon: Mapped[str] = mapped_column(sa.String(32), default="soup", server_default="soup")
    position: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    thread_count: Mapped[int] = _count()
    room: Mapped[str | None] = mapped_column(sa.String(32))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Thread(Model):
    """A post with its photos and replies.

    Attributes:
        body: Markdown as written; ``body_html`` is what it renders to.
        kind: see :data:`app.community.types.kinds.KINDS`.
        origin_id: the thread that a remix comes from.
        version: how often its text was changed; that many revisions are kept.
        lang: ``zh`` or ``en``: for the ``lang`` attribute where it differs from the page's.
        last_floor: floor of the newest reply; floors have no gaps, removed ones keep theirs.
        reply_count: visible replies.
        request_key: of the form that made it; a second submit finds the first result.
        born_ms: ``created_at`` in whole milliseconds since 1970.
        hot_ms: what *recommended* is sorted by, see :mod:`app.community.service.heat`.
        featured_ms: when the team picked it; None when it did not.
        people: members other than its author who took part; each counts once.
        tag_count: rows in ``community_thread_tag``.
        view_count: views by people, bots left out.
        old_floor: it was written elsewhere and moved in here: floors up to this one count as read.
    """

    __tablename__ = "thread"
    __table_args__ = (
        sa.UniqueConstraint("author_id", "request_key"),
        _visible("ix_thread_feed", "created_at", "id"),
        _visible("ix_thread_board_feed", "board_id", "created_at", "id"),
        _visible("ix_thread_author_feed", "author_id", "created_at", "id"),
        _hidden("ix_thread_hidden"),
        _visible("ix_thread_hot", "hot_ms", "id"),
        _visible("ix_thread_board_hot", "board_id", "hot_ms", "id"),
        _featured("ix_thread_featured", "featured_ms", "id"),
        _featured("ix_thread_board_featured", "board_id", "featured_ms", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    board_id: Mapped[int] = _to("board.id")
    author_id: Mapped[int] = _to("member.id")
    kind: Mapped[ThreadKind] = mapped_column(
        _OPEN_KIND, default=ThreadKind.NOTE, server_default="note"
    )
    origin_id: Mapped[int | None] = mapped_column(BigInt, index=True)
    title: Mapped[str] = mapped_column(sa.String(80))
    body: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    excerpt: Mapped[str] = mapped_column(sa.String(160))
    lang: Mapped[str] = mapped_column(sa.String(8))
    reply_count: Mapped[int] = _count()
    last_floor: Mapped[int] = _count()
    like_count: Mapped[int] = _count()
    photo_count: Mapped[int] = _count()
    cover_media_id: Mapped[int | None] = _to("media.id")
    request_key: Mapped[str | None] = mapped_column(sa.String(64))
    last_reply_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    version: Mapped[int] = _count()
    removed_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[HideReason | None] = mapped_column(enum_type(HideReason))
    is_final: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    born_ms: Mapped[int] = mapped_column(BigInt, default=_born, server_default="0")
    hot_ms: Mapped[int] = mapped_column(BigInt, default=_born, server_default="0")
    featured_ms: Mapped[int | None]
    people: Mapped[int] = _count()
    tag_count: Mapped[int] = _count()
    view_count: Mapped[int] = _count()
    old_floor: Mapped[int | None] = mapped_column(sa.Integer)


class ThreadPhoto(Model):
    """A photo of a thread, in its place (0 is the cover). A photo may stand in several threads."""

    __tablename__ = "thread_photo"

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    media_id: Mapped[int] = _to("media.id", index=True)
    caption: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")


class Reply(Model):
    """An answer on its floor.

    Attributes:
        reply_to: the floor it answers, or None for the thread itself.
    """

    __tablename__ = "reply"
    __table_args__ = (
        sa.UniqueConstraint("thread_id", "floor"),
        sa.UniqueConstraint("author_id", "request_key"),
        sa.Index("ix_reply_author", "author_id", "created_at"),
        sa.Index("ix_reply_thread_author", "thread_id", "author_id", "floor"),
        sa.Index("ix_reply_thread_liked", "thread_id", "like_count", "floor"),
        _hidden("ix_reply_hidden"),
    )

    id: Mapped[Id]
    thread_id: Mapped[int] = _to("thread.id")
    floor: Mapped[int] = mapped_column(sa.Integer)
    author_id: Mapped[int] = _to("member.id")
    body: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    excerpt: Mapped[str] = mapped_column(sa.String(80))
    reply_to: Mapped[int | None] = mapped_column(sa.Integer)
    like_count: Mapped[int] = _count()
    request_key: Mapped[str | None] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[HideReason | None] = mapped_column(enum_type(HideReason))
    is_final: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class ThreadLike(Model):
    """A member's like of a thread. Taken back, the row stays: its author was rewarded once."""

    __tablename__ = "thread_like"
    __table_args__ = (sa.UniqueConstraint("thread_id", "member_id"),)

    id: Mapped[Id]
    thread_id: Mapped[int] = _to("thread.id")
    member_id: Mapped[int] = _to("member.id", index=True)
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class ReplyLike(Model):
    """A member's like of a reply. Taken back, the row stays."""

    __tablename__ = "reply_like"
    __table_args__ = (sa.UniqueConstraint("reply_id", "member_id"),)

    id: Mapped[Id]
    reply_id: Mapped[int] = _to("reply.id")
    member_id: Mapped[int] = _to("member.id", index=True)
    created_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class Follow(Model):
    """One member follows another."""

    __tablename__ = "follow"
    __table_args__ = (sa.Index("ix_follow_followed_id", "followed_id", "follower_id"),)

    follower_id: Mapped[int] = _to("member.id", primary_key=True)
    followed_id: Mapped[int] = _to("member.id", primary_key=True)
    created_at: Mapped[datetime]


class MemberTally(Model):
    """The figures of a profile.

    Attributes:
        thread_count: visible threads.
        reply_count: visible replies.
        like_count: likes that his threads and replies have.
        threads_posted: threads he ever posted, gone ones too; it only grows. Whoever posts takes
            the row's lock with it, so that many at one instant keep the pace of one (``Recent``).
        replies_posted: the same of replies.
    """

    __tablename__ = "member_tally"
    __table_args__ = (sa.Index("ix_member_tally_like_count", "like_count", "member_id"),)

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    thread_count: Mapped[int] = _count()
    reply_count: Mapped[int] = _count()
    like_count: Mapped[int] = _count()
    follower_count: Mapped[int] = _count()
    following_count: Mapped[int] = _count()
    threads_posted: Mapped[int] = _count()
    replies_posted: Mapped[int] = _count()


class ExternalPost(Model):
    """A member's post on another platform, recorded to the same person.

    Attributes:
        url_digest: SHA-256 of the link in its one written form: one post, one row.
        metrics: views, likes, comments, saves, shares as last seen; unknown ones are left out.
        is_public: the member agrees that it stands on his profile.
    """

    __tablename__ = "external_post"
    __table_args__ = (sa.Index("ix_external_post_member_id", "member_id", "posted_on", "id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = _to("member.id")
    platform: Mapped[Platform] = mapped_column(enum_type(Platform))
    url: Mapped[str] = mapped_column(sa.String(500))
    url_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    posted_on: Mapped[date]
    metrics: Mapped[dict[str, Any]]
    measured_at: Mapped[datetime | None]
    is_public: Mapped[bool]
    added_by: Mapped[int] = _to("member.id")
    created_at: Mapped[datetime]
