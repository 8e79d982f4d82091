"""Awards as they were decided, and how much of a day's cap is used."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, append_only


@append_only
class LoyaltyAward(Model):
    """One act, rewarded once; a capped one stays here with what little it got, perhaps 0."""

    __tablename__ = "loyalty_award"
    __table_args__ = (
        # One source is rewarded once, by whichever rule came first.
        sa.UniqueConstraint("slot", "source_kind", "source_id"),
        sa.CheckConstraint("points >= 0 AND growth >= 0", name="nothing_negative"),
        sa.Index("ix_loyalty_award_member_id", "member_id", "awarded_on"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    action: Mapped[str] = mapped_column(sa.String(48))
    slot: Mapped[str] = mapped_column(sa.String(48))
    source_kind: Mapped[str] = mapped_column(sa.String(32))
    source_id: Mapped[int]
    points: Mapped[int]  # whole points, bonuses included
    growth: Mapped[int]
    bonus_points: Mapped[int]  # of points, what came from ladders; outside the cap
    is_capped: Mapped[bool]
    rule_version: Mapped[int]
    txn_id: Mapped[int | None]  # of the ledger; None when there was nothing to post
    awarded_on: Mapped[date]  # the business day whose cap counted
    awarded_at: Mapped[datetime]


class LoyaltyCounter(Model):
    """How many points a member has earned by one rule on one business day."""

    __tablename__ = "loyalty_counter"
    __table_args__ = (sa.CheckConstraint("points >= 0", name="points_not_negative"),)

    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), primary_key=True)
    action: Mapped[str] = mapped_column(sa.String(48), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    points: Mapped[int]
