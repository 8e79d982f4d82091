"""Members. What names or reaches a person stands in rows that can be blanked or deleted."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.identity.types import MemberState, Purpose
from app.kernel import clock
from app.kernel.contacts import ContactKind
from app.kernel.db import BigInt, Id, Model, enum_type
from app.kernel.permissions import Role


def _member_fk(*, primary_key: bool = False) -> Any:
    return mapped_column(BigInt, sa.ForeignKey("member.id"), primary_key=primary_key)


class Member(Model):
    """A fan, a member of staff, or a buyer who never signed in: the same person in all hats.

    Attributes:
        marks: visible roles, comma-separated: a copy of ``member_role`` that lists can read
            without a join (recomputed by ``flask verify identity.marks``).
        auth_version: goes up when every session must die; a session holds the one it began with.
        avatar_sha: content hash of the picture ``avatar_id``, for its address without a join.
    """

    __tablename__ = "member"
    __table_args__ = (sa.Index("ix_member_display_name", "display_name", "id"),)

    id: Mapped[Id]
    yid: Mapped[str] = mapped_column(sa.String(16), unique=True)
    state: Mapped[MemberState] = mapped_column(enum_type(MemberState))
    display_name: Mapped[str] = mapped_column(sa.String(48), default="", server_default="")
    bio: Mapped[str] = mapped_column(sa.String(400), default="", server_default="")
    locale: Mapped[str | None] = mapped_column(sa.String(16))
    theme: Mapped[str] = mapped_column(sa.String(8), default="auto", server_default="auto")
    avatar_id: Mapped[int | None]
    avatar_sha: Mapped[str | None] = mapped_column(sa.String(64))
    marks: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    auth_version: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    version: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    def __repr__(self) -> str:
        return f"<Member {self.id} {self.yid}>"


class MemberContact(Model):
    """An address or number that a member has proved to be his. One contact, one member."""

    __tablename__ = "member_contact"

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), index=True)
    kind: Mapped[ContactKind] = mapped_column(enum_type(ContactKind))
    value: Mapped[str] = mapped_column(sa.String(254))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    verified_at: Mapped[datetime]


class MemberCredential(Model):
    """A member's password, as argon2id writes it."""

    __tablename__ = "member_credential"

    member_id: Mapped[int] = _member_fk(primary_key=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    changed_at: Mapped[datetime]


class MemberIdentity(Model):
    """Who a member is in a sales channel."""

    __tablename__ = "member_identity"
    __table_args__ = (sa.UniqueConstraint("channel", "external_id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), index=True)
    channel: Mapped[str] = mapped_column(sa.String(32))
    external_id: Mapped[str] = mapped_column(sa.String(128))
    created_at: Mapped[datetime]


class MemberRole(Model):
    """One role of one member."""

    __tablename__ = "member_role"
    __table_args__ = (sa.Index("ix_member_role_role", "role", "member_id"),)

    member_id: Mapped[int] = _member_fk(primary_key=True)
    role: Mapped[Role] = mapped_column(enum_type(Role), primary_key=True)
    granted_by: Mapped[int | None]
    granted_at: Mapped[datetime]


class MemberSession(Model):
    """One signed-in device. The cookie's id is stored as its SHA-256 only."""

    __tablename__ = "member_session"
    __table_args__ = (sa.Index("ix_member_session_member_id", "member_id", "revoked_at"),)

    id: Mapped[Id]
    member_id: Mapped[int] = _member_fk()
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    csrf: Mapped[str] = mapped_column(sa.String(64))
    auth_version: Mapped[int] = mapped_column(sa.Integer)
    browser: Mapped[str] = mapped_column(sa.String(24), default="", server_default="")
    system: Mapped[str] = mapped_column(sa.String(24), default="", server_default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OneTimeCode(Model):
    """A code on its way to somebody, and what it will do. Deleted soon after it expires.

    Attributes:
        ticket: SHA-256 of the opaque text in the page's address.
        code: keyed digest of ticket and code; of nothing at all for a decoy, which never fits.
        payload: what the act needs: the new member's name, the hash of his password.
    """

    __tablename__ = "one_time_code"

    id: Mapped[Id]
    ticket: Mapped[str] = mapped_column(sa.String(64), unique=True)
    purpose: Mapped[Purpose] = mapped_column(enum_type(Purpose))
    code: Mapped[str] = mapped_column(sa.String(64))
    member_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"), index=True)
    kind: Mapped[ContactKind] = mapped_column(enum_type(ContactKind))
    value: Mapped[str] = mapped_column(sa.String(254))
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class MemberConsent(Model):
    """What a member agreed to, in which wording, and when he took it back."""

    __tablename__ = "member_consent"

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(32))
    wording: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the text that was shown
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
