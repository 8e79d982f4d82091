"""Notices, what members want of them, what is on its way. Ids, numbers and enums only."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.notify.types import (
    MAX_ENDPOINT,
    MAX_KEY,
    MAX_KIND,
    MAX_SUBJECT,
    Channel,
    DeliveryState,
    Rhythm,
)


def _some(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    condition = sa.text(where)
    return sa.Index(
        name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )


def _member(**options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey("member.id"), **options)


OPEN = "read_at IS NULL AND subject IS NOT NULL"


class NoticeRow(Model):
    """One thing that a member was told, once; or one that many did, until he has read of it.

    Attributes:
        key: with member and kind the name of the notice: nobody is told the same thing twice.
        endpoint, link: where it leads.
        subject: what it is about, where the same kind about the same thing gathers in one row.
        actor_id: who did it, of several the last.
        people: by how many different people; 0 when all of them took it back.
        things: how many acts of theirs have gathered; those taken back don't count.
        about: on whose page it counts as read (``thread:12``).
        place: its place in the list (an id); new whenever somebody joins in.
        is_shown: whether the member wants to see this kind on the page.
        by_mail: whether a letter may go with it.
        dispatched_at: when mail and push were decided.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "kind", "key"),
        sa.Index("ix_notice_member_place", "member_id", "place"),
        _some("ix_notice_unread", "member_id", where="read_at IS NULL AND is_shown AND people > 0"),
        _some("uq_notice_open", "member_id", "kind", "subject", where=OPEN, unique=True),
        _some("ix_notice_to_dispatch", "id", where="dispatched_at IS NULL"),
        _some(
            "ix_notice_about", "member_id", "about", where="read_at IS NULL AND about IS NOT NULL"
        ),
        sa.Index("ix_notice_told_at", "told_at"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = _member()
    kind: Mapped[str] = mapped_column(sa.String(MAX_KIND))
    key: Mapped[str] = mapped_column(sa.String(MAX_KEY))
    params: Mapped[dict[str, Any]]
    endpoint: Mapped[str | None] = mapped_column(sa.String(MAX_ENDPOINT))
    link: Mapped[dict[str, Any]]
    told_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    subject: Mapped[str | None] = mapped_column(sa.String(MAX_SUBJECT))
    actor_id: Mapped[int | None] = _member()
    people: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    things: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    about: Mapped[str | None] = mapped_column(sa.String(MAX_SUBJECT))
    place: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    is_shown: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    by_mail: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    dispatched_at: Mapped[datetime | None]


class NoticeAct(Model):
    """One act that was gathered in a notice; the same act is never told twice.

    Attributes:
        withdrawn_at: since when it is taken back (a like undone, a reply removed).
        is_spread: many were told of it at once, so it is found by its key.
    """

    __tablename__ = "notice_act"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "kind", "key"),
        sa.Index("ix_notice_act_notice_id", "notice_id", "id"),
        sa.Index("ix_notice_act_actor", "notice_id", "actor_id"),
        sa.Index("ix_notice_act_actor_id", "actor_id"),
        _some("ix_notice_act_spread", "key", where="is_spread AND withdrawn_at IS NULL"),
    )

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("notice.id"))
    member_id: Mapped[int] = _member()
    kind: Mapped[str] = mapped_column(sa.String(MAX_KIND))
    key: Mapped[str] = mapped_column(sa.String(MAX_KEY))
    actor_id: Mapped[int] = _member()
    withdrawn_at: Mapped[datetime | None]
    is_spread: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class NoticeWish(Model):
    """How a member wants one kind of notice; without a row the kind's own defaults hold."""

    __tablename__ = "notice_wish"

    member_id: Mapped[int] = _member(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(MAX_KIND), primary_key=True)
    by_mail: Mapped[bool]
    changed_at: Mapped[datetime]
    by_web: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    by_push: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class NoticeHabit(Model):
    """When a member wants to be reached; without a row the house's defaults hold.

    Attributes:
        quiet_from, quiet_to: minutes after midnight in his zone; both None: never quiet.
        zone: IANA name; None: the brand's.
        push_later_at: when he said "not now" to messages on his device.
    """

    __tablename__ = "notice_habit"

    member_id: Mapped[int] = _member(primary_key=True)
    rhythm: Mapped[Rhythm] = mapped_column(enum_type(Rhythm))
    quiet_from: Mapped[int | None] = mapped_column(sa.SmallInteger)
    quiet_to: Mapped[int | None] = mapped_column(sa.SmallInteger)
    zone: Mapped[str | None] = mapped_column(sa.String(48))
    push_later_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class NoticeDelivery(Model):
    """One notice on its way by mail or push.

    Attributes:
        period: of a digest (``daily:2026-09-02``): one letter a member and period.
        due_at: when it is tried (again); trying moves it forward first, so what a killed worker
            held comes back by itself.
    """

    __tablename__ = "notice_delivery"
    __table_args__ = (
        sa.UniqueConstraint("notice_id", "channel"),
        _some("ix_notice_delivery_due", "channel", "due_at", where="state = 'waiting'"),
        sa.Index("ix_notice_delivery_member_id", "member_id"),
    )

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("notice.id"))
    member_id: Mapped[int] = _member()
    channel: Mapped[Channel] = mapped_column(enum_type(Channel))
    state: Mapped[DeliveryState] = mapped_column(enum_type(DeliveryState))
    period: Mapped[str | None] = mapped_column(sa.String(24))
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    due_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.String(40))


class PushSubscription(Model):
    """A browser that takes messages for a member, at the address its maker's service gave it.

    Attributes:
        endpoint_digest: SHA-256 of the address: one browser, one member.
        p256dh, auth: the browser's keys (RFC 8291), base64url.
    """

    __tablename__ = "push_subscription"
    __table_args__ = (sa.Index("ix_push_subscription_member_id", "member_id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = _member()
    endpoint: Mapped[str] = mapped_column(sa.String(500))
    endpoint_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    p256dh: Mapped[str] = mapped_column(sa.String(100))
    auth: Mapped[str] = mapped_column(sa.String(40))
    created_at: Mapped[datetime]
