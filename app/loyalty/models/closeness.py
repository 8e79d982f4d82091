"""How close members are, and what VIP types promise."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model


class ClosenessScore(Model):
    """A member's closeness as of a day; computed anew every night.

    Attributes:
        amounts: what each measure said, by its name.
        vip_key: the VIP type that his score reaches, or None.
    """

    __tablename__ = "closeness_score"
    __table_args__ = (
        sa.Index("ix_closeness_score_total", "total", "member_id"),
        sa.Index("ix_closeness_score_vip_key", "vip_key", "member_id"),
    )

    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), primary_key=True)
    spend: Mapped[int] = mapped_column(sa.Integer)
    advocacy: Mapped[int] = mapped_column(sa.Integer)
    total: Mapped[int] = mapped_column(sa.Integer)
    amounts: Mapped[dict[str, Any]]
    vip_key: Mapped[str | None] = mapped_column(sa.String(24))
    computed_on: Mapped[date]


class VipTypeRow(Model):
    """A VIP type as staff wrote it, see ``VipType``."""

    __tablename__ = "vip_type"
    __table_args__ = (
        sa.CheckConstraint(
            "min_spend >= 0 AND min_advocacy >= 0 AND min_total >= 0", name="minima_not_negative"
        ),
        sa.CheckConstraint("priority > 0", name="priority_from_one"),
        sa.CheckConstraint("first_reply_minutes > 0", name="reply_takes_time"),
        sa.CheckConstraint("multiplier_permille >= 1000", name="multiplier_from_one"),
        sa.CheckConstraint("price_permille BETWEEN 1 AND 1000", name="price_within_full"),
        sa.CheckConstraint("return_days >= 0 AND pack_hours >= 0", name="service_not_negative"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(24), unique=True)
    name_zh: Mapped[str] = mapped_column(sa.String(24))
    name_en: Mapped[str] = mapped_column(sa.String(24))
    min_spend: Mapped[int] = mapped_column(sa.Integer)
    min_advocacy: Mapped[int] = mapped_column(sa.Integer)
    min_total: Mapped[int] = mapped_column(sa.Integer)
    priority: Mapped[int] = mapped_column(sa.Integer)
    first_reply_minutes: Mapped[int] = mapped_column(sa.Integer)
    concierge: Mapped[bool]
    multiplier_permille: Mapped[int] = mapped_column(sa.Integer)
    price_permille: Mapped[int] = mapped_column(sa.Integer)
    perks_zh: Mapped[str] = mapped_column(sa.String(200))
    perks_en: Mapped[str] = mapped_column(sa.String(300))
    explanation: Mapped[str] = mapped_column(sa.String(300))
    version: Mapped[int] = mapped_column(sa.Integer)
    return_days: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    pack_hours: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    updated_at: Mapped[datetime]
