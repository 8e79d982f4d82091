"""Whom and what a member doesn't want to see: conditions for other statements."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables_reading import BLOCK, WATCH
from app.community.types.reading import Barred, WatchKind, WatchLevel
from app.kernel.db import db


def not_hidden_from(viewer: Any, author_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a viewer has neither muted nor blocked an author."""
    hidden = sa.select(BLOCK.c.other_id).where(BLOCK.c.owner_id == viewer)
    condition: sa.ColumnElement[bool] = author_id.not_in(hidden)
    return condition


def not_muted_by(viewer: Any, thread: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a viewer has muted neither a thread nor its board."""
    muted = (
        sa.select(WATCH.c.target_id)
        .where(WATCH.c.member_id == viewer, WATCH.c.level == WatchLevel.MUTED)
    )  # fmt: skip
    return sa.and_(
        thread.c.id.not_in(muted.where(WATCH.c.kind == WatchKind.THREAD)),
        thread.c.board_id.not_in(muted.where(WATCH.c.kind == WatchKind.BOARD)),
    )


def has_muted_thread(member_id: Any, thread_id: Any) -> sa.Exists:
    """Return the condition that a member wants to hear nothing of a thread."""
    watch = WATCH.alias()
    return sa.exists().where(
        watch.c.member_id == member_id, watch.c.kind == WatchKind.THREAD,
        watch.c.target_id == thread_id, watch.c.level == WatchLevel.MUTED,
    )  # fmt: skip


def who_muted_thread(thread_id: int, member_ids: Collection[int]) -> set[int]:
    """Return which members want to hear nothing of a thread. One statement."""
    return set(
        db.session.scalars(
            sa.select(WATCH.c.member_id).where(
                WATCH.c.member_id.in_(sorted(member_ids)), WATCH.c.kind == WatchKind.THREAD,
                WATCH.c.target_id == thread_id, WATCH.c.level == WatchLevel.MUTED,
            )
        )
    )  # fmt: skip


def barred(by: Any, other: Any) -> sa.ColumnElement[str | None]:
    """Return an expression for who keeps two members apart: ``them``, ``you``, or NULL.

    Args:
        by: who wants to do something to the other: reply, like, follow.
        other: whose thread, reply or profile it is.
    """
    return sa.case(
        (blocks(other, by), sa.literal(Barred.THEM.value)),
        (blocks(by, other), sa.literal(Barred.YOU.value)),
        else_=sa.null(),
    )


def blocks(owner: Any, other: Any) -> sa.Exists:
    """Return the condition that one member has blocked another."""
    block = BLOCK.alias()
    return sa.exists().where(block.c.owner_id == owner, block.c.other_id == other, block.c.is_block)


def who_bars(by_id: int, other_id: int) -> str | None:
    """Return who keeps two members apart, see :func:`barred`. One statement."""
    return db.session.scalar(sa.select(barred(sa.literal(by_id), sa.literal(other_id))))
