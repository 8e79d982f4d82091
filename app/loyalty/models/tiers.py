"""Ladders, where members stand on them, and how that came."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, append_only, enum_type
from app.loyalty.types.tiers import ChangeKind, Measure


def _member(**options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey("member.id"), **options)


class TierDraft(Model):
    """A ladder that staff still work on.

    Attributes:
        tiers: see ``Tier.plain``, lowest first.
        version: goes up with every save, so that nobody overwrites what he has not seen.
        published_number: the version it became; then it changes no more.
    """

    __tablename__ = "tier_draft"

    id: Mapped[Id]
    measure: Mapped[Measure] = mapped_column(enum_type(Measure))
    window_months: Mapped[int] = mapped_column(sa.Integer)
    grace_days: Mapped[int] = mapped_column(sa.Integer)
    warn_days: Mapped[int] = mapped_column(sa.Integer)
    tiers: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(sa.Integer)
    published_number: Mapped[int | None] = mapped_column(sa.Integer)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


@append_only
class TierLadder(Model):
    """A published version. The latest one whose moment has come drives all tiers.

    Attributes:
        base_key: key of the first tier, for members without a row of their own.
        first_growth: growth from which the second tier may be reached; never reached by a number
            that no growth comes near where net spend counts.
    """

    __tablename__ = "tier_ladder"

    number: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    measure: Mapped[Measure] = mapped_column(enum_type(Measure))
    window_months: Mapped[int] = mapped_column(sa.Integer)
    grace_days: Mapped[int] = mapped_column(sa.Integer)
    warn_days: Mapped[int] = mapped_column(sa.Integer)
    tiers: Mapped[list[Any]]
    base_key: Mapped[str] = mapped_column(sa.String(24))
    first_growth: Mapped[int]
    published_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    published_by: Mapped[int | None] = _member()


class MemberTier(Model):
    """Where a member stands; who has no row stands in the base tier.

    All of it is computed: from his growth, the ladders, net spend as it was read, and what staff
    gave him (``flask verify loyalty.tiers``).

    Attributes:
        tier_key: the tier that counts: the higher one of earned and given.
        tier_rank: its place on the ladder, 0 for the base, where SQL can read it.
        earned_key: what he reached himself.
        multiplier_permille: of ``tier_key``, where SQL can read it.
        due_on: next day on which something happens by itself.
        wants_growth: below this growth nothing can lift him, see ``policy.standing``.
        settled_at: dawns and ladders up to here are counted in.
    """

    __tablename__ = "member_tier"
    __table_args__ = (
        sa.Index("ix_member_tier_due_on", "due_on", "member_id"),
        sa.Index("ix_member_tier_key", "tier_key", "member_id"),
        sa.Index("ix_member_tier_ladder", "ladder_number", "member_id"),
    )

    member_id: Mapped[int] = _member(primary_key=True)
    ladder_number: Mapped[int] = mapped_column(sa.Integer)
    tier_key: Mapped[str] = mapped_column(sa.String(24))
    tier_rank: Mapped[int] = mapped_column(sa.Integer)
    earned_key: Mapped[str] = mapped_column(sa.String(24))
    multiplier_permille: Mapped[int] = mapped_column(sa.Integer)
    since_on: Mapped[date]
    valid_until: Mapped[date | None]
    grace_until: Mapped[date | None]
    warned_on: Mapped[date | None]
    due_on: Mapped[date | None]
    wants_growth: Mapped[int]
    seen_seq: Mapped[int]
    balance: Mapped[int]
    seen_at: Mapped[datetime]
    read_at: Mapped[datetime]
    settled_at: Mapped[datetime]


@append_only
class TierChange(Model):
    """One line of a member's tier history, with its reason."""

    __tablename__ = "tier_change"
    __table_args__ = (sa.Index("ix_tier_change_member_id", "member_id", "at", "id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = _member()
    at: Mapped[datetime]  # when it took effect
    kind: Mapped[ChangeKind] = mapped_column(enum_type(ChangeKind))
    from_key: Mapped[str] = mapped_column(sa.String(24))
    to_key: Mapped[str] = mapped_column(sa.String(24))
    ladder_number: Mapped[int] = mapped_column(sa.Integer)
    value: Mapped[int]  # what the measure said: growth, or minor units of the home currency
    valid_until: Mapped[date | None]
    grace_until: Mapped[date | None]
    grant_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("tier_grant.id"))


@append_only
class TierReading(Model):
    """What a member's net spend was, as read while it drove the tiers; only changes are kept."""

    __tablename__ = "tier_reading"

    member_id: Mapped[int] = _member(primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    value: Mapped[int]  # minor units of the home currency


class TierGrant(Model):
    """A tier given by staff for a time; what the member earns himself goes on beside it.

    Attributes:
        reason: why, in a member of staff's words; erasable, the audit names the row only.
        ended_at: since when it counts no more: it ran out, or was undone by ``ended_by``.
    """

    __tablename__ = "tier_grant"
    __table_args__ = (
        sa.Index("ix_tier_grant_member_id", "member_id", "id"),
        sa.Index(
            "ix_tier_grant_open",
            "until_on",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = _member()
    tier_key: Mapped[str] = mapped_column(sa.String(24))
    reason: Mapped[str] = mapped_column(sa.String(200))
    until_on: Mapped[date]  # last day
    request_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    granted_by: Mapped[int] = _member()
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = _member()
