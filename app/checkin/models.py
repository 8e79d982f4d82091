"""Kept days, where every streak stands, shields and cards, granted days, the operator's rules."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.checkin.types import Cause, DayKind, GrantState, Item, Scope
from app.kernel.db import BigInt, Id, Model, append_only, enum_type

MEMBER = "member.id"


class CheckIn(Model):
    """One member, one kept business day. The unique constraint *is* the rule."""

    __tablename__ = "checkin"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "on_date"),
        sa.CheckConstraint("streak_days > 0", name="streak_counts_itself"),
        sa.Index("ix_checkin_on_date", "on_date", "member_id"),
        sa.Index(
            "ix_checkin_grant",
            "grant_id",
            "member_id",
            sqlite_where=sa.text("grant_id IS NOT NULL"),
            postgresql_where=sa.text("grant_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    on_date: Mapped[date]  # the brand's local day
    streak_days: Mapped[int] = mapped_column(sa.Integer)  # including this one, unless shielded
    at: Mapped[datetime]
    kind: Mapped[DayKind] = mapped_column(
        enum_type(DayKind), default=DayKind.DONE, server_default="done"
    )
    paid_days: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    # The grant that wrote this row, or turned it from what it was into a granted day.
    grant_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("checkin_grant.id"))
    was_kind: Mapped[str | None] = mapped_column(sa.String(32))  # a DayKind


class CheckInStreak(Model):
    """Where a member's streak stands: the sum of his kept days, recomputed by ``flask verify``."""

    __tablename__ = "checkin_streak"
    __table_args__ = (
        sa.CheckConstraint(
            "current_days > 0 AND current_days <= longest_days", name="current_within_longest"
        ),
        sa.CheckConstraint("longest_days <= total_days", name="longest_within_total"),
    )

    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER), primary_key=True)
    current_days: Mapped[int] = mapped_column(sa.Integer)  # days in a row up to last_on
    longest_days: Mapped[int] = mapped_column(sa.Integer)
    total_days: Mapped[int] = mapped_column(sa.Integer)
    last_on: Mapped[date]
    paid_days: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")


class CheckInHonour(Model):
    """The first three of a business day; the unique place holds that they are three."""

    __tablename__ = "checkin_honour"
    __table_args__ = (
        sa.UniqueConstraint("on_date", "place"),
        sa.UniqueConstraint("on_date", "member_id"),
        sa.CheckConstraint("place BETWEEN 1 AND 3", name="three_places"),
    )

    id: Mapped[Id]
    on_date: Mapped[date]
    place: Mapped[int] = mapped_column(sa.Integer)
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER), index=True)
    at: Mapped[datetime]


class CheckInStock(Model):
    """Shields and make-up cards at hand: the sum of the movements. Never below zero."""

    __tablename__ = "checkin_stock"
    __table_args__ = (
        sa.CheckConstraint("shields >= 0", name="shields_not_negative"),
        sa.CheckConstraint("cards >= 0", name="cards_not_negative"),
    )

    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER), primary_key=True)
    shields: Mapped[int] = mapped_column(sa.Integer)
    cards: Mapped[int] = mapped_column(sa.Integer)


@append_only
class CheckInMovement(Model):
    """One change of a stock of shields or cards."""

    __tablename__ = "checkin_movement"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "request_key"),
        sa.CheckConstraint("amount <> 0", name="something_moves"),
        sa.Index("ix_checkin_movement_member", "member_id", "id"),
        sa.Index("ix_checkin_movement_cause", "cause", "at"),
        sa.Index("ix_checkin_movement_source", "source_kind", "source_id"),
        sa.Index("ix_checkin_movement_request", "request_key"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    item: Mapped[Item] = mapped_column(enum_type(Item))
    amount: Mapped[int] = mapped_column(sa.Integer)
    cause: Mapped[Cause] = mapped_column(enum_type(Cause))
    source_kind: Mapped[str | None] = mapped_column(sa.String(32))
    source_id: Mapped[int | None]
    points: Mapped[int]  # paid for it
    request_key: Mapped[str | None] = mapped_column(sa.String(64))
    actor_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    at: Mapped[datetime]


class CheckInGrant(Model):
    """A day granted to many after an outage. A job row: ``position`` moves with every chunk."""

    __tablename__ = "checkin_grant"
    __table_args__ = (
        # One standing grant for a day: asking twice is asking once.
        sa.Index(
            "uq_checkin_grant_standing",
            "on_date",
            unique=True,
            sqlite_where=sa.text("undo_at IS NULL"),
            postgresql_where=sa.text("undo_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    on_date: Mapped[date]
    scope: Mapped[Scope] = mapped_column(enum_type(Scope))
    points: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[GrantState] = mapped_column(enum_type(GrantState), index=True)
    member_count: Mapped[int]
    done_count: Mapped[int]
    kept_count: Mapped[int]
    undone_count: Mapped[int]
    position: Mapped[int]  # the last member looked at
    started_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))  # None: the house
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    undo_at: Mapped[datetime | None]
    undone_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))


@append_only
class CheckInRules(Model):
    """One version of what the operator decided. The newest holds."""

    __tablename__ = "checkin_rules"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    card_price_points: Mapped[int]
    shield_price_points: Mapped[int]
    days_back: Mapped[int]
    shields_at_most: Mapped[int]
    days_per_shield: Mapped[int]
    made_up_points: Mapped[int]
    valid_days: Mapped[int]
    set_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    set_at: Mapped[datetime]


@append_only
class CheckInZone(Model):
    """Which time zone the brand's days were cut by, and from when on."""

    __tablename__ = "checkin_zone"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(64))
    noted_at: Mapped[datetime]
