"""What the brand sells: categories, products, their SKUs, where these are listed, and sets."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.commerce.types import CategoryMode, TagKind
from app.kernel.db import BigInt, Id, Model, enum_type


def _to(target: str, **options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey(target), **options)


def _text(length: int) -> Any:
    return mapped_column(sa.String(length), default="", server_default="")


class Category(Model):
    """A shelf of the catalogue; its mode says whether people buy again or look for the new."""

    __tablename__ = "category"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str] = mapped_column(sa.String(60))
    mode: Mapped[CategoryMode] = mapped_column(enum_type(CategoryMode))
    position: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    created_at: Mapped[datetime]


class Product(Model):
    """Something the brand sells, in one or more SKUs.

    Attributes:
        brand_line: the line it belongs to, as staff write it.
        attributes: name -> value or list: material, compatible parts, what filters ask for.
        allergens: words of a list, in the order of their weight.
        risk_zh: what a buyer must know (allergens, heat, delay), in plain words.
        is_shown: fans see its page.
        post_count: visible posts that show it: a projection of ``product_tag``.
        review_count: visible reviews; ``star_sum`` is what their stars add up to.
    """

    __tablename__ = "product"
    __table_args__ = (
        sa.Index("ix_product_category_id", "category_id", "id"),
        sa.Index("ix_product_brand_line", "brand_line", "id"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name_zh: Mapped[str] = mapped_column(sa.String(120))
    name_en: Mapped[str] = mapped_column(sa.String(120))
    category_id: Mapped[int] = _to("category.id")
    brand_line: Mapped[str] = _text(60)
    description_zh: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    description_en: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    risk_zh: Mapped[str] = _text(400)
    risk_en: Mapped[str] = _text(400)
    allergens: Mapped[list[Any]]
    attributes: Mapped[dict[str, Any]]
    is_shown: Mapped[bool]
    post_count: Mapped[int] = mapped_column(default=0, server_default="0")
    review_count: Mapped[int] = mapped_column(default=0, server_default="0")
    star_sum: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ProductPhoto(Model):
    """A picture of a product, in its place (0 is the cover)."""

    __tablename__ = "product_photo"

    product_id: Mapped[int] = _to("product.id", primary_key=True)
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    media_id: Mapped[int] = _to("media.id", index=True)


class Sku(Model):
    """One thing that can be bought, as orders name it.

    Attributes:
        code: what stands in the channels' orders.
        label_zh: what tells it from the product's other SKUs (size, flavour); else empty.
        pack_size: pieces or servings in a pack; ``pack_unit`` says of what.
        daily_use_milli: thousandths of such a piece that one person uses a day; None: no habit.
        price_minor: list price; a channel's own price stands in ``sku_listing``.
        is_hidden: a hidden edition: a silhouette in the collection book until somebody owns it.
        trial_of_id: the full-size SKU, where this one is a trial pack.
        retired_at: no longer sold; orders and collections keep it.
    """

    __tablename__ = "sku"
    __table_args__ = (
        sa.CheckConstraint("price_minor >= 0", name="price_not_negative"),
        sa.CheckConstraint("pack_size > 0", name="pack_size_positive"),
        sa.Index("ix_sku_product_id", "product_id", "position"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(64), unique=True)
    product_id: Mapped[int] = _to("product.id")
    position: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    label_zh: Mapped[str] = _text(60)
    label_en: Mapped[str] = _text(60)
    pack_size: Mapped[int] = mapped_column(default=1, server_default="1")
    pack_unit: Mapped[str] = _text(16)
    daily_use_milli: Mapped[int | None]
    price_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    is_hidden: Mapped[bool]
    trial_of_id: Mapped[int | None] = _to("sku.id")
    media_id: Mapped[int | None] = _to("media.id")
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class SkuListing(Model):
    """A SKU in a channel: the channel's own item number, and its price there where it differs."""

    __tablename__ = "sku_listing"
    __table_args__ = (sa.Index("ix_sku_listing_channel_id", "channel_id", "item_id"),)

    sku_id: Mapped[int] = _to("sku.id", primary_key=True)
    channel_id: Mapped[int] = _to("channel.id", primary_key=True)
    item_id: Mapped[str] = _text(128)
    price_minor: Mapped[int | None]


class CollectionSet(Model):
    """A set of SKUs that people collect."""

    __tablename__ = "collection_set"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(sa.String(40))
    name_en: Mapped[str] = mapped_column(sa.String(60))
    position: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    created_at: Mapped[datetime]


class CollectionItem(Model):
    """A SKU of a set, in its place."""

    __tablename__ = "collection_item"

    set_id: Mapped[int] = _to("collection_set.id", primary_key=True)
    sku_id: Mapped[int] = _to("sku.id", primary_key=True, index=True)
    position: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")


class CollectionShowing(Model):
    """A member wants his collection book on his profile; without a row it is his alone."""

    __tablename__ = "collection_showing"

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    shown_at: Mapped[datetime]


class ProductTag(Model):
    """A post shows, reviews or asks about a product, or lists it as a part used.

    Attributes:
        thread_id: the post; community's, so without a foreign key.
        author_id: who wrote it.
        photo_position: the photo that the hot-spot is on, with ``x_permille`` from its left and
            ``y_permille`` from its top edge; all None without a hot-spot.
        stars: 1 to 5, of a review only.
        order_id: the author's order that it was shared from: proof that he bought it.
        is_visible: the post can be seen.
    """

    __tablename__ = "product_tag"
    __table_args__ = (
        sa.UniqueConstraint("thread_id", "position"),
        sa.CheckConstraint("stars IS NULL OR stars BETWEEN 1 AND 5", name="stars"),
        sa.Index("ix_product_tag_product_id", "product_id", "kind", "id"),
        sa.Index("ix_product_tag_author_id", "author_id", "id"),
    )

    id: Mapped[Id]
    thread_id: Mapped[int]
    position: Mapped[int] = mapped_column(sa.Integer)
    product_id: Mapped[int] = _to("product.id")
    sku_id: Mapped[int | None] = _to("sku.id")
    author_id: Mapped[int] = _to("member.id")
    kind: Mapped[TagKind] = mapped_column(enum_type(TagKind))
    stars: Mapped[int | None] = mapped_column(sa.Integer)
    photo_position: Mapped[int | None] = mapped_column(sa.Integer)
    x_permille: Mapped[int | None] = mapped_column(sa.Integer)
    y_permille: Mapped[int | None] = mapped_column(sa.Integer)
    order_id: Mapped[int | None] = _to("sales_order.id")
    is_visible: Mapped[bool]
    created_at: Mapped[datetime]


class ProductClick(Model):
    """Somebody went from a product card to a shop; kept as long as it can explain an order.

    Attributes:
        member_id: who, where he was signed in.
        thread_id: the post that led there, or None for the product's own page.
    """

    __tablename__ = "product_click"
    __table_args__ = (
        sa.Index("ix_product_click_member_id", "member_id", "clicked_at"),
        sa.Index("ix_product_click_thread_id", "thread_id", "clicked_at"),
        sa.Index("ix_product_click_product_id", "product_id", "clicked_at"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    product_id: Mapped[int] = _to("product.id")
    channel_id: Mapped[int] = _to("channel.id")
    member_id: Mapped[int | None] = _to("member.id")
    thread_id: Mapped[int | None]
    clicked_at: Mapped[datetime]


class ClickOrder(Model):
    """An order line and the click it is credited to: the last one within the stated window."""

    __tablename__ = "click_order"

    order_id: Mapped[int] = _to("sales_order.id", primary_key=True)
    line_no: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    click_id: Mapped[int] = _to("product_click.id", index=True)
    credited_at: Mapped[datetime]
