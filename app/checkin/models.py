"""Check-ins, and where every streak stands."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model


class CheckIn(Model):
    """One member, one business day. The unique constraint *is* the rule."""

    __tablename__ = "checkin"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "on_date"),
        sa.CheckConstraint("streak_days > 0", name="streak_counts_itself"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    on_date: Mapped[date]  # the brand's local day
    streak_days: Mapped[int] = mapped_column(sa.Integer)  # including this one
    at: Mapped[datetime]


class CheckInStreak(Model):
    """Where a member's streak stands: the sum of his check-ins, recomputed by ``flask verify``."""

    __tablename__ = "checkin_streak"
    __table_args__ = (
        sa.CheckConstraint(
            "current_days > 0 AND current_days <= longest_days", name="current_within_longest"
        ),
        sa.CheckConstraint("longest_days <= total_days", name="longest_within_total"),
    )

    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), primary_key=True)
    current_days: Mapped[int] = mapped_column(sa.Integer)  # days in a row up to last_on
    longest_days: Mapped[int] = mapped_column(sa.Integer)
    total_days: Mapped[int] = mapped_column(sa.Integer)
    last_on: Mapped[date]
