"""What threads and replies are found by, who may find them, and how they look when found."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import BOARD, MEDIA, MEMBER, REPLY, STEP, THREAD, visible
from app.community.queries.tables_reading import BLOCK
from app.community.queries.videos import WORDS
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.media.captions import spoken_in
from app.kernel.text import plain_text
from app.kernel.types import Person, Photo
from app.search.types import Document

PARENT = THREAD.alias("parent")
STEPS = (
    sa.select(sa.func.aggregate_strings(STEP.c.text_html, "\n"))
    .where(STEP.c.thread_id == THREAD.c.id)
    .correlate(THREAD)
    .scalar_subquery()
    .label("steps_html")
)


@dataclass(frozen=True, slots=True)
class FoundThread:
    """A thread as a hit."""

    id: int
    code: str
    title: str
    text: str
    lang: str
    board_zh: str
    board_en: str
    author: Person
    cover: Photo | None
    created_at: datetime

    def board(self, locale: str) -> str:
        """Return the name of its board in a language."""
        return self.board_zh if locale.startswith("zh") else self.board_en


@dataclass(frozen=True, slots=True)
class FoundReply:
    """A reply as a hit; ``title`` is its thread's."""

    id: int
    code: str
    floor: int
    title: str
    text: str
    author: Person
    created_at: datetime


def thread_document(row: Mapping[str, Any]) -> Document:
    """Return what a thread is found by, from its columns."""
    marks = [("board", row["board_id"]), ("author", row["author_id"])]
    if row["photo_count"] or row.get("cover_media_id"):
        marks.append(("photo", 1))
    words = _whole(row["body_html"], row.get("steps_html"), row.get("video_words"))
    title, text = (row["title"],), (words,)
    return Document("thread", row["id"], row["created_at"], title, text, tuple(marks))


def _whole(body_html: str, steps_html: str | None, video_words: str | None) -> str:
    """Return a thread's words: those of its steps follow, then what is said in its video."""
    text = plain_text(f"{body_html}\n{steps_html}" if steps_html else body_html)
    spoken = spoken_in(video_words) if video_words else ""
    return f"{text}\n{spoken}" if spoken else text


def reply_document(row: Mapping[str, Any]) -> Document:
    """Return what a reply is found by, from its columns."""
    marks, text = (("author", row["author_id"]),), (plain_text(row["body_html"]),)
    return Document("reply", row["id"], row["created_at"], (), text, marks)


def thread_documents(thread_ids: Collection[int]) -> Sequence[Document]:
    """Return the visible ones among threads. One statement."""
    rows = db.session.execute(
        sa.select(
            THREAD.c.id, THREAD.c.board_id, THREAD.c.author_id, THREAD.c.title,
            THREAD.c.body_html, THREAD.c.photo_count, THREAD.c.cover_media_id,
            THREAD.c.created_at, STEPS, WORDS,
        ).where(THREAD.c.id.in_(thread_ids), *visible(THREAD.c))
    )  # fmt: skip
    return [thread_document(row) for row in map(dict, rows.mappings())]


def reply_documents(reply_ids: Collection[int]) -> Sequence[Document]:
    """Return the visible ones among replies, whatever became of their thread. One statement."""
    rows = db.session.execute(
        sa.select(REPLY.c.id, REPLY.c.author_id, REPLY.c.body_html, REPLY.c.created_at).where(
            REPLY.c.id.in_(reply_ids), *visible(REPLY.c)
        )
    )
    return [reply_document(row) for row in map(dict, rows.mappings())]


def thread_ids_after(after: int, limit: int) -> Sequence[int]:
    """Return the next threads. One statement."""
    return _ids_after(THREAD, after, limit)


def reply_ids_after(after: int, limit: int) -> Sequence[int]:
    """Return the next replies. One statement."""
    return _ids_after(REPLY, after, limit)


def _ids_after(table: sa.Table, after: int, limit: int) -> Sequence[int]:
    statement = sa.select(table.c.id).where(table.c.id > after).order_by(table.c.id).limit(limit)
    return list(db.session.scalars(statement))


def thread_is_visible(
    column: sa.ColumnElement[int], viewer_id: int | None
) -> sa.ColumnElement[bool]:
    """Return whether a thread may be found by somebody, inside a statement."""
    return sa.exists().where(
        THREAD.c.id == column, *visible(THREAD.c), *_welcome(THREAD.c.author_id, viewer_id)
    )


def _welcome(
    author_id: sa.ColumnElement[int], viewer_id: int | None
) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the condition that the viewer has neither muted nor blocked the author."""
    if viewer_id is None:
        return ()
    return (~sa.exists().where(BLOCK.c.owner_id == viewer_id, BLOCK.c.other_id == author_id),)


def reply_is_visible(
    column: sa.ColumnElement[int], viewer_id: int | None
) -> sa.ColumnElement[bool]:
    """Return whether a reply may be found by somebody: it and its thread can be seen."""
    return sa.exists().where(
        REPLY.c.id == column,
        PARENT.c.id == REPLY.c.thread_id,
        *visible(REPLY.c),
        *visible(PARENT.c),
        *_welcome(REPLY.c.author_id, viewer_id),
    )


def thread_is_on_board(
    column: sa.ColumnElement[int], board_ids: Sequence[int]
) -> sa.ColumnElement[bool]:
    """Return whether a reply's thread stands on a board: it may move, its replies with it."""
    return sa.exists().where(
        REPLY.c.id == column, PARENT.c.id == REPLY.c.thread_id, PARENT.c.board_id.in_(board_ids)
    )


def found_threads(thread_ids: Collection[int]) -> list[FoundThread]:
    """Return threads as hits. One statement, none for no ids."""
    if not thread_ids:
        return []
    rows = db.session.execute(
        sa.select(
            THREAD.c.id, THREAD.c.code, THREAD.c.title, THREAD.c.body_html, THREAD.c.lang,
            THREAD.c.created_at, BOARD.c.name_zh, BOARD.c.name_en, STEPS, WORDS,
            *identity.person_columns(), *media.photo_columns(),
        )
        .join(BOARD, BOARD.c.id == THREAD.c.board_id)
        .join(MEMBER, MEMBER.c.id == THREAD.c.author_id)
        .outerjoin(MEDIA, MEDIA.c.id == THREAD.c.cover_media_id)
        .where(THREAD.c.id.in_(thread_ids), *visible(THREAD.c))
    )  # fmt: skip
    return [
        FoundThread(
            row.id, row.code, row.title,
            _whole(row.body_html, row.steps_html, row.video_words),
            row.lang,
            row.name_zh, row.name_en, identity.person_from(row), media.photo_from(row),
            row.created_at,
        )
        for row in rows
    ]  # fmt: skip


def found_replies(reply_ids: Collection[int]) -> list[FoundReply]:
    """Return replies as hits. One statement, none for no ids."""
    if not reply_ids:
        return []
    rows = db.session.execute(
        sa.select(
            REPLY.c.id, REPLY.c.floor, REPLY.c.body_html, REPLY.c.created_at,
            THREAD.c.code, THREAD.c.title, *identity.person_columns(),
        )
        .join(THREAD, THREAD.c.id == REPLY.c.thread_id)
        .join(MEMBER, MEMBER.c.id == REPLY.c.author_id)
        .where(REPLY.c.id.in_(reply_ids), *visible(REPLY.c), *visible(THREAD.c))
    )  # fmt: skip
    return [
        FoundReply(
            row.id, row.code, row.floor, row.title, plain_text(row.body_html),
            identity.person_from(row), row.created_at,
        )
        for row in rows
    ]  # fmt: skip
