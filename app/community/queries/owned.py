"""Single threads and replies as services need them: whose, where, in which state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.community.queries.desk import may_write
from app.community.queries.hiding import barred
from app.community.queries.tables import (
    BOARD,
    DRAFT,
    DRAFT_PHOTO,
    LINK_USE,
    MEMBER,
    MENTION,
    REPLY,
    REPLY_LIKE,
    STEP,
    TEXT_WORK,
    THREAD,
    THREAD_LIKE,
    THREAD_PHOTO,
    is_floor,
    is_id,
)
from app.community.queries.videos import VIDEO
from app.community.types.kinds import ThreadKind
from app.identity.types import MemberState
from app.kernel import ids
from app.kernel.db import db


@dataclass(frozen=True, slots=True)
class OwnedThread:
    """A thread with its owner and state.

    Attributes:
        barred: who keeps its author and the asking member apart, see ``queries.hiding``.
    """

    id: int
    author_id: int
    board_id: int
    like_count: int
    is_removed: bool
    is_hidden: bool
    is_final: bool
    barred: str | None = None


@dataclass(frozen=True, slots=True)
class OwnedReply:
    """A reply with its owner, its state and that of its thread.

    Attributes:
        barred: who keeps its author and the asking member apart, see ``queries.hiding``.
        thread_barred: the same of the thread's author.
    """

    id: int
    author_id: int
    thread_id: int
    board_id: int
    like_count: int
    is_removed: bool
    is_hidden: bool
    thread_is_visible: bool
    barred: str | None = None
    thread_barred: str | None = None


def find_owned_thread(code: str, by: int = 0) -> OwnedThread | None:
    """Return a thread, in whatever state, by its code as somebody typed it.

    Args:
        code: which.
        by: who asks, to know whether he is kept apart from its author.
    """
    row = _one(
        sa.select(
            THREAD.c.id,
            THREAD.c.author_id,
            THREAD.c.board_id,
            THREAD.c.like_count,
            THREAD.c.removed_at,
            THREAD.c.hidden_at,
            THREAD.c.is_final,
            barred(sa.literal(by), THREAD.c.author_id).label("barred"),
        ).where(THREAD.c.code == (ids.read_code(code) or ""))
    )
    return _owned_thread(row, row.barred) if row else None


def _owned_thread(row: Any, barred_by: str | None = None) -> OwnedThread:
    return OwnedThread(
        row.id,
        row.author_id,
        row.board_id,
        row.like_count,
        is_removed=row.removed_at is not None,
        is_hidden=row.hidden_at is not None,
        is_final=row.is_final,
        barred=barred_by,
    )


@dataclass(frozen=True, slots=True)
class EditedThread:
    """A thread as an edit finds it: whose, in which state, what it says, what hangs on it.

    Attributes:
        author_state: whether its author may write.
        board_id: the board that was asked for; None where there is no such board.
        may_write: it is an ordinary one, a room of the author's, or where the thread stands.
        has_draft: something is kept of changes of it.
        points: its text names people or pages, or the worker has still to see.
    """

    owned: OwnedThread
    author_state: MemberState
    board_id: int | None
    tag_count: int
    has_draft: bool
    points: bool
    kind: ThreadKind
    title: str
    body: str
    version: int
    created_at: datetime
    edited_at: datetime | None
    video_id: int | None
    may_write: bool


def find_edited_thread(code: str, board_slug: str) -> EditedThread | None:
    """Return a thread, in whatever state, with its text, to be put on a board. One statement."""
    board = sa.select(BOARD.c.id).where(BOARD.c.slug == board_slug).scalar_subquery()
    opened = may_write(THREAD.c.author_id).where(BOARD.c.slug == board_slug).correlate(THREAD)
    draft = sa.exists().where(
        DRAFT.c.member_id == THREAD.c.author_id, DRAFT.c.thread_id == THREAD.c.id
    )
    points = sa.or_(
        *(
            sa.exists().where(table.c.thread_id == THREAD.c.id, table.c.floor == 0)
            for table in (TEXT_WORK, MENTION, LINK_USE)
        )
    )
    row = _one(
        sa.select(
            THREAD,
            VIDEO.c.id.label("video_id"),
            MEMBER.c.state.label("author_state"),
            board.label("wanted_board_id"),
            opened.scalar_subquery().label("may_write"),
            draft.label("has_draft"),
            points.label("points"),
        )
        .join(MEMBER, MEMBER.c.id == THREAD.c.author_id)
        .outerjoin(VIDEO, VIDEO.c.thread_id == THREAD.c.id)
        .where(THREAD.c.code == (ids.read_code(code) or ""))
    )
    if row is None:
        return None
    return EditedThread(
        _owned_thread(row), row.author_state, row.wanted_board_id, row.tag_count, row.has_draft,
        row.points, row.kind, row.title, row.body, row.version, row.created_at,
        row.edited_at, row.video_id, bool(row.may_write) or row.wanted_board_id == row.board_id,
    )  # fmt: skip


def find_owned_reply(thread_code: str, floor: int, by: int = 0) -> OwnedReply | None:
    """Return the reply on a floor, in whatever state; ``by`` as for :func:`find_owned_thread`."""
    if not is_floor(floor):
        return None
    row = _one(
        sa.select(
            REPLY.c.id,
            REPLY.c.author_id,
            REPLY.c.thread_id,
            THREAD.c.board_id,
            REPLY.c.like_count,
            REPLY.c.removed_at,
            REPLY.c.hidden_at,
            THREAD.c.removed_at.label("thread_removed_at"),
            THREAD.c.hidden_at.label("thread_hidden_at"),
            barred(sa.literal(by), REPLY.c.author_id).label("barred"),
            barred(sa.literal(by), THREAD.c.author_id).label("thread_barred"),
        )
        .join(THREAD, THREAD.c.id == REPLY.c.thread_id)
        .where(THREAD.c.code == (ids.read_code(thread_code) or ""), REPLY.c.floor == floor)
    )
    if row is None:
        return None
    return OwnedReply(
        row.id,
        row.author_id,
        row.thread_id,
        row.board_id,
        row.like_count,
        is_removed=row.removed_at is not None,
        is_hidden=row.hidden_at is not None,
        thread_is_visible=row.thread_removed_at is None and row.thread_hidden_at is None,
        barred=row.barred,
        thread_barred=row.thread_barred,
    )


def _one(statement: sa.Select[Any]) -> Any:
    return db.session.execute(statement).one_or_none()


def find_board_id(slug: str) -> int | None:
    """Return the id of a board, or None."""
    return db.session.scalar(sa.select(BOARD.c.id).where(BOARD.c.slug == slug))


def board_ids() -> dict[str, int]:
    """Return slug -> id of every board."""
    return {row.slug: row.id for row in db.session.execute(sa.select(BOARD.c.slug, BOARD.c.id))}


def photo_ids_of(thread_id: int) -> list[int]:
    """Return the media ids of a thread, in their places."""
    return list(
        db.session.scalars(
            sa.select(THREAD_PHOTO.c.media_id)
            .where(THREAD_PHOTO.c.thread_id == thread_id)
            .order_by(THREAD_PHOTO.c.position)
        )
    )


def photo_captions_of(thread_id: int) -> dict[int, str]:
    """Return the media ids of a thread in their places, with their captions. One statement."""
    rows = db.session.execute(
        sa.select(THREAD_PHOTO.c.media_id, THREAD_PHOTO.c.caption)
        .where(THREAD_PHOTO.c.thread_id == thread_id)
        .order_by(THREAD_PHOTO.c.position)
    )
    return {row.media_id: row.caption for row in rows}


def photos_in_use(media_ids: Sequence[int]) -> set[int]:
    """Return which of these photos some thread, step or draft shows. No statement for none."""
    if not media_ids:
        return set()
    shown = [
        sa.select(column).where(column.in_(media_ids))
        for column in (THREAD_PHOTO.c.media_id, STEP.c.media_id, DRAFT_PHOTO.c.media_id)
    ]
    return set(db.session.scalars(sa.union(*shown)))


def thread_address(thread_id: int) -> tuple[str, OwnedThread] | None:
    """Return code and state of a thread by its id."""
    row = _one(sa.select(THREAD).where(THREAD.c.id == thread_id)) if is_id(thread_id) else None
    return (row.code, _owned_thread(row)) if row else None


def reply_address(reply_id: int) -> tuple[str, int, OwnedThread] | None:
    """Return the code of a reply's thread, its floor, and the thread's state, by the reply's id."""
    if not is_id(reply_id):
        return None
    row = _one(
        sa.select(THREAD, REPLY.c.floor)
        .join(REPLY, REPLY.c.thread_id == THREAD.c.id)
        .where(REPLY.c.id == reply_id)
    )
    return (row.code, row.floor, _owned_thread(row)) if row else None


def liked_thread(like_id: int) -> int | None:
    """Return the thread that a like is for."""
    if not is_id(like_id):
        return None
    return db.session.scalar(sa.select(THREAD_LIKE.c.thread_id).where(THREAD_LIKE.c.id == like_id))


def liked_reply(like_id: int) -> int | None:
    """Return the reply that a like is for."""
    if not is_id(like_id):
        return None
    return db.session.scalar(sa.select(REPLY_LIKE.c.reply_id).where(REPLY_LIKE.c.id == like_id))
