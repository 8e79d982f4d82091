"""Super-memberships: the rule, where each stands, and how it came."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, append_only, enum_type
from app.loyalty.types.supers import SuperState


def _member(**options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey("member.id"), **options)


@append_only
class SuperRuleRow(Model):
    """What makes a super-member; the latest row holds."""

    __tablename__ = "super_rule"
    __table_args__ = (
        sa.CheckConstraint("threshold_minor > 0", name="threshold_above_nothing"),
        sa.CheckConstraint("window_months BETWEEN 1 AND 60", name="window_within_years"),
        sa.CheckConstraint("grace_days BETWEEN 0 AND 365", name="grace_within_a_year"),
    )

    id: Mapped[Id]
    threshold_minor: Mapped[int]
    window_months: Mapped[int] = mapped_column(sa.Integer)
    grace_days: Mapped[int] = mapped_column(sa.Integer)
    made_at: Mapped[datetime]
    made_by: Mapped[int] = _member()


class SuperMember(Model):
    """Where one member's super-membership stands; its steps tell how it came."""

    __tablename__ = "super_member"
    __table_args__ = (sa.Index("ix_super_member_state", "state", "member_id"),)

    member_id: Mapped[int] = _member(primary_key=True)
    state: Mapped[SuperState] = mapped_column(enum_type(SuperState))
    net_minor: Mapped[int]
    invited_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    review_until: Mapped[date | None]
    kept_until: Mapped[date | None]


@append_only
class SuperStep(Model):
    """One step of a super-membership. No actor: the rule itself."""

    __tablename__ = "super_step"
    __table_args__ = (sa.Index("ix_super_step_member_id", "member_id", "id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = _member()
    at: Mapped[datetime]
    from_state: Mapped[str | None] = mapped_column(sa.String(32))  # a SuperState, or None: new
    to_state: Mapped[SuperState] = mapped_column(enum_type(SuperState))
    net_minor: Mapped[int]
    actor_id: Mapped[int | None] = _member()
