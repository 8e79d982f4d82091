"""Cases, reports and mutes. A report's note is free text: erasable."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.moderation.types import NOTE_CHARS, CaseState, HideReason, Outcome, Verdict

OPEN = sa.text("state = 'open'")
RUNNING = sa.text("lifted_at IS NULL")


class ModerationCase(Model):
    """Something that members reported. A thing has one open case at most.

    Attributes:
        weight: the sum of its reports' weights: what hurts most comes first.
        counting: reports of members whose word counts; enough of them hold the thing.
        is_held: the house hid it until somebody has looked.
        keeper_id, kept_at, kept_until: who is on it, since when, and when that ends by itself.
    """

    __tablename__ = "moderation_case"
    __table_args__ = (
        sa.Index(
            "uq_moderation_case_open", "kind", "subject_id", unique=True,
            sqlite_where=OPEN, postgresql_where=OPEN,
        ),
        sa.Index("ix_moderation_case_queue", "state", "weight", "id"),
        sa.Index("ix_moderation_case_author", "author_id", "id"),
        sa.Index("ix_moderation_case_decided", "decided_at"),
    )  # fmt: skip

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[int] = mapped_column(BigInt)
    author_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    state: Mapped[CaseState] = mapped_column(enum_type(CaseState))
    weight: Mapped[int] = mapped_column(sa.Integer)
    report_count: Mapped[int] = mapped_column(sa.Integer)
    counting: Mapped[int] = mapped_column(sa.Integer)
    is_held: Mapped[bool]
    opened_at: Mapped[datetime]
    keeper_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    kept_at: Mapped[datetime | None]
    kept_until: Mapped[datetime | None]
    verdict: Mapped[Verdict | None] = mapped_column(enum_type(Verdict))
    reason: Mapped[HideReason | None] = mapped_column(enum_type(HideReason))
    was_hidden: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    decided_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]


class ModerationReport(Model):
    """What one member said of a case; a second report of his changes nothing.

    Attributes:
        counts: whether the writer's word counted towards holding the thing.
    """

    __tablename__ = "moderation_report"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "reporter_id"),
        sa.Index("ix_moderation_report_reporter", "reporter_id", "id"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("moderation_case.id"))
    reporter_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    reason: Mapped[HideReason] = mapped_column(enum_type(HideReason))
    note: Mapped[str] = mapped_column(sa.String(NOTE_CHARS))
    counts: Mapped[bool]
    outcome: Mapped[Outcome] = mapped_column(enum_type(Outcome))
    reported_at: Mapped[datetime]


class ModerationMute(Model):
    """A time in which a member may read but not write."""

    __tablename__ = "moderation_mute"
    __table_args__ = (
        sa.Index(
            "ix_moderation_mute_running", "until", sqlite_where=RUNNING, postgresql_where=RUNNING
        ),
        sa.Index("ix_moderation_mute_member", "member_id", "id"),
        sa.Index("ix_moderation_mute_case", "case_id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    case_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("moderation_case.id"))
    reason: Mapped[HideReason] = mapped_column(enum_type(HideReason))
    muted_by: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    muted_at: Mapped[datetime]
    until: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
