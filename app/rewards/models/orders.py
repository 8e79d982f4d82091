"""What members redeemed: orders, their steps, where they go, how they travel."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, append_only, enum_type
from app.rewards.types.kinds import Delivery, Entry, State, Why

MEMBER = "member.id"
ITEM = "mall_item.id"


class MallOrder(Model):
    """One redemption. What it cost and what it was stand in it as they were."""

    __tablename__ = "mall_order"
    __table_args__ = (
        sa.UniqueConstraint("asked_by_id", "request_key"),
        sa.CheckConstraint("pieces > 0", name="something_is_redeemed"),
        sa.CheckConstraint("points >= 0 AND minor >= 0", name="price_not_negative"),
        sa.CheckConstraint("pieces_back >= 0 AND pieces_back < pieces", name="some_piece_stays"),
        sa.Index("ix_mall_order_member", "member_id", "id"),
        sa.Index("ix_mall_order_state", "state", "id"),
        sa.Index("ix_mall_order_item", "item_id", "member_id"),
        sa.Index(
            "ix_mall_order_pay_by",
            "pay_by",
            sqlite_where=sa.text("pay_by IS NOT NULL"),
            postgresql_where=sa.text("pay_by IS NOT NULL"),
        ),
        sa.Index(
            "ix_mall_order_asked",
            "refund_asked_at",
            sqlite_where=sa.text("refund_asked_at IS NOT NULL"),
            postgresql_where=sa.text("refund_asked_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    item_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(ITEM))
    variant_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("mall_variant.id"))
    pieces: Mapped[int] = mapped_column(sa.Integer)
    # Those that went back alone, before the order ended or while it stands.
    pieces_back: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    state: Mapped[State] = mapped_column(enum_type(State))
    delivery: Mapped[Delivery] = mapped_column(enum_type(Delivery))
    goods: Mapped[str | None] = mapped_column(sa.String(96))
    given_key: Mapped[str | None] = mapped_column(sa.String(96), unique=True)  # a prize's giving
    name_zh: Mapped[str] = mapped_column(sa.String(130))
    name_en: Mapped[str] = mapped_column(sa.String(190))
    points: Mapped[int]  # all of it, for all pieces
    minor: Mapped[int]  # all of it, for all pieces
    currency: Mapped[str] = mapped_column(sa.String(3))
    deposit_points: Mapped[int]  # of the points, what was set aside ahead
    request_key: Mapped[str] = mapped_column(sa.String(64))
    # Whose form it was: two accounts that become one may have chosen the same key.
    asked_by_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    hold_id: Mapped[int | None]  # the ledger's hold, while points wait
    txn_id: Mapped[int | None]  # the ledger's spending or capture
    rest_txn_id: Mapped[int | None]  # the spending of the rest of a pre-order
    pay_by: Mapped[datetime | None]  # until then the money part, or the rest, must come
    rest_from: Mapped[datetime | None]
    ships_on: Mapped[date | None]
    why: Mapped[Why | None] = mapped_column(enum_type(Why))
    made_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]  # the money part
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    refund_asked_at: Mapped[datetime | None]  # by its owner, when it was too late to cancel
    refund_declined_at: Mapped[datetime | None]  # by staff


@append_only
class MallOrderStep(Model):
    """One step of an order's way. Never changed."""

    __tablename__ = "mall_order_step"
    __table_args__ = (sa.Index("ix_mall_order_step_order", "order_id", "id"),)

    id: Mapped[Id]
    order_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("mall_order.id"))
    state: Mapped[State] = mapped_column(enum_type(State))
    actor_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    at: Mapped[datetime]


class MallOrderAddress(Model):
    """Where an order goes, sealed. A row of its own, so that it can be erased."""

    __tablename__ = "mall_order_address"

    order_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("mall_order.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER), index=True)
    sealed: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]


class MallAddress(Model):
    """A member's own address, sealed, kept so that he writes it once."""

    __tablename__ = "mall_address"

    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER), primary_key=True)
    sealed: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime]


class MallShipment(Model):
    """How an order travels."""

    __tablename__ = "mall_shipment"

    order_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("mall_order.id"), primary_key=True)
    carrier: Mapped[str] = mapped_column(sa.String(40))
    number: Mapped[str] = mapped_column(sa.String(60))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))


class MallWish(Model):
    """Something a member would like to have, and what he was told about it."""

    __tablename__ = "mall_wish"
    __table_args__ = (sa.Index("ix_mall_wish_item", "item_id", "member_id"),)

    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER), primary_key=True)
    item_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(ITEM), primary_key=True)
    at: Mapped[datetime]
    was_out: Mapped[bool]  # nothing was left when it was last looked at
    afford_told_at: Mapped[datetime | None]
    stock_told_at: Mapped[datetime | None]


class MallEntry(Model):
    """A member's ticket in a draw of lots. His points are held meanwhile."""

    __tablename__ = "mall_entry"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "member_id"),
        sa.UniqueConstraint("code"),
        sa.Index("ix_mall_entry_state", "item_id", "state", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16))
    item_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(ITEM))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER), index=True)
    variant_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("mall_variant.id"))
    state: Mapped[Entry] = mapped_column(enum_type(Entry))
    points: Mapped[int]
    hold_id: Mapped[int | None]
    order_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("mall_order.id"))
    at: Mapped[datetime]
    turn: Mapped[int] = mapped_column(sa.Integer)  # how often he entered and withdrew


class MallLots(Model):
    """The seed of a draw of lots: its digest is public before, the seed itself after."""

    __tablename__ = "mall_lots"

    item_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(ITEM), primary_key=True)
    commitment: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the seed, hex
    sealed_seed: Mapped[str] = mapped_column(sa.Text)
    seed: Mapped[str | None] = mapped_column(sa.String(64))  # hex, once drawn
    entry_count: Mapped[int]
    winner_count: Mapped[int]
    drawn_at: Mapped[datetime | None]
