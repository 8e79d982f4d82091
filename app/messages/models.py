"""Conversations between two members, and of members with the team.

Texts stand in rows that can be blanked and deleted. Who writes to whom
is nobody else's business: no fact tells of it.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.messages.types import EXCERPT, Consent, Who
from app.moderation.types import HideReason


def _to(target: str, **options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey(target), **options)


def _some(name: str, *columns: str, where: str) -> sa.Index:
    condition = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


def _count() -> Any:
    return mapped_column(sa.Integer, default=0, server_default="0")


class Conversation(Model):
    """What two members write to each other. Its row is the lock of both sides.

    Attributes:
        last_number: of its newest message.
        tidy_at: when to look for messages that neither of the two sees any more.
    """

    __tablename__ = "message_conversation"
    __table_args__ = (
        _some("ix_message_conversation_tidy_at", "tidy_at", where="tidy_at IS NOT NULL"),
    )

    id: Mapped[Id]
    last_number: Mapped[int] = _count()
    started_at: Mapped[datetime]
    tidy_at: Mapped[datetime | None]


class Side(Model):
    """A conversation as one of the two has it.

    Attributes:
        slot: 0: the one in which the two write to each other; the conversation's own id where a
            merge brought a second one.
        consent: what this member says to being written to by the other.
        asked_at: when he was asked last.
        last_id: the newest message that he sees; None: it stands in no list of his.
        read_number: how far he has read; cleared_number: up to where he deleted everything.
        unread_count: derived, see ``flask verify messages.sides``.
    """

    __tablename__ = "message_side"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "other_id", "slot"),
        _some(
            "ix_message_side_inbox", "member_id", "consent", "last_id",
            where="last_id IS NOT NULL",
        ),
        _some("ix_message_side_unread", "member_id", where="unread_count > 0"),
        sa.Index("ix_message_side_other_id", "other_id"),
    )  # fmt: skip

    conversation_id: Mapped[int] = _to("message_conversation.id", primary_key=True)
    member_id: Mapped[int] = _to("member.id", primary_key=True)
    other_id: Mapped[int] = _to("member.id")
    slot: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    consent: Mapped[Consent] = mapped_column(enum_type(Consent))
    asked_at: Mapped[datetime | None]
    last_id: Mapped[int | None]
    read_number: Mapped[int] = _count()
    cleared_number: Mapped[int] = _count()
    unread_count: Mapped[int] = _count()


class Message(Model):
    """One message.

    Attributes:
        number: its place in the conversation, from 1.
        body: as it was written; body_html: printed by ``kernel.text``.
        hidden_at: since when the team hides it from the reader; ``is_final``: from its author too.
        is_gone_writer, is_gone_reader: deleted for the one, for the other.
    """

    __tablename__ = "message"
    __table_args__ = (
        sa.UniqueConstraint("conversation_id", "number"),
        sa.UniqueConstraint("author_id", "request_key"),
        _some("ix_message_photo_id", "photo_id", where="photo_id IS NOT NULL"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[int] = _to("message_conversation.id")
    number: Mapped[int] = mapped_column(sa.Integer)
    author_id: Mapped[int] = _to("member.id")
    body: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    excerpt: Mapped[str] = mapped_column(sa.String(EXCERPT))
    photo_id: Mapped[int | None] = _to("media.id")
    request_key: Mapped[str | None] = mapped_column(sa.String(64))
    sent_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[HideReason | None] = mapped_column(enum_type(HideReason))
    is_final: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_gone_writer: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    is_gone_reader: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class MessageWish(Model):
    """Who may write to a member; without a row everybody may ask."""

    __tablename__ = "message_wish"

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    who: Mapped[Who] = mapped_column(enum_type(Who))
    shows_seen: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    changed_at: Mapped[datetime]


# --- with the team -------------------------------------------------------------------------------


class TeamTalk(Model):
    """What a member and the team write to each other; its row is the lock.

    All but ``read_id`` and ``settled_id`` is derived, see ``flask verify messages.team``.

    Attributes:
        last_id: its newest line.
        waiting_id: the first line of the member that nobody has answered or set aside.
        waiting_count: how many such lines there are.
        settled_id: up to where the team has answered or set aside.
        read_id: up to where the member has read; ``unread_count``: lines of the team after that.
    """

    __tablename__ = "message_team_talk"
    __table_args__ = (
        _some("ix_message_team_talk_waiting_id", "waiting_id", where="waiting_id IS NOT NULL"),
        sa.Index("ix_message_team_talk_last_id", "last_id"),
    )

    member_id: Mapped[int] = _to("member.id", primary_key=True, autoincrement=False)
    last_id: Mapped[int | None]
    waiting_id: Mapped[int | None]
    waiting_count: Mapped[int] = _count()
    settled_id: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    read_id: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    unread_count: Mapped[int] = _count()


class TeamLine(Model):
    """One message of a member to the team, or of somebody of the team to him.

    Attributes:
        member_id: whose talk it stands in; author_id: who wrote it.
        is_team: somebody of the team wrote it, in the brand's name and his own.
    """

    __tablename__ = "message_team_line"
    __table_args__ = (
        sa.Index("ix_message_team_line_member_id", "member_id", "id"),
        sa.UniqueConstraint("author_id", "request_key"),
        _some("ix_message_team_line_photo_id", "photo_id", where="photo_id IS NOT NULL"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = _to("member.id")
    author_id: Mapped[int] = _to("member.id")
    is_team: Mapped[bool]
    body: Mapped[str] = mapped_column(sa.Text)
    body_html: Mapped[str] = mapped_column(sa.Text)
    excerpt: Mapped[str] = mapped_column(sa.String(EXCERPT))
    photo_id: Mapped[int | None] = _to("media.id")
    request_key: Mapped[str | None] = mapped_column(sa.String(64))
    sent_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[HideReason | None] = mapped_column(enum_type(HideReason))
    is_final: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
