"""Grants (an append-only log and how it stands), requests, selections, uses."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.archive.types import Answer, Scope
from app.kernel.db import BigInt, Id, Model, append_only, enum_type


def _to(target: str, **options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey(target), **options)


def _text(length: int) -> Any:
    return mapped_column(sa.String(length), default="", server_default="")


@append_only
class ReuseTerms(Model):
    """A version of the terms, in both languages. Version 0 is the house's own, in the code."""

    __tablename__ = "reuse_terms"

    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    text_zh: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)
    set_by: Mapped[int | None]
    set_at: Mapped[datetime]


@append_only
class ReuseAnswer(Model):
    """What an author said about a post. Ids, enums, days and digests only.

    Attributes:
        number: 1, 2, … within its post; the highest one holds.
        scopes: bits of :class:`app.archive.types.Scope`.
        until_on: the last day of a grant; None: until it is taken back.
        text_digest: SHA-256 of the post's salt, title and text: what was granted. The salt lies
            in the erasable row beside.
    """

    __tablename__ = "reuse_answer"
    __table_args__ = (sa.UniqueConstraint("thread_id", "number"),)

    id: Mapped[Id]
    thread_id: Mapped[int] = _to("thread.id")
    number: Mapped[int] = mapped_column(sa.Integer)
    author_id: Mapped[int] = _to("member.id")
    answer: Mapped[Answer] = mapped_column(enum_type(Answer))
    scopes: Mapped[int] = mapped_column(sa.SmallInteger)
    until_on: Mapped[date | None]
    terms_version: Mapped[int] = mapped_column(sa.Integer)
    text_digest: Mapped[str] = mapped_column(sa.String(64))
    ask_id: Mapped[int | None]
    at: Mapped[datetime]


@append_only
class ReuseAnswerPhoto(Model):
    """A photo of a granted version, in its place."""

    __tablename__ = "reuse_answer_photo"

    answer_id: Mapped[int] = _to("reuse_answer.id", primary_key=True)
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    media_id: Mapped[int] = mapped_column(BigInt, index=True)


class ReuseState(Model):
    """How the rights of a post stand: its last answer, and the row that serialises them.

    Attributes:
        answer_count: entries of the log; the last one has this number.
        answer_id: the entry that holds; None while nothing was said.
        credit: how the author wants to be named.
        asked_at: when the team last asked.
        use_count: uses recorded.
    """

    __tablename__ = "reuse_state"
    __table_args__ = (sa.Index("ix_reuse_state_author", "author_id", "thread_id"),)

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    author_id: Mapped[int] = _to("member.id")
    answer: Mapped[Answer] = mapped_column(enum_type(Answer))
    answer_id: Mapped[int | None]
    answer_count: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    scopes: Mapped[int] = mapped_column(sa.SmallInteger, default=0, server_default="0")
    until_on: Mapped[date | None]
    credit: Mapped[str] = _text(48)
    salt: Mapped[str] = mapped_column(sa.String(32))
    answered_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    use_count: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")


class ReuseAsk(Model):
    """The team asked an author for rights, in words of its own."""

    __tablename__ = "reuse_ask"
    __table_args__ = (sa.Index("ix_reuse_ask_thread", "thread_id", "id"),)

    id: Mapped[Id]
    thread_id: Mapped[int] = _to("thread.id")
    author_id: Mapped[int] = _to("member.id", index=True)
    asked_by: Mapped[int] = _to("member.id")
    message: Mapped[str] = _text(500)
    asked_at: Mapped[datetime]


class ReuseSelection(Model):
    """A named selection of posts."""

    __tablename__ = "reuse_selection"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    name: Mapped[str] = _text(60)
    campaign: Mapped[str] = _text(60)
    scope: Mapped[Scope] = mapped_column(enum_type(Scope))
    note: Mapped[str] = _text(300)
    pick_count: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    created_by: Mapped[int | None] = _to("member.id")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class ReusePick(Model):
    """A post in a selection."""

    __tablename__ = "reuse_pick"

    selection_id: Mapped[int] = _to("reuse_selection.id", primary_key=True)
    thread_id: Mapped[int] = _to("thread.id", primary_key=True, index=True)
    picked_by: Mapped[int | None] = _to("member.id")
    picked_at: Mapped[datetime]


class ReuseUse(Model):
    """A use of a post: where, for how long, by whom, under which answer."""

    __tablename__ = "reuse_use"
    __table_args__ = (
        sa.UniqueConstraint("used_by", "request_key"),
        sa.Index("ix_reuse_use_thread", "thread_id", "id"),
        sa.Index("ix_reuse_use_author", "author_id", "id"),
    )

    id: Mapped[Id]
    thread_id: Mapped[int] = _to("thread.id")
    author_id: Mapped[int] = _to("member.id")
    answer_id: Mapped[int] = _to("reuse_answer.id")
    selection_id: Mapped[int | None] = _to("reuse_selection.id")
    scope: Mapped[Scope] = mapped_column(enum_type(Scope))
    place: Mapped[str] = _text(120)
    link: Mapped[str] = _text(500)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    used_by: Mapped[int] = _to("member.id")
    request_key: Mapped[str | None] = mapped_column(sa.String(64))
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
