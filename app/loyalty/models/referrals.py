"""Who invited whom."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.loyalty.types.referrals import ReferralState, VoidReason


class InviteCode(Model):
    """A member's personal link: 60 random bits, so that nobody finds another's."""

    __tablename__ = "loyalty_invite_code"
    __table_args__ = (sa.Index("ix_loyalty_invite_code_member_id", "member_id", "made_at"),)

    code: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    made_at: Mapped[datetime]


class InviteTap(Model):
    """How often somebody accepted a member's invitation on a business day; nothing about whom."""

    __tablename__ = "loyalty_invite_tap"

    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), primary_key=True)
    on_date: Mapped[date] = mapped_column(primary_key=True)
    taps: Mapped[int]


class Referral(Model):
    """One member who came by the invitation of another; a member comes once.

    Attributes:
        alike: in what the two are alike, comma-separated: device, network, email, phone.
        action: the act by which he joined in; ``cause`` what it hangs on.
    """

    __tablename__ = "loyalty_referral"
    __table_args__ = (
        sa.CheckConstraint("member_id <> inviter_id", name="not_oneself"),
        sa.UniqueConstraint("member_id"),
        sa.Index("ix_loyalty_referral_inviter_id", "inviter_id", "id"),
        sa.Index("ix_loyalty_referral_joined_on", "joined_on"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    inviter_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    state: Mapped[ReferralState] = mapped_column(enum_type(ReferralState))
    void_reason: Mapped[VoidReason | None] = mapped_column(enum_type(VoidReason))
    joined_at: Mapped[datetime]
    joined_on: Mapped[date]
    alike: Mapped[str] = mapped_column(sa.String(48), default="", server_default="")
    action: Mapped[str] = mapped_column(sa.String(48), default="", server_default="")
    cause_kind: Mapped[str | None] = mapped_column(sa.String(32))
    cause_id: Mapped[int | None]
    decided_at: Mapped[datetime | None]
