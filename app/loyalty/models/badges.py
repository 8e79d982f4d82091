"""Badges: what they are, who has them, and everything that happened to them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, append_only, enum_type
from app.loyalty.types.badges import BadgeKind, BadgeState, Cause, Turn


class LoyaltyBadge(Model):
    """A badge.

    Attributes:
        action: whose acts may reach it, for the look-up; empty: none does.
        holders: how many members have it; moves with every turn, recomputed by ``flask verify``.
        swept_to: the last member that the present sweep has looked at; None: none is under way.
        swept_members: how many it has looked at.
    """

    __tablename__ = "loyalty_badge"
    __table_args__ = (
        sa.CheckConstraint("level BETWEEN 1 AND 3", name="level_bronze_to_gold"),
        sa.CheckConstraint("holders >= 0", name="holders_not_negative"),
        sa.Index("ix_loyalty_badge_action", "action", "state"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(40), unique=True)
    state: Mapped[BadgeState] = mapped_column(enum_type(BadgeState))
    kind: Mapped[BadgeKind] = mapped_column(enum_type(BadgeKind))
    name_zh: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str] = mapped_column(sa.String(60))
    about_zh: Mapped[str] = mapped_column(sa.String(300))
    about_en: Mapped[str] = mapped_column(sa.String(300))
    icon: Mapped[str] = mapped_column(sa.String(40))
    level: Mapped[int] = mapped_column(sa.Integer)
    action: Mapped[str] = mapped_column(sa.String(48), default="", server_default="")
    criterion: Mapped[dict[str, Any]] = mapped_column(default=dict)
    auto_revoke: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    holders: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    swept_to: Mapped[int | None]
    swept_members: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    swept_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class LoyaltyBadgeHeld(Model):
    """A member and a badge as it stands now: the last turn of its history.

    Attributes:
        is_barred: staff took it; it does not come back by itself.
        place: in his showcase, from 1.
    """

    __tablename__ = "loyalty_badge_held"
    __table_args__ = (
        sa.Index("ix_loyalty_badge_held_badge", "badge_id", "is_held", "turned_at"),
        sa.CheckConstraint("place IS NULL OR is_held", name="only_held_ones_are_shown"),
    )

    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), primary_key=True)
    badge_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("loyalty_badge.id"), primary_key=True
    )
    is_held: Mapped[bool]
    is_barred: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    place: Mapped[int | None] = mapped_column(sa.Integer)
    turned_at: Mapped[datetime]
    turn_id: Mapped[int]


@append_only
class LoyaltyBadgeTurn(Model):
    """Something that happened to a member's badge. Ids and enums only; words stand elsewhere."""

    __tablename__ = "loyalty_badge_turn"
    __table_args__ = (
        sa.Index("ix_loyalty_badge_turn_member", "member_id", "badge_id", "id"),
        sa.Index("ix_loyalty_badge_turn_badge", "badge_id", "id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    badge_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("loyalty_badge.id"))
    turn: Mapped[Turn] = mapped_column(enum_type(Turn))
    cause: Mapped[Cause] = mapped_column(enum_type(Cause))
    actor_id: Mapped[int | None]
    at: Mapped[datetime]


class LoyaltyBadgeWord(Model):
    """Why, in words: a citation, a reason. Erasable, so that the history need not be."""

    __tablename__ = "loyalty_badge_word"

    turn_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("loyalty_badge_turn.id"), primary_key=True
    )
    text: Mapped[str] = mapped_column(sa.String(300))


class LoyaltyBadgeGiving(Model):
    """A badge that another domain handed over (``kernel.goods``), once for each key."""

    __tablename__ = "loyalty_badge_giving"

    key: Mapped[str] = mapped_column(sa.String(96), primary_key=True)
    badge_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("loyalty_badge.id"))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), index=True)
    at: Mapped[datetime]
    is_back: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
