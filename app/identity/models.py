"""Members. What names or reaches a person stands in rows that can be blanked or deleted."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.identity.types import (
    BounceKind,
    ConflictCause,
    ConflictState,
    LinkProof,
    MemberState,
    MergeCause,
    Purpose,
)
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
        job_zh, job_en: what he does for the brand, for who shows his face for it; the upper floor
            that keeps the people of the brand sets them (:func:`service.show_job`).
        auth_version: goes up when every session must die; a session holds the one it began with.
        avatar_sha: content hash of the picture ``avatar_id``, for its address without a join.
        frame: the look of the frame around his face (``dots-gold``), or empty: a copy of what he
            chose among his, so that no list joins (``flask verify identity.frames``).
        merged_into_id: the member this one was merged into; his state is then ``closed``.
        do_not_contact_at: since when nobody writes to him unasked; it survives any merge.
    """

    __tablename__ = "member"
    __table_args__ = (
        sa.Index("ix_member_display_name", "display_name", "id"),
        # Who was merged into somebody: asked whenever a whole person counts. Few rows have one.
        sa.Index(
            "ix_member_merged_into_id",
            "merged_into_id",
            sqlite_where=sa.text("merged_into_id IS NOT NULL"),
            postgresql_where=sa.text("merged_into_id IS NOT NULL"),
        ),
        # Who speaks for the brand: a handful, asked for by every page of a thread.
        sa.Index(
            "ix_member_official",
            "id",
            sqlite_where=sa.text("job_zh <> ''"),
            postgresql_where=sa.text("job_zh <> ''"),
        ),
    )

    id: Mapped[Id]
    yid: Mapped[str] = mapped_column(sa.String(16), unique=True)
    state: Mapped[MemberState] = mapped_column(enum_type(MemberState))
    display_name: Mapped[str] = mapped_column(sa.String(48), default="", server_default="")
    bio: Mapped[str] = mapped_column(sa.String(400), default="", server_default="")
    locale: Mapped[str | None] = mapped_column(sa.String(16))
    theme: Mapped[str] = mapped_column(sa.String(8), default="auto", server_default="auto")
    avatar_id: Mapped[int | None]
    avatar_sha: Mapped[str | None] = mapped_column(sa.String(64))
    frame: Mapped[str] = mapped_column(sa.String(16), default="", server_default="")
    marks: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    job_zh: Mapped[str] = mapped_column(sa.String(24), default="", server_default="")
    job_en: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    auth_version: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    version: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    merged_into_id: Mapped[int | None]
    do_not_contact_at: Mapped[datetime | None]

    def __repr__(self) -> str:
        return f"<Member {self.id} {self.yid}>"


class MemberContact(Model):
    """An address or number that a member has proved to be his. One contact, one member.

    Attributes:
        bounced_at: since when nothing unasked is written to it, because of ``bounce``.
        soft_bounces: how often running a letter came back for the time being.
    """

    __tablename__ = "member_contact"

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), index=True)
    kind: Mapped[ContactKind] = mapped_column(enum_type(ContactKind))
    value: Mapped[str] = mapped_column(sa.String(254))
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    verified_at: Mapped[datetime]
    bounced_at: Mapped[datetime | None]
    bounce: Mapped[BounceKind | None] = mapped_column(enum_type(BounceKind))
    soft_bounces: Mapped[int] = mapped_column(sa.SmallInteger, default=0, server_default="0")


class MemberCredential(Model):
    """A member's password, as argon2id writes it."""

    __tablename__ = "member_credential"

    member_id: Mapped[int] = _member_fk(primary_key=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    changed_at: Mapped[datetime]


class MemberIdentity(Model):
    """Who a member is in a sales channel.

    Attributes:
        external_id: the channel's buyer key; a keyed digest where that key is a contact.
        shown: enough of it to be recognised by its owner: the key, or a masked contact.
        proof: how it was linked.
    """

    __tablename__ = "member_identity"
    __table_args__ = (sa.UniqueConstraint("channel", "external_id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), index=True)
    channel: Mapped[str] = mapped_column(sa.String(32))
    external_id: Mapped[str] = mapped_column(sa.String(128))
    created_at: Mapped[datetime]
    shown: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    proof: Mapped[LinkProof] = mapped_column(
        enum_type(LinkProof), default=LinkProof.ORDER, server_default="order"
    )


class IdentityClue(Model):
    """A contact that came with an order: not proved by anybody, so it only helps to find people.

    Attributes:
        digest: keyed digest of the contact; the contact itself is not kept.
        shown: a masked form of it, for staff who must compare.
        channel: where it came from first.
    """

    __tablename__ = "identity_clue"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "digest"),
        sa.Index("ix_identity_clue_digest", "digest"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    kind: Mapped[ContactKind] = mapped_column(enum_type(ContactKind))
    digest: Mapped[str] = mapped_column(sa.String(64))
    shown: Mapped[str] = mapped_column(sa.String(64))
    channel: Mapped[str] = mapped_column(sa.String(32))
    created_at: Mapped[datetime]


class IdentityConflict(Model):
    """Two members of whom the evidence says that they may be one; staff decide.

    Attributes:
        member_id: whom the stronger evidence names (the order stays with him).
        other_id: whom the weaker evidence names.
        evidence: what was seen: channel, kinds, masked values; no contact in the clear.
    """

    __tablename__ = "identity_conflict"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "other_id", "cause"),
        sa.Index("ix_identity_conflict_state", "state", "id"),
        sa.Index("ix_identity_conflict_other_id", "other_id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    other_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    cause: Mapped[ConflictCause] = mapped_column(enum_type(ConflictCause))
    state: Mapped[ConflictState] = mapped_column(enum_type(ConflictState))
    evidence: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]


class MemberMerge(Model):
    """One merge of two members: the one log entry of everything that moved.

    Attributes:
        undoable_until: last day on which it can be taken back.
        undone_at: when it was.
    """

    __tablename__ = "member_merge"
    __table_args__ = (
        sa.Index(
            "uq_member_merge_open",
            "source_id",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
        sa.Index("ix_member_merge_target_id", "target_id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    source_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    target_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    cause: Mapped[MergeCause] = mapped_column(enum_type(MergeCause))
    actor_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    merged_at: Mapped[datetime]
    undoable_until: Mapped[date]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))


class MergeMove(Model):
    """One row that a merge touched, and what stood in its columns before.

    Attributes:
        table_name: the table.
        row_key: its primary key before the merge, as a JSON list.
        before: columns that the merge changed, with their former values; None: the row was new.
    """

    __tablename__ = "merge_move"

    merge_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("member_merge.id"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    table_name: Mapped[str] = mapped_column(sa.String(48))
    row_key: Mapped[list[Any]]
    before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)


class MemberRole(Model):
    """One role of one member."""

    __tablename__ = "member_role"
    __table_args__ = (sa.Index("ix_member_role_role", "role", "member_id"),)

    member_id: Mapped[int] = _member_fk(primary_key=True)
    role: Mapped[Role] = mapped_column(enum_type(Role), primary_key=True)
    granted_by: Mapped[int | None]
    granted_at: Mapped[datetime]


class MemberSession(Model):
    """One signed-in device. The cookie's id is stored as its SHA-256 only.

    Attributes:
        device_digest: keyed digest of the browser's random mark: who shares a device.
        net_digest: keyed digest of the network it came from; the address is kept nowhere.
    """

    __tablename__ = "member_session"
    __table_args__ = (
        sa.Index("ix_member_session_member_id", "member_id", "revoked_at"),
        sa.Index("ix_member_session_device_digest", "device_digest", "member_id"),
        sa.Index("ix_member_session_net_digest", "net_digest", "member_id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = _member_fk()
    digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    csrf: Mapped[str] = mapped_column(sa.String(64))
    auth_version: Mapped[int] = mapped_column(sa.Integer)
    browser: Mapped[str] = mapped_column(sa.String(24), default="", server_default="")
    system: Mapped[str] = mapped_column(sa.String(24), default="", server_default="")
    device_digest: Mapped[str | None] = mapped_column(sa.String(64))
    net_digest: Mapped[str | None] = mapped_column(sa.String(64))
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


class MemberLeaving(Model):
    """A member who asked to have his account closed, and what became of it. Numbers only.

    Attributes:
        due_at: until then he can keep it.
        keeps_posts: what he wrote stays, under "Former member".
        asked_by: who of the team asked for him; None: he himself.
        left_at: when everything was deleted.
    """

    __tablename__ = "member_leaving"
    __table_args__ = (
        sa.Index(
            "ix_member_leaving_due",
            "due_at",
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        ),
        sa.Index("ix_member_leaving_left_at", "left_at"),
    )

    member_id: Mapped[int] = _member_fk(primary_key=True)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    keeps_posts: Mapped[bool]
    asked_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    left_at: Mapped[datetime | None]


class MemberTakeout(Model):
    """A file with everything that a member may take along; written by the worker.

    Attributes:
        done, total: parts written so far, of how many; total None: not begun.
        size: of the finished file, in bytes.
        error: why it failed, as a stable word; empty otherwise.
        expires_at: when the file is deleted.
    """

    __tablename__ = "member_takeout"
    __table_args__ = (sa.Index("ix_member_takeout_member_id", "member_id", "id"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    member_id: Mapped[int] = _member_fk()
    locale: Mapped[str] = mapped_column(sa.String(16))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    done: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    total: Mapped[int | None] = mapped_column(sa.Integer)
    size: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    error: Mapped[str] = mapped_column(sa.String(48), default="", server_default="")
    expires_at: Mapped[datetime]
