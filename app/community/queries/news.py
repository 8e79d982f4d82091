"""What is new for those who watch, and who they are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import (
    BOARD,
    MEMBER,
    MENTION,
    REPLY,
    TEXT_WORK,
    THREAD,
    visible,
)
from app.community.queries.tables_reading import NEWS, TAG, TOPIC, WATCH
from app.community.types.reading import NewsState, WatchKind, WatchLevel
from app.kernel.db import db

WAITING = NEWS.c.state.in_([NewsState.TELL, NewsState.RECALL])


@dataclass(frozen=True, slots=True)
class Post:
    """A thread or reply as it stands now.

    Attributes:
        is_watched: somebody watches for it.
    """

    id: int
    thread_id: int
    floor: int
    at: datetime
    stands: bool
    is_watched: bool


def posts_now(thread_ids: Collection[int], reply_ids: Collection[int]) -> list[Post]:
    """Return how posts stand. One statement for threads, one for replies, none for none."""
    found: list[Any] = []
    if thread_ids:
        found += db.session.execute(
            sa.select(
                THREAD.c.id, THREAD.c.id.label("thread_id"), sa.literal(0).label("floor"),
                THREAD.c.created_at, sa.and_(*visible(THREAD.c)).label("stands"),
                _somebody_watches_for_thread().label("is_watched"),
            ).where(THREAD.c.id.in_(sorted(thread_ids)))
        )  # fmt: skip
    if reply_ids:
        stands = sa.and_(*visible(REPLY.c), *visible(THREAD.c))
        found += db.session.execute(
            sa.select(
                REPLY.c.id, REPLY.c.thread_id, REPLY.c.floor, REPLY.c.created_at,
                stands.label("stands"),
                _watches(WatchKind.THREAD, WATCH.c.target_id == REPLY.c.thread_id).label(
                    "is_watched"
                ),
            )
            .join(THREAD, THREAD.c.id == REPLY.c.thread_id)
            .where(REPLY.c.id.in_(sorted(reply_ids)))
        )  # fmt: skip
    return [
        Post(row.id, row.thread_id, row.floor, row.created_at, bool(row.stands),
             bool(row.is_watched))
        for row in found
    ]  # fmt: skip


def _watches(kind: WatchKind, what: sa.ColumnElement[bool]) -> sa.Exists:
    return sa.exists().where(WATCH.c.kind == kind, WATCH.c.level == WatchLevel.WATCHING, what)


def _somebody_watches_for_thread() -> sa.ColumnElement[bool]:
    return sa.or_(
        _watches(WatchKind.BOARD, WATCH.c.target_id == THREAD.c.board_id),
        _watches(WatchKind.MEMBER, WATCH.c.target_id == THREAD.c.author_id),
        _watches(WatchKind.TOPIC, WATCH.c.target_id.in_(_topics_of(THREAD.c.id))),
    )


def _topics_of(thread_id: Any) -> sa.Select[tuple[int]]:
    return (
        sa.select(TOPIC.c.id)
        .join(TAG, TAG.c.name == TOPIC.c.slug)
        .where(TAG.c.thread_id == thread_id)
    )


@dataclass(frozen=True, slots=True)
class Claimed:
    """A piece of news that this worker holds, with what it is about.

    Attributes:
        told_otherwise: who hears of it anyhow: whose thread it is, whom it answers.
    """

    post_id: int
    thread_id: int
    floor: int
    at: datetime
    state: NewsState
    told_up_to: int
    author_id: int
    author_yid: str
    board_id: int
    board_slug: str
    stands: bool
    told_otherwise: frozenset[int]

    @property
    def key(self) -> str:
        """Return under which name it is told."""
        return f"reply:{self.post_id}" if self.floor else f"thread:{self.thread_id}"


def claim_news() -> Claimed | None:
    """Return the oldest that waits, locked, or None. One statement.

    Whom its text names is found first (see ``community.texts``), so that nobody is told twice.
    """
    reply, answered = REPLY.alias("said"), REPLY.alias("answered")
    author = sa.func.coalesce(reply.c.author_id, THREAD.c.author_id)
    named_later = sa.exists().where(
        TEXT_WORK.c.thread_id == NEWS.c.thread_id, TEXT_WORK.c.floor == NEWS.c.floor
    )
    is_there = sa.and_(*visible(THREAD.c), sa.or_(NEWS.c.floor == 0, sa.and_(*visible(reply.c))))
    row = db.session.execute(
        sa.select(
            NEWS, author.label("author_id"), MEMBER.c.yid, THREAD.c.board_id, BOARD.c.slug,
            THREAD.c.author_id.label("owner_id"), answered.c.author_id.label("asked_id"),
            is_there.label("stands"),
        )
        .join(THREAD, THREAD.c.id == NEWS.c.thread_id)
        .join(BOARD, BOARD.c.id == THREAD.c.board_id)
        .outerjoin(reply, sa.and_(NEWS.c.floor > 0, reply.c.id == NEWS.c.post_id))
        .outerjoin(
            answered,
            sa.and_(answered.c.thread_id == THREAD.c.id, answered.c.floor == reply.c.reply_to),
        )
        .join(MEMBER, MEMBER.c.id == author)
        .where(WAITING, ~named_later)
        .order_by(NEWS.c.post_id)
        .limit(1)
        .with_for_update(skip_locked=True, of=NEWS)  # two workers share; SQLite has one writer
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    others = {row.owner_id, row.asked_id} if row.floor else set()
    return Claimed(
        row.post_id, row.thread_id, row.floor, row.at, row.state, row.told_up_to, row.author_id,
        row.yid, row.board_id, row.slug, bool(row.stands), frozenset(others - {None}),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watching:
    """By what somebody hears of a post; of several ways the closest."""

    member_id: int
    kind: WatchKind
    target_id: int
    slug: str | None


def watchers(news: Claimed, limit: int) -> list[Watching]:
    """Return who is to be told next, by id, each once; fewer than ``limit``: there are no more.

    Left out: who has muted the board or one of the topics, whom the text names, who watches since
    later. One statement, which walks the index of watches.
    """
    parts = (
        [_part(news, WatchKind.THREAD, sa.literal(news.thread_id), 0, limit)]
        if news.floor
        else [
            _part(news, WatchKind.MEMBER, sa.literal(news.author_id), 0, limit),
            _part(news, WatchKind.TOPIC, _topics_of(news.thread_id), 1, limit),
            _part(news, WatchKind.BOARD, sa.literal(news.board_id), 2, limit),
        ]
    )
    union = sa.union_all(*(sa.select(part.subquery()) for part in parts)).subquery("watching")
    rows = db.session.execute(
        sa.select(union, TOPIC.c.slug)
        .outerjoin(TOPIC, sa.and_(union.c.kind == WatchKind.TOPIC, TOPIC.c.id == union.c.target_id))
        .order_by(union.c.member_id, union.c.distance, union.c.target_id)
    )
    closest: dict[int, Watching] = {}
    for row in rows:
        closest.setdefault(
            row.member_id, Watching(row.member_id, row.kind, row.target_id, row.slug)
        )
    return list(closest.values())[:limit]


def _part(
    news: Claimed, kind: WatchKind, targets: Any, distance: int, limit: int
) -> sa.Select[Any]:
    watch = WATCH.alias("w")
    named = sa.select(MENTION.c.member_id).where(
        MENTION.c.thread_id == news.thread_id, MENTION.c.floor == news.floor, MENTION.c.is_told
    )
    is_one = watch.c.target_id.in_(targets) if kind is WatchKind.TOPIC else (
        watch.c.target_id == targets
    )  # fmt: skip
    found = (
        sa.select(
            watch.c.member_id, watch.c.kind, sa.func.min(watch.c.target_id).label("target_id"),
            sa.literal(distance).label("distance"),
        )
        .where(
            watch.c.kind == kind, is_one, watch.c.level == WatchLevel.WATCHING,
            watch.c.member_id > news.told_up_to, watch.c.set_at <= news.at,
            watch.c.member_id.not_in(sorted({news.author_id, *news.told_otherwise})),
            watch.c.member_id.not_in(named),
        )
        .group_by(watch.c.member_id, watch.c.kind)  # two topics of one post are one member
        .order_by(watch.c.member_id)
        .limit(limit)
    )  # fmt: skip
    if news.floor == 0:
        found = found.where(~_has_muted(watch.c.member_id, news))
    return found


def _has_muted(member_id: Any, news: Claimed) -> sa.Exists:
    muted = WATCH.alias("m")
    return sa.exists().where(
        muted.c.member_id == member_id,
        muted.c.level == WatchLevel.MUTED,
        sa.or_(
            sa.and_(muted.c.kind == WatchKind.BOARD, muted.c.target_id == news.board_id),
            sa.and_(muted.c.kind == WatchKind.THREAD, muted.c.target_id == news.thread_id),
            sa.and_(
                muted.c.kind == WatchKind.TOPIC,
                muted.c.target_id.in_(_topics_of(news.thread_id)),
            ),
        ),
    )


def topic_names(ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return what topics are called."""
    return sa.select(TOPIC.c.id, TOPIC.c.name_zh, TOPIC.c.name_en).where(TOPIC.c.id.in_(ids))


def board_names(ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return what boards are called."""
    return sa.select(BOARD.c.id, BOARD.c.name_zh, BOARD.c.name_en).where(BOARD.c.id.in_(ids))


def waiting_posts() -> Sequence[int]:
    """Return the ids of the posts that are still to be told or taken back. One statement."""
    return db.session.scalars(sa.select(NEWS.c.post_id).where(WAITING)).all()
