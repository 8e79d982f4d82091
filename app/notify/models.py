"""Notices and what members want of them. Ids, numbers and enums only; rows can be deleted."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.notify.types import MAX_ENDPOINT, MAX_KEY, MAX_KIND, MailState


def _some(name: str, *columns: str, where: str) -> sa.Index:
    condition = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


class NoticeRow(Model):
    """One thing that a member was told, once.

    Attributes:
        key: with member and kind the name of the notice: nobody is told the same thing twice.
        endpoint, link: where it leads.
        mail: whether a letter goes with it.
    """

    __tablename__ = "notice"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "kind", "key"),
        sa.Index("ix_notice_member_id", "member_id", "id"),
        _some("ix_notice_unread", "member_id", where="read_at IS NULL"),
        _some("ix_notice_to_mail", "id", where="mail = 'waiting'"),
        sa.Index("ix_notice_told_at", "told_at"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    kind: Mapped[str] = mapped_column(sa.String(MAX_KIND))
    key: Mapped[str] = mapped_column(sa.String(MAX_KEY))
    params: Mapped[dict[str, Any]]
    endpoint: Mapped[str | None] = mapped_column(sa.String(MAX_ENDPOINT))
    link: Mapped[dict[str, Any]]
    told_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail: Mapped[MailState] = mapped_column(enum_type(MailState))


class NoticeWish(Model):
    """What a member wants of one kind of notice; without a row he gets letters of it."""

    __tablename__ = "notice_wish"

    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(MAX_KIND), primary_key=True)
    by_mail: Mapped[bool]
    changed_at: Mapped[datetime]
