"""Camps: versions with their tasks, cohorts, seats, and what members did."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.loyalty.types.camps import CampState, TaskKind, WorkState


class LoyaltyCamp(Model):
    """A camp: a name in the address bar; what it says stands in its versions."""

    __tablename__ = "loyalty_camp"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    state: Mapped[CampState] = mapped_column(enum_type(CampState))
    created_at: Mapped[datetime]


class LoyaltyCampVersion(Model):
    """What a camp asks. Frozen when it is published: cohorts go by it to the end."""

    __tablename__ = "loyalty_camp_version"
    __table_args__ = (
        sa.UniqueConstraint("camp_id", "number"),
        sa.CheckConstraint("day_count > 0", name="at_least_a_day"),
    )

    id: Mapped[Id]
    camp_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("loyalty_camp.id"))
    number: Mapped[int] = mapped_column(sa.Integer)
    is_frozen: Mapped[bool]
    title_zh: Mapped[str] = mapped_column(sa.String(60))
    title_en: Mapped[str] = mapped_column(sa.String(60))
    about_zh: Mapped[str] = mapped_column(sa.String(600))
    about_en: Mapped[str] = mapped_column(sa.String(600))
    day_count: Mapped[int] = mapped_column(sa.Integer)
    late_days: Mapped[int] = mapped_column(sa.Integer)
    late_max: Mapped[int] = mapped_column(sa.Integer)
    pass_tasks: Mapped[int | None] = mapped_column(sa.Integer)
    bonus_points: Mapped[int]
    badge_key: Mapped[str] = mapped_column(sa.String(40))
    takes_back: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]


class LoyaltyCampTask(Model):
    """One task of one day of a version."""

    __tablename__ = "loyalty_camp_task"
    __table_args__ = (sa.Index("ix_loyalty_camp_task_version", "version_id", "day", "id"),)

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("loyalty_camp_version.id"))
    day: Mapped[int] = mapped_column(sa.Integer)
    kind: Mapped[TaskKind] = mapped_column(enum_type(TaskKind))
    title_zh: Mapped[str] = mapped_column(sa.String(80))
    title_en: Mapped[str] = mapped_column(sa.String(80))
    text_zh: Mapped[str] = mapped_column(sa.String(1_200))
    text_en: Mapped[str] = mapped_column(sa.String(1_200))
    action: Mapped[str] = mapped_column(sa.String(48))  # of `wanted`; empty: no act does it
    wanted: Mapped[dict[str, Any]]
    goal: Mapped[int] = mapped_column(sa.Integer)
    is_reviewed: Mapped[bool]


class LoyaltyCampCohort(Model):
    """Who begins on one day. ``joined`` moves with every seat taken, and holds the capacity."""

    __tablename__ = "loyalty_camp_cohort"
    __table_args__ = (
        sa.CheckConstraint("joined >= 0", name="joined_not_negative"),
        sa.CheckConstraint("capacity IS NULL OR joined <= capacity", name="no_more_than_fit"),
        sa.Index("ix_loyalty_camp_cohort_camp", "camp_id", "starts_on"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    camp_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("loyalty_camp.id"))
    version_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("loyalty_camp_version.id"))
    number: Mapped[int] = mapped_column(sa.Integer)  # 1, 2, 3 … within its camp
    starts_on: Mapped[date]
    join_until: Mapped[date]
    ends_on: Mapped[date]
    closes_on: Mapped[date]  # the last day on which something may be done late
    capacity: Mapped[int | None] = mapped_column(sa.Integer)
    joined: Mapped[int] = mapped_column(sa.Integer)
    created_at: Mapped[datetime]


class LoyaltyCampSeat(Model):
    """A member's place in a cohort: the row that is locked while his tasks move.

    Attributes:
        closes_on: of the cohort; kept here for the question that every act asks.
        done_tasks: how many are done; recomputed by ``flask verify``.
        bonus_points: what graduation paid; None: it waits.
    """

    __tablename__ = "loyalty_camp_seat"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "cohort_id"),
        sa.CheckConstraint("done_tasks >= 0 AND late_used >= 0", name="counts_not_negative"),
        sa.Index("ix_loyalty_camp_seat_member", "member_id", "closes_on"),
        sa.Index("ix_loyalty_camp_seat_cohort", "cohort_id", "id"),
        sa.Index(
            "ix_loyalty_camp_seat_waiting",
            "member_id",
            sqlite_where=sa.text("bonus_points IS NULL"),
            postgresql_where=sa.text("bonus_points IS NULL"),
        ),
    )

    id: Mapped[Id]
    cohort_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("loyalty_camp_cohort.id"))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    closes_on: Mapped[date]
    joined_at: Mapped[datetime]
    done_tasks: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    late_used: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    touched: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")  # the lock
    graduated_at: Mapped[datetime | None]
    bonus_points: Mapped[int | None] = mapped_column(default=0, server_default="0")


class LoyaltyCampWork(Model):
    """What a member did of one task; what he handed in, and what staff said. Erasable."""

    __tablename__ = "loyalty_camp_work"
    __table_args__ = (
        sa.UniqueConstraint("seat_id", "task_id"),
        sa.CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_its_moment"),
        sa.Index(
            "ix_loyalty_camp_work_waiting",
            "handed_at",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_loyalty_camp_work_photo", "photo_id"),
    )

    id: Mapped[Id]
    seat_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("loyalty_camp_seat.id"))
    task_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("loyalty_camp_task.id"))
    state: Mapped[WorkState] = mapped_column(enum_type(WorkState))
    times: Mapped[int] = mapped_column(sa.Integer)
    is_late: Mapped[bool]
    link: Mapped[str] = mapped_column(sa.String(400), default="", server_default="")
    note: Mapped[str] = mapped_column(sa.String(400), default="", server_default="")
    photo_id: Mapped[int | None] = mapped_column(
        BigInt, sa.ForeignKey("media.id", ondelete="SET NULL")
    )
    reason: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    handed_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
    done_at: Mapped[datetime | None]
