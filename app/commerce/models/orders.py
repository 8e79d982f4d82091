"""Channels, orders, their lines and refunds, and what they have earned."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.commerce.types import (
    ClaimRefusal,
    ClaimState,
    IdentityKind,
    LineKind,
    OrderState,
    RefundPhase,
    RefundState,
    StepKind,
)
from app.kernel.db import BigInt, Id, Model, enum_type


class Channel(Model):
    """Where the brand sells: a shop on a platform, a store, its own site.

    Attributes:
        identity_kind: what the buyer's key in this channel's orders is.
        earning_permille: what an order earns here against the rule, in thousandths.
        link_template: address of a product there; ``{item}`` is the channel's own item number.
        price_floor_permille: the lowest price this channel may ask, of the list price; None: any.
        delivers: identity keys that its orders bring besides, comma-separated: phone, email.
        closed_at: since when nothing is sold there; its orders stay.
    """

    __tablename__ = "channel"
    __table_args__ = (
        sa.CheckConstraint("return_window_days BETWEEN 0 AND 365", name="window_within_a_year"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(32), unique=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    return_window_days: Mapped[int] = mapped_column(sa.Integer)
    currency: Mapped[str] = mapped_column(sa.String(3))
    identity_kind: Mapped[IdentityKind] = mapped_column(enum_type(IdentityKind))
    created_at: Mapped[datetime]
    earning_permille: Mapped[int] = mapped_column(sa.Integer, default=1000, server_default="1000")
    link_template: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    price_floor_permille: Mapped[int | None] = mapped_column(sa.Integer)
    delivers: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    closed_at: Mapped[datetime | None]


class Order(Model):
    """A purchase. Its figures are those of ``revision``; older ones stand in its issues.

    Attributes:
        paid_minor: gross: the sum of its lines as paid.
        refunded_minor: how much of it came back, a projection of its refunds.
        earning_minor: what its points are computed from, a projection: goods less refunds, less
            what was paid with points or gift cards; 0 when cancelled or withdrawn.
        not_money_minor: the part paid with points, vouchers or gift cards.
        source_at: when the channel itself last changed it; of two versions the later one holds.
        cancelled_at: the channel cancelled the whole order.
        withdrawn_at: its import was rolled back; it counts as nothing until it comes again.
        tail_digest: keyed digest of the last four digits of the buyer's telephone.
        printed_number: what its buyer reads in letters, where the channel's own number is another.
    """

    __tablename__ = "sales_order"
    __table_args__ = (
        sa.UniqueConstraint("channel_id", "external_id"),
        sa.CheckConstraint("paid_minor >= 0", name="paid_not_negative"),
        sa.Index("ix_sales_order_member_id", "member_id", "paid_at", "id"),
        sa.Index("ix_sales_order_paid_at", "paid_at", "id"),
        sa.Index("ix_sales_order_channel_id", "channel_id", "paid_at", "id"),
        sa.Index(
            "ix_sales_order_printed_number",
            "channel_id",
            "printed_number",
            sqlite_where=sa.text("printed_number IS NOT NULL"),
            postgresql_where=sa.text("printed_number IS NOT NULL"),
        ),
        sa.Index(
            "ix_sales_order_disputed",
            "paid_at",
            "id",
            sqlite_where=sa.text("state = 'disputed'"),
            postgresql_where=sa.text("state = 'disputed'"),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    channel_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("channel.id"))
    external_id: Mapped[str] = mapped_column(sa.String(128))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    currency: Mapped[str] = mapped_column(sa.String(3))
    paid_minor: Mapped[int]
    state: Mapped[OrderState] = mapped_column(enum_type(OrderState))
    paid_at: Mapped[datetime]
    window_ends_on: Mapped[date]  # last day of the return window
    fingerprint: Mapped[str] = mapped_column(sa.String(64))  # see policy.fingerprint
    revision: Mapped[int] = mapped_column(sa.Integer)
    batch_id: Mapped[int | None] = mapped_column(
        BigInt, sa.ForeignKey("import_batch.id"), index=True
    )
    created_at: Mapped[datetime]
    refunded_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    earning_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    not_money_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    source_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    tail_digest: Mapped[str | None] = mapped_column(sa.String(64))
    printed_number: Mapped[str | None] = mapped_column(sa.String(64))


class OrderLine(Model):
    """One line of an order: what, how many, what was paid for all of them.

    Attributes:
        kind: only goods earn points.
        external_id: the channel's own number of the line, where it has one.
        refunded_minor: how much of it came back, never more than was paid: a projection.
        refunded_qty: how many pieces came back, never more than were bought.
    """

    __tablename__ = "sales_line"
    __table_args__ = (
        sa.CheckConstraint("qty > 0", name="qty_positive"),
        sa.CheckConstraint("paid_minor >= 0", name="paid_not_negative"),
    )

    order_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("sales_order.id"), primary_key=True)
    line_no: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    sku: Mapped[str | None] = mapped_column(sa.String(64))
    qty: Mapped[int]
    paid_minor: Mapped[int]
    kind: Mapped[LineKind] = mapped_column(
        enum_type(LineKind), default=LineKind.GOODS, server_default="goods"
    )
    external_id: Mapped[str | None] = mapped_column(sa.String(64))
    refunded_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    refunded_qty: Mapped[int] = mapped_column(default=0, server_default="0")


class Refund(Model):
    """Money that went back for an order, whole or in part; it may come before its order does.

    Attributes:
        external_id: the channel's own number of the refund.
        order_external_id: the order it belongs to, as the channel calls it.
        order_id: that order, once it is known.
        line_ref: the line as the channel names it (its number, its SKU), or empty: the whole order.
        line_no: that line, once it is known.
        source_at: when the channel itself last changed it; of two versions the later one holds.
        phase_told: the channel named the phase itself; else it is read off the order's dates.
        effective_minor: what of ``amount_minor`` counts: a refund can't exceed what was paid.
        fingerprint: its figures, see policy.refund_fingerprint.
    """

    __tablename__ = "refund"
    __table_args__ = (
        sa.UniqueConstraint("channel_id", "external_id"),
        sa.CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        sa.CheckConstraint("qty >= 0", name="qty_not_negative"),
        sa.CheckConstraint(
            "effective_minor BETWEEN 0 AND amount_minor", name="effective_within_amount"
        ),
        sa.Index("ix_refund_order_id", "order_id"),
        sa.Index("ix_refund_refunded_at", "refunded_at", "id"),
        sa.Index(
            "ix_refund_waiting",
            "channel_id",
            "order_external_id",
            sqlite_where=sa.text("order_id IS NULL"),
            postgresql_where=sa.text("order_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    channel_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("channel.id"))
    external_id: Mapped[str] = mapped_column(sa.String(128))
    order_external_id: Mapped[str] = mapped_column(sa.String(128))
    order_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("sales_order.id"))
    line_ref: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    line_no: Mapped[int | None] = mapped_column(sa.Integer)
    qty: Mapped[int] = mapped_column(default=0, server_default="0")
    amount_minor: Mapped[int]
    effective_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    currency: Mapped[str] = mapped_column(sa.String(3))
    phase: Mapped[RefundPhase] = mapped_column(enum_type(RefundPhase))
    phase_told: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    state: Mapped[RefundState] = mapped_column(enum_type(RefundState))
    refunded_at: Mapped[datetime]
    source_at: Mapped[datetime | None]
    fingerprint: Mapped[str] = mapped_column(sa.String(64))
    batch_id: Mapped[int | None] = mapped_column(
        BigInt, sa.ForeignKey("import_batch.id"), index=True
    )
    created_at: Mapped[datetime]


class OrderStep(Model):
    """One step in the story of an order's points: what happened, and where it stood afterwards."""

    __tablename__ = "order_step"
    __table_args__ = (sa.Index("ix_order_step_order_id", "order_id", "id"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("sales_order.id"))
    kind: Mapped[StepKind] = mapped_column(enum_type(StepKind))
    refund_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("refund.id"))
    line_no: Mapped[int | None] = mapped_column(sa.Integer)
    amount_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    earning_minor: Mapped[int]  # afterwards
    points: Mapped[int]  # afterwards
    moved_points: Mapped[int]
    actor_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    at: Mapped[datetime]


class OrderAward(Model):
    """What an order has earned so far under the rule version of its first award.

    The target is a function of the frozen version and the order's figures; only the difference to
    ``points`` is ever posted. ``flask verify`` compares both with the ledger.
    """

    __tablename__ = "order_award"
    __table_args__ = (sa.CheckConstraint("points >= 0", name="points_not_negative"),)

    order_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("sales_order.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    rule_version: Mapped[int] = mapped_column(sa.Integer)
    points: Mapped[int]
    revision: Mapped[int] = mapped_column(sa.Integer)  # of the order it was computed from
    awarded_at: Mapped[datetime]
    earning_permille: Mapped[int] = mapped_column(
        sa.Integer, default=1000, server_default="1000"
    )  # the channel's, with tier and campaign, frozen at the first award
    moves: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")  # postings so far
    campaign: Mapped[str] = mapped_column(sa.String(48), default="", server_default="")
    lifted_points: Mapped[int] = mapped_column(
        default=0, server_default="0"
    )  # what the campaign's budget pays for it now: of what stays, at most as at the first award
    plain_permille: Mapped[int | None] = mapped_column(
        sa.Integer
    )  # the rate without the campaign; None: from before it was kept, a refund gives nothing back


class OrderClaim(Model):
    """Somebody says that an order is his. Wrong tries are counted elsewhere, before this row.

    Attributes:
        external_id: the order number as he typed it.
        refusal: why staff said no, one of :class:`ClaimRefusal`.
        photo_id: a picture of the receipt, where the figures could not prove it.
    """

    __tablename__ = "order_claim"
    __table_args__ = (
        sa.UniqueConstraint("member_id", "channel_id", "external_id"),
        sa.Index("ix_order_claim_state", "state", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    channel_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("channel.id"))
    external_id: Mapped[str] = mapped_column(sa.String(128))
    state: Mapped[ClaimState] = mapped_column(enum_type(ClaimState))
    refusal: Mapped[ClaimRefusal | None] = mapped_column(enum_type(ClaimRefusal))
    photo_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("media.id"))
    order_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("sales_order.id"))
    created_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]
