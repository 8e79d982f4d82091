"""What stands around a thread's text: steps, answer, versions, people, cards, drafts, welcomes.

Everything personal in here can be erased: rows are changed and deleted as their owners wish.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.community.types.writing import CardState, DraftState, WelcomeState
from app.kernel.db import BigInt, Id, Model, enum_type


def _to(target: str, **options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey(target), **options)


class ThreadStep(Model):
    """A step of a how-to, in its place from 0."""

    __tablename__ = "thread_step"

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)
    text_html: Mapped[str] = mapped_column(sa.Text)
    media_id: Mapped[int | None] = _to("media.id", index=True)


class ThreadAnswer(Model):
    """The reply that answers a question, and who says so. Taken back, the row goes."""

    __tablename__ = "thread_answer"

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    reply_id: Mapped[int] = _to("reply.id", index=True)
    marked_by: Mapped[int] = _to("member.id")
    marked_at: Mapped[datetime]


class ThreadRevision(Model):
    """A thread as it stood before an edit. Number 1 is the text as first posted."""

    __tablename__ = "thread_revision"

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(80))
    body: Mapped[str] = mapped_column(sa.Text)  # steps follow the text, a blank line between
    until_at: Mapped[datetime]  # when it was replaced


class Mention(Model):
    """A text points to a member.

    Attributes:
        floor: 0 for the thread itself, else the reply.
        is_told: he was told of it.
    """

    __tablename__ = "community_mention"
    __table_args__ = (sa.Index("ix_community_mention_member_id", "member_id", "thread_id"),)

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    floor: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    member_id: Mapped[int] = _to("member.id", primary_key=True)
    is_told: Mapped[bool]
    created_at: Mapped[datetime]


class TextWork(Model):
    """What is still to be done for a text: people to tell, addresses to look at.

    Written with the text, done by the worker; a text that is changed meanwhile is done once.

    Attributes:
        floor: as for mentions.
        people: ids of the members named, in their order.
        links: addresses that may become cards.
        crowds: groups of the team that it calls (``moderators``); None: none.
    """

    __tablename__ = "community_text_work"

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    floor: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    author_id: Mapped[int] = _to("member.id")
    reply_id: Mapped[int | None] = _to("reply.id")
    people: Mapped[list[Any]]
    links: Mapped[list[Any]]
    crowds: Mapped[list[Any] | None] = mapped_column(sa.JSON)
    at: Mapped[datetime] = mapped_column(index=True)


class LinkCard(Model):
    """A page elsewhere, looked at once by the worker. Plain text only; no pictures.

    Attributes:
        digest: SHA-256 of the address.
    """

    __tablename__ = "community_link_card"
    __table_args__ = (
        sa.Index(
            "ix_community_link_card_waiting",
            "created_at",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    url: Mapped[str] = mapped_column(sa.String(2_000))
    state: Mapped[CardState] = mapped_column(enum_type(CardState))
    title: Mapped[str] = mapped_column(sa.String(160), default="", server_default="")
    text: Mapped[str] = mapped_column(sa.String(240), default="", server_default="")
    site: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    fetched_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class LinkUse(Model):
    """A text in which an address stands alone on its line; ``floor`` as for mentions."""

    __tablename__ = "community_link_use"

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    floor: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    digest: Mapped[str] = mapped_column(
        sa.String(64), sa.ForeignKey("community_link_card.digest"), primary_key=True, index=True
    )


class Draft(Model):
    """What a member has typed and not posted.

    Attributes:
        request_key: of the form; what is posted with it is the same post.
        thread_id: the thread that is being changed, or None for a new one.
        form: everything typed, by field name.
        publish_at: when it is to be posted; None: not by itself.
        error: why it could not be posted, a stable word.
    """

    __tablename__ = "community_draft"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "request_key"),
        sa.Index("ix_community_draft_member_id", "member_id", "saved_at"),
        sa.Index(
            "ix_community_draft_due",
            "publish_at",
            sqlite_where=sa.text("state = 'scheduled'"),
            postgresql_where=sa.text("state = 'scheduled'"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = _to("member.id")
    request_key: Mapped[str] = mapped_column(sa.String(64))
    thread_id: Mapped[int | None] = _to("thread.id")
    state: Mapped[DraftState] = mapped_column(enum_type(DraftState))
    form: Mapped[dict[str, Any]]
    publish_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(sa.String(48), default="", server_default="")
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]


class DraftPhoto(Model):
    """An upload that a draft shows, so that it is not swept away."""

    __tablename__ = "community_draft_photo"

    draft_id: Mapped[int] = _to("community_draft.id", primary_key=True)
    media_id: Mapped[int] = mapped_column(BigInt, primary_key=True, index=True)


class Welcome(Model):
    """Somebody's first thread, to be welcomed by a person of the team.

    Attributes:
        reply_id: the welcome, once sent.
        settled_by: who sent it, or left it to the table.
    """

    __tablename__ = "community_welcome"
    __table_args__ = (
        sa.Index(
            "ix_community_welcome_waiting",
            "thread_id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    thread_id: Mapped[int] = _to("thread.id")
    state: Mapped[WelcomeState] = mapped_column(enum_type(WelcomeState))
    reply_id: Mapped[int | None] = _to("reply.id")
    settled_by: Mapped[int | None] = _to("member.id")
    settled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
