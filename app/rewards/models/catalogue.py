"""What is in the mall: categories, items with pictures, variants with their stock."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, append_only, enum_type
from app.rewards.types.kinds import Delivery, Drop, Movement

MEMBER = "member.id"
ITEM = "mall_item.id"


class MallCategory(Model):
    """A shelf of the mall."""

    __tablename__ = "mall_category"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str] = mapped_column(sa.String(60))
    position: Mapped[int] = mapped_column(sa.Integer)


class MallItem(Model):
    """Something that points buy.

    What an order needs to know later (price, name, how it is delivered) is copied into the order.
    """

    __tablename__ = "mall_item"
    __table_args__ = (
        sa.CheckConstraint("price_points >= 0", name="points_not_negative"),
        sa.CheckConstraint("price_minor >= 0", name="money_not_negative"),
        sa.CheckConstraint("price_points + price_minor > 0", name="it_costs_something"),
        sa.CheckConstraint(
            "deposit_points >= 0 AND deposit_points <= price_points", name="deposit_within_price"
        ),
        sa.CheckConstraint("limit_each >= 0", name="limit_not_negative"),
        sa.Index("ix_mall_item_shelf", "is_shown", "category_id", "id"),
        sa.Index("ix_mall_item_price", "is_shown", "price_points", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    category_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("mall_category.id"))
    name_zh: Mapped[str] = mapped_column(sa.String(80))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    description_zh: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    description_en: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    rules_zh: Mapped[str] = mapped_column(sa.String(600), default="", server_default="")
    rules_en: Mapped[str] = mapped_column(sa.String(600), default="", server_default="")
    price_points: Mapped[int]
    price_minor: Mapped[int]  # the part paid in money, outside
    currency: Mapped[str] = mapped_column(sa.String(3))
    worth_minor: Mapped[int | None]  # what it costs in a shop
    delivery: Mapped[Delivery] = mapped_column(enum_type(Delivery))
    goods: Mapped[str | None] = mapped_column(sa.String(96))  # a kernel.goods.Thing
    product_id: Mapped[int | None]  # the same thing in the shops; commerce knows it
    limit_each: Mapped[int] = mapped_column(sa.Integer)  # 0: none
    tier_limits: Mapped[dict[str, Any]]  # tier key -> how many, instead of the limit above
    audience: Mapped[str] = mapped_column(sa.String(80))  # who may buy
    unlock: Mapped[str] = mapped_column(sa.String(80))  # hidden edition: who has found it; or empty
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    drop_kind: Mapped[Drop] = mapped_column(enum_type(Drop))
    draws_at: Mapped[datetime | None]  # when lots are drawn; entries close then
    deposit_points: Mapped[int]  # > 0: sold ahead; the rest is due from rest_from on
    rest_from: Mapped[datetime | None]
    rest_until: Mapped[datetime | None]
    ships_on: Mapped[date | None]
    pay_hours: Mapped[int] = mapped_column(sa.Integer)  # how long points are held for the money
    pay_url: Mapped[str] = mapped_column(sa.String(300), default="", server_default="")
    is_shown: Mapped[bool]
    version: Mapped[int] = mapped_column(sa.Integer)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    told_at: Mapped[datetime | None]  # those who wished it were told of the start


class MallPhoto(Model):
    """A picture of an item; the first is the cover."""

    __tablename__ = "mall_photo"

    item_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(ITEM), primary_key=True)
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    media_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("media.id"), index=True)


class MallVariant(Model):
    """One kind of an item. ``stock`` is the sum of its movements (``flask verify``)."""

    __tablename__ = "mall_variant"
    __table_args__ = (
        sa.UniqueConstraint("item_id", "code"),
        sa.CheckConstraint("stock >= 0", name="stock_not_negative"),
        sa.CheckConstraint("low_at >= 0", name="threshold_not_negative"),
        sa.Index("ix_mall_variant_low", "low_told_at", "stock"),
    )

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(ITEM))
    code: Mapped[str] = mapped_column(sa.String(40))
    label_zh: Mapped[str] = mapped_column(sa.String(40))
    label_en: Mapped[str] = mapped_column(sa.String(60))
    is_endless: Mapped[bool]  # as many as one likes: nothing is counted
    stock: Mapped[int]
    low_at: Mapped[int]  # staff are told when the stock falls to it; 0: never
    low_told_at: Mapped[datetime | None]  # since when they know
    position: Mapped[int] = mapped_column(sa.Integer)
    is_retired: Mapped[bool]


@append_only
class MallMovement(Model):
    """One change of a stock, with its cause."""

    __tablename__ = "mall_movement"
    __table_args__ = (
        sa.Index(  # parts of an order may go back one after the other; all else happens once
            "uq_mall_movement_once",
            "order_id",
            "cause",
            unique=True,
            sqlite_where=sa.text("cause <> 'refunded'"),
            postgresql_where=sa.text("cause <> 'refunded'"),
        ),
        sa.Index("ix_mall_movement_order", "order_id"),
        sa.CheckConstraint("amount <> 0", name="something_moves"),
        sa.Index("ix_mall_movement_variant", "variant_id", "id"),
        sa.Index("ix_mall_movement_cause", "cause", "at"),
    )

    id: Mapped[Id]
    variant_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("mall_variant.id"))
    amount: Mapped[int]
    cause: Mapped[Movement] = mapped_column(enum_type(Movement))
    order_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("mall_order.id"))
    actor_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    at: Mapped[datetime]


class MallMovementWord(Model):
    """Why staff changed a stock, in their words; can be erased."""

    __tablename__ = "mall_movement_word"

    movement_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("mall_movement.id"), primary_key=True
    )
    text: Mapped[str] = mapped_column(sa.String(200))
