"""What the team sees in the content list."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import BOARD, REPLY, THREAD, is_floor, is_id, visible
from app.identity import queries as identity
from app.identity.models import Member
from app.kernel.db import db
from app.kernel.types import Page, Person
from app.moderation.types import HideReason

PAGE = 30


class Kind(StrEnum):
    """Which list."""

    THREADS = "threads"
    REPLIES = "replies"


class Show(StrEnum):
    """Which of them."""

    ALL = "all"
    VISIBLE = "visible"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class ContentLine:
    """A thread or reply in the content list; ``floor`` is None for a thread."""

    id: int
    thread_code: str
    floor: int | None
    title: str
    text: str
    board_slug: str
    author: Person
    created_at: datetime
    like_count: int
    reply_count: int
    is_removed: bool
    is_hidden: bool
    hidden_reason: HideReason | None


def content_list(kind: Kind, show: Show, *, after: int | None = None) -> Page[ContentLine]:
    """Return threads or replies, the newest first. One statement."""
    table = THREAD if kind is Kind.THREADS else REPLY
    keys = sa.select(table.c.id).order_by(table.c.id.desc()).limit(PAGE + 1)
    if show is Show.VISIBLE:
        keys = keys.where(*visible(table.c))
    if show is Show.HIDDEN:
        keys = keys.where(table.c.hidden_at.is_not(None))
    if after is not None and is_id(after):
        keys = keys.where(table.c.id < after)
    lines = _lines(table, table.c.id.in_(keys))
    more = len(lines) > PAGE
    return Page(lines[:PAGE], str(lines[PAGE - 1].id) if more else None)


def find_content(kind: Kind, thing_id: int) -> ContentLine | None:
    """Return one line of the content list, or None. One statement."""
    if not is_id(thing_id):
        return None
    table = THREAD if kind is Kind.THREADS else REPLY
    found = _lines(table, table.c.id == thing_id)
    return found[0] if found else None


def content_of(kind: Kind, thing_ids: Collection[int]) -> list[ContentLine]:
    """Return these lines of the content list, whatever their state. One statement."""
    table = THREAD if kind is Kind.THREADS else REPLY
    return _lines(table, table.c.id.in_(thing_ids))


def content_id(code: str, floor: int | None = None) -> int | None:
    """Return the id of a thread, or of the reply on one of its floors. One statement."""
    if floor is None:
        return db.session.scalar(sa.select(THREAD.c.id).where(THREAD.c.code == code))
    if not is_floor(floor):
        return None
    return db.session.scalar(
        sa.select(REPLY.c.id)
        .join(THREAD, THREAD.c.id == REPLY.c.thread_id)
        .where(THREAD.c.code == code, REPLY.c.floor == floor)
    )


def _lines(table: sa.Table, where: sa.ColumnElement[bool]) -> list[ContentLine]:
    is_reply = table is REPLY
    statement = (
        sa.select(
            *(column.label(f"own_{column.name}") for column in table.c),
            THREAD.c.code,
            THREAD.c.title,
            THREAD.c.reply_count,
            BOARD.c.slug,
            *identity.person_columns(),
        )
        .select_from(table)
        .where(where)
        .order_by(table.c.id.desc())
    )
    if is_reply:
        statement = statement.join(THREAD, THREAD.c.id == REPLY.c.thread_id)
    statement = statement.join(BOARD, BOARD.c.id == THREAD.c.board_id)
    rows = db.session.execute(statement.join(Member, Member.id == table.c.author_id))
    return [_line(row, is_reply=is_reply) for row in rows]


def _line(row: Any, *, is_reply: bool) -> ContentLine:
    return ContentLine(
        row.own_id,
        row.code,
        row.own_floor if is_reply else None,
        row.title,
        row.own_excerpt,
        row.slug,
        identity.person_from(row),
        row.own_created_at,
        row.own_like_count,
        0 if is_reply else row.reply_count,
        row.own_removed_at is not None,
        row.own_hidden_at is not None,
        row.own_hidden_reason,
    )


def hidden_count() -> int:
    """Return how many threads and replies the team has hidden. One statement."""
    hidden = [
        sa.select(sa.func.count()).where(table.c.hidden_at.is_not(None)).scalar_subquery()
        for table in (THREAD, REPLY)
    ]
    return int(db.session.scalar(sa.select(hidden[0] + hidden[1])) or 0)
