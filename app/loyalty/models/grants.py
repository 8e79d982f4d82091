"""Staff adjustments: what each role may do, what was given, proposed, approved, in bulk."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.kernel.permissions import Role
from app.loyalty.types.grants import (
    BatchState,
    ChargeKind,
    GrantReason,
    GrantState,
    LineFault,
)

FOUR_EYES = "checker_id IS NULL OR checker_id <> maker_id"
STANDING = "state NOT IN ('reversed', 'failed') AND occasion <> ''"
TAKEN = "state NOT IN ('dropped', 'declined', 'expired', 'reversed') AND digest <> ''"


class GrantBudget(Model):
    """What a role may do, where staff have set it; the others have the defaults of the code."""

    __tablename__ = "loyalty_grant_budget"
    __table_args__ = (
        sa.CheckConstraint(
            "act_points >= 0 AND day_points >= act_points AND approve_act_points >= 0 "
            "AND approve_day_points >= approve_act_points",
            name="a_day_holds_an_act",
        ),
    )

    role: Mapped[Role] = mapped_column(enum_type(Role), primary_key=True)
    act_points: Mapped[int]
    day_points: Mapped[int]
    approve_act_points: Mapped[int]
    approve_day_points: Mapped[int]
    set_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    set_at: Mapped[datetime]


class GrantDay(Model):
    """How many points somebody has moved on a business day, counted without sign."""

    __tablename__ = "loyalty_grant_day"
    __table_args__ = (sa.CheckConstraint("points >= 0", name="points_not_negative"),)

    actor_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), primary_key=True)
    kind: Mapped[ChargeKind] = mapped_column(enum_type(ChargeKind), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    points: Mapped[int]


class GrantBatch(Model):
    """Many adjustments at once, from a file or for an audience.

    Attributes:
        label: what it is for, as staff wrote it; erasable.
        occasion: digest of the label: one occasion gives a member once.
        digest: of the file's bytes; empty for an audience.
        cursor: member id up to which an audience has been written down.
        charged_on: the business day on whose authority it counts.
    """

    __tablename__ = "loyalty_grant_batch"
    __table_args__ = (
        sa.CheckConstraint(FOUR_EYES, name="four_eyes"),
        sa.CheckConstraint(
            "NOT is_beyond OR checker_id IS NOT NULL "
            "OR state NOT IN ('running', 'done', 'reversing', 'reversed')",
            name="second_person",
        ),
        sa.Index("ix_loyalty_grant_batch_state", "state", "id"),
        sa.Index(
            "uq_loyalty_grant_batch_digest",
            "digest",
            unique=True,
            sqlite_where=sa.text(TAKEN),
            postgresql_where=sa.text(TAKEN),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    label: Mapped[str] = mapped_column(sa.String(60))
    occasion: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    audience: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    points: Mapped[int] = mapped_column(default=0, server_default="0")  # each, for an audience
    reason: Mapped[GrantReason] = mapped_column(enum_type(GrantReason))
    state: Mapped[BatchState] = mapped_column(enum_type(BatchState))
    maker_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    maker_role: Mapped[Role] = mapped_column(enum_type(Role))
    checker_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    is_beyond: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    cursor: Mapped[int] = mapped_column(default=0, server_default="0")
    line_count: Mapped[int] = mapped_column(default=0, server_default="0")
    bad_count: Mapped[int] = mapped_column(default=0, server_default="0")
    given_before_count: Mapped[int] = mapped_column(default=0, server_default="0")
    total_points: Mapped[int] = mapped_column(default=0, server_default="0")
    largest_points: Mapped[int] = mapped_column(default=0, server_default="0")
    done_count: Mapped[int] = mapped_column(default=0, server_default="0")
    failed_count: Mapped[int] = mapped_column(default=0, server_default="0")
    undone_count: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    charged_on: Mapped[date | None]
    finished_at: Mapped[datetime | None]


class Grant(Model):
    """One adjustment of one member's points.

    Attributes:
        points: whole points; negative: taken.
        is_beyond: more than its maker may do alone.
        occasion: of its batch, else empty.
        charged_on: the business day on whose authority it counts; its batch's, if it has one.
    """

    __tablename__ = "loyalty_grant"
    __table_args__ = (
        sa.CheckConstraint("points <> 0", name="moves_something"),
        sa.CheckConstraint(FOUR_EYES, name="four_eyes"),
        sa.CheckConstraint(
            "maker_id <> member_id AND (checker_id IS NULL OR checker_id <> member_id)",
            name="not_for_oneself",
        ),
        sa.CheckConstraint(
            "NOT is_beyond OR checker_id IS NOT NULL OR state NOT IN ('posted', 'reversed')",
            name="second_person",
        ),
        sa.UniqueConstraint("maker_id", "request_key"),
        sa.Index("ix_loyalty_grant_member_id", "member_id", "id"),
        sa.Index("ix_loyalty_grant_state", "state", "id"),
        sa.Index("ix_loyalty_grant_batch_id", "batch_id", "state", "id"),
        sa.Index(
            "uq_loyalty_grant_occasion",
            "occasion",
            "member_id",
            unique=True,
            sqlite_where=sa.text(STANDING),
            postgresql_where=sa.text(STANDING),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    points: Mapped[int]
    reason: Mapped[GrantReason] = mapped_column(enum_type(GrantReason))
    state: Mapped[GrantState] = mapped_column(enum_type(GrantState))
    maker_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    maker_role: Mapped[Role] = mapped_column(enum_type(Role))
    checker_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    is_beyond: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    request_key: Mapped[str] = mapped_column(sa.String(64))
    batch_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("loyalty_grant_batch.id"))
    line_number: Mapped[int | None]
    occasion: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    charged_on: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    txn_id: Mapped[int | None]


class GrantNote(Model):
    """What staff wrote to each other about an adjustment: free text, so erasable.

    Attributes:
        note: its maker's.
        answer: the second person's.
    """

    __tablename__ = "loyalty_grant_note"

    grant_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("loyalty_grant.id"), primary_key=True
    )
    note: Mapped[str] = mapped_column(sa.String(500), default="", server_default="")
    answer: Mapped[str] = mapped_column(sa.String(500), default="", server_default="")


class GrantFault(Model):
    """One bad line of a file: which, and what is wrong; never what stood in it."""

    __tablename__ = "loyalty_grant_fault"

    batch_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("loyalty_grant_batch.id"), primary_key=True
    )
    line_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fault: Mapped[LineFault] = mapped_column(enum_type(LineFault))
