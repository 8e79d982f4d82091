"""Recount what is stored: each statement returns only the rows that drift."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import (
    BOARD,
    FOLLOW,
    REPLY,
    REPLY_LIKE,
    STEP,
    TALLY,
    THREAD,
    THREAD_LIKE,
    THREAD_PHOTO,
    visible,
)
from app.community.queries.videos import VIDEO
from app.identity.models import Member
from app.kernel.db import db


def drifting_counters() -> Iterator[str]:
    """Yield one sentence per counter that is not what a recount gives."""
    yield from _threads()
    yield from _replies()
    yield from _boards()
    yield from _tallies()


def _count(*where: sa.ColumnElement[bool], of: sa.Table, correlate: Any) -> Any:
    return (
        sa.select(sa.func.count())
        .select_from(of)
        .where(*where)
        .correlate(correlate)
        .scalar_subquery()
    )


def _threads() -> Iterator[str]:
    in_thread = REPLY.c.thread_id == THREAD.c.id
    cover = (
        sa.select(THREAD_PHOTO.c.media_id)
        .where(THREAD_PHOTO.c.thread_id == THREAD.c.id, THREAD_PHOTO.c.position == 0)
        .correlate(THREAD)
        .scalar_subquery()
    )
    dish = (
        sa.select(STEP.c.media_id)
        .where(STEP.c.thread_id == THREAD.c.id, STEP.c.media_id.is_not(None))
        .order_by(STEP.c.position.desc())
        .limit(1)
        .correlate(THREAD)
        .scalar_subquery()
    )
    poster = (
        sa.select(VIDEO.c.poster_id)
        .where(VIDEO.c.thread_id == THREAD.c.id)
        .correlate(THREAD)
        .scalar_subquery()
    )
    top = (
        sa.select(sa.func.coalesce(sa.func.max(REPLY.c.floor), 0))
        .where(in_thread)
        .correlate(THREAD)
        .scalar_subquery()
    )
    true = {
        "reply_count": _count(in_thread, *visible(REPLY.c), of=REPLY, correlate=THREAD),
        "last_floor": top,
        "like_count": _count(
            THREAD_LIKE.c.thread_id == THREAD.c.id,
            THREAD_LIKE.c.undone_at.is_(None),
            of=THREAD_LIKE,
            correlate=THREAD,
        ),
        "photo_count": _count(
            THREAD_PHOTO.c.thread_id == THREAD.c.id, of=THREAD_PHOTO, correlate=THREAD
        ),
        "cover_media_id": sa.func.coalesce(cover, dish, poster),
    }
    yield from _drifts("thread", THREAD, THREAD.c.code, true)
    floors = _count(in_thread, of=REPLY, correlate=THREAD)
    gaps = sa.select(THREAD.c.code, THREAD.c.last_floor, floors).where(
        floors != THREAD.c.last_floor
    )
    for code, top_floor, count in db.session.execute(gaps):
        yield f"thread {code}: {count} replies stand on floors up to {top_floor}"


def _replies() -> Iterator[str]:
    likes = _count(
        REPLY_LIKE.c.reply_id == REPLY.c.id,
        REPLY_LIKE.c.undone_at.is_(None),
        of=REPLY_LIKE,
        correlate=REPLY,
    )
    yield from _drifts("reply", REPLY, REPLY.c.id, {"like_count": likes})


def _boards() -> Iterator[str]:
    threads = _count(
        THREAD.c.board_id == BOARD.c.id, *visible(THREAD.c), of=THREAD, correlate=BOARD
    )
    yield from _drifts("board", BOARD, BOARD.c.slug, {"thread_count": threads})


def _tallies() -> Iterator[str]:
    """Recount by member: everybody, for a tally that is missing counts as one of noughts."""
    member = Member.__table__

    def by_author(table: sa.Table) -> Any:
        return _count(
            table.c.author_id == member.c.id, *visible(table.c), of=table, correlate=member
        )

    def likes_of(likes: sa.Table, key: str, table: sa.Table) -> Any:
        return (
            sa.select(sa.func.count())
            .select_from(likes.join(table, table.c.id == likes.c[key]))
            .where(table.c.author_id == member.c.id, likes.c.undone_at.is_(None))
            .correlate(member)
            .scalar_subquery()
        )

    true = {
        "thread_count": by_author(THREAD),
        "reply_count": by_author(REPLY),
        "like_count": likes_of(THREAD_LIKE, "thread_id", THREAD)
        + likes_of(REPLY_LIKE, "reply_id", REPLY),
        "follower_count": _count(FOLLOW.c.followed_id == member.c.id, of=FOLLOW, correlate=member),
        "following_count": _count(FOLLOW.c.follower_id == member.c.id, of=FOLLOW, correlate=member),
    }
    for name, recount in true.items():
        stored = sa.func.coalesce(TALLY.c[name], 0)
        rows = db.session.execute(
            sa.select(member.c.yid, stored, recount)
            .select_from(member.outerjoin(TALLY, TALLY.c.member_id == member.c.id))
            .where(stored != recount)
        )
        for yid, was, is_now in rows:
            yield f"member {yid}: {name} is stored as {was}, counted {is_now}"


def _drifts(
    kind: str, table: sa.Table, label: sa.Column[Any], true: dict[str, Any]
) -> Iterator[str]:
    for name, recount in true.items():
        stored = table.c[name]
        rows = db.session.execute(
            sa.select(label, stored, recount).where(stored.is_distinct_from(recount))
        )
        for which, was, is_now in rows:
            yield f"{kind} {which}: {name} is stored as {was}, counted {is_now}"
