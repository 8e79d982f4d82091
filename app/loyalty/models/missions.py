"""Missions, and how far members are with them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.loyalty.types.missions import MissionState, Period


class LoyaltyMission(Model):
    """A standing task for everybody of an audience. Once open, what it asks and pays stays."""

    __tablename__ = "loyalty_mission"
    __table_args__ = (
        sa.CheckConstraint("goal > 0", name="goal_positive"),
        sa.CheckConstraint("points >= 0", name="points_not_negative"),
        sa.Index("ix_loyalty_mission_state", "state", "action"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    state: Mapped[MissionState] = mapped_column(enum_type(MissionState))
    title_zh: Mapped[str] = mapped_column(sa.String(80))
    title_en: Mapped[str] = mapped_column(sa.String(80))
    action: Mapped[str] = mapped_column(sa.String(48))  # of `wanted`, for the look-up
    wanted: Mapped[dict[str, Any]]
    goal: Mapped[int] = mapped_column(sa.Integer)
    period: Mapped[Period] = mapped_column(enum_type(Period))
    points: Mapped[int]
    audience: Mapped[str] = mapped_column(sa.String(64))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    position: Mapped[int] = mapped_column(sa.Integer)
    takes_back: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]


class LoyaltyMissionProgress(Model):
    """How far a member is with a mission in one period; ``goal`` as it was when he began.

    What is removed counts no more: ``times`` falls with it, and rises again when it comes back.
    """

    __tablename__ = "loyalty_mission_progress"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "mission_id", "period_on"),
        sa.CheckConstraint("times >= 0 AND times <= goal", name="times_within_goal"),
        sa.CheckConstraint("(done_at IS NULL) = (times < goal)", name="done_at_the_goal"),
        sa.Index("ix_loyalty_mission_progress_mission", "mission_id", "done_at"),
        sa.Index(
            "ix_loyalty_mission_progress_waiting",
            "member_id",
            sqlite_where=sa.text("points IS NULL"),
            postgresql_where=sa.text("points IS NULL"),
        ),
    )

    id: Mapped[Id]
    mission_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("loyalty_mission.id"))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    period_on: Mapped[date]  # its first business day
    times: Mapped[int] = mapped_column(sa.Integer)
    goal: Mapped[int] = mapped_column(sa.Integer)
    done_at: Mapped[datetime | None]
    points: Mapped[int | None]  # what it paid; None: done, but its points wait
