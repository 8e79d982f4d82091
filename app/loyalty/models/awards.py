"""Acts with what they got, how much of every limit is used, and what was taken back."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, append_only, enum_type
from app.loyalty.types import Outcome


@append_only
class LoyaltyAward(Model):
    """One act under one rule, rewarded once; also when it got nothing, with the reason why.

    An act that several rules pay for has several rows. Together they are the record of what
    members did: missions, badges and the fraud desk read it.

    Attributes:
        action: what was done; ``rule`` the rule that decided, empty where none pays for it.
        slot: what the source is rewarded for once.
        points: whole points, campaigns' included; for a frozen member what he will get.
        bonus_points: of these, what came on top of the rule, outside its limits.
        is_capped: a limit cut it short; ``outcome`` and ``detail`` say which.
        about: what the action's attributes said.
        cause_kind, cause_id: the content it hangs on; when that goes, so do the points.
        txn_id: of the ledger; None when there was nothing to post.
        awarded_on: the business day whose limits counted.
        known: what was known of the member then, as far as rules asked: ids and enums.
    """

    __tablename__ = "loyalty_award"
    __table_args__ = (
        # One source is rewarded once, by whichever rule came first.
        sa.UniqueConstraint("slot", "source_kind", "source_id"),
        sa.CheckConstraint("points >= 0 AND growth >= 0", name="nothing_negative"),
        sa.Index("ix_loyalty_award_member_id", "member_id", "awarded_on"),
        sa.Index("ix_loyalty_award_member_action", "member_id", "action", "awarded_on"),
        sa.Index("ix_loyalty_award_source", "source_kind", "source_id"),
        sa.Index("ix_loyalty_award_awarded_on", "awarded_on", "id"),  # dry runs, day by day
        sa.Index("ix_loyalty_award_cause", "cause_kind", "cause_id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    rule: Mapped[str] = mapped_column(sa.String(48))
    slot: Mapped[str] = mapped_column(sa.String(48))
    source_kind: Mapped[str] = mapped_column(sa.String(32))
    source_id: Mapped[int]
    points: Mapped[int]
    growth: Mapped[int]
    bonus_points: Mapped[int]
    is_capped: Mapped[bool]
    rule_version: Mapped[int]
    txn_id: Mapped[int | None]
    awarded_on: Mapped[date]
    awarded_at: Mapped[datetime]
    action: Mapped[str] = mapped_column(sa.String(48), server_default="")
    reason: Mapped[str] = mapped_column(sa.String(48), server_default="")
    outcome: Mapped[Outcome] = mapped_column(
        enum_type(Outcome), default=Outcome.GIVEN, server_default="given"
    )
    detail: Mapped[str] = mapped_column(sa.String(48), default="", server_default="")
    about: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    other_id: Mapped[int | None]
    cause_kind: Mapped[str | None] = mapped_column(sa.String(32))
    cause_id: Mapped[int | None]
    campaign: Mapped[str] = mapped_column(sa.String(48), default="", server_default="")
    fund: Mapped[str] = mapped_column(sa.String(16), default="", server_default="")
    multiplier_permille: Mapped[int] = mapped_column(
        sa.Integer, default=1000, server_default="1000"
    )
    known: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))


class LoyaltyCounter(Model):
    """How much of a limit is used in a window, or of a campaign's budget (member 0).

    Attributes:
        name: rule and window, or the campaign.
        window_on: first business day of the window.
        most: the budget of a campaign; the database itself refuses more.
        last_at: when it counted last.
    """

    __tablename__ = "loyalty_counter"
    __table_args__ = (
        sa.CheckConstraint("points >= 0", name="points_not_negative"),
        sa.CheckConstraint("most IS NULL OR points <= most", name="within_budget"),
    )

    member_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.String(96), primary_key=True)
    window_on: Mapped[date] = mapped_column(primary_key=True)
    points: Mapped[int]
    times: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    most: Mapped[int | None]
    last_at: Mapped[datetime | None]


class LoyaltyUndone(Model):
    """A thing whose points were taken back, and perhaps given back again.

    Attributes:
        kind, ref_id: a cause (a thread) or a single source (one like).
        on_account: who says so: a thread that is hidden *and* under suspicion gets its points back
            when both have ended.
        is_undone: whether its points are gone now on that account.
        revision: goes up with every change.
    """

    __tablename__ = "loyalty_undone"

    kind: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    ref_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    on_account: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    is_undone: Mapped[bool]
    revision: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    changed_at: Mapped[datetime]


class LoyaltyBonusTurn(Model):
    """What of a campaign's bonus on an act stands out of its budget, once the act was taken back.

    Without a row all of it does.

    Attributes:
        points: of the award's ``bonus_points``: none while the act is undone, then what the budget
            could give when it came back.
        is_gone: whether the act is undone.
    """

    __tablename__ = "loyalty_bonus_turn"

    award_id: Mapped[int] = mapped_column(
        sa.ForeignKey("loyalty_award.id"), primary_key=True, autoincrement=False
    )
    points: Mapped[int] = mapped_column(sa.Integer)
    is_gone: Mapped[bool]
    changed_at: Mapped[datetime]
