"""Things in the mall for every domain's tests."""

from itertools import count
from typing import Any

import sqlalchemy as sa

from app.kernel.db import db
from app.rewards import service
from app.rewards.models import ITEM, MOVEMENT, ORDER, VARIANT
from app.rewards.types import Address, Basket, Category, ItemDraft, Ordered, VariantDraft

_keys = count(1)
HOME = Address("Lin", "13800138000", "Sichuan Chengdu", "12 Pepper Lane", "610000")


def a_shelf(slug: str = "goods") -> Category:
    """Return a category of the mall."""
    row = Category(0, slug, "周边", "Goods")
    service.save_category(row, actor_id=None)
    return row


def a_draft(slug: str = "mug", *, stock: int = 5, points: int = 100, **more: Any) -> ItemDraft:
    """Return an item as staff would write it: a parcel with one kind."""
    values: dict[str, Any] = {
        "category": "goods",
        "name_zh": "火锅杯",
        "name_en": slug.replace("-", " ").capitalize(),
        "currency": "CNY",
        "variants": [VariantDraft(code="one", initial=stock)],
    }
    return ItemDraft(slug=slug, price_points=points, **{**values, **more})


def an_item(slug: str = "mug", **more: Any) -> int:
    """Put an item on the shelf; return its id."""
    a_shelf()
    return service.save_item(a_draft(slug, **more), actor_id=None)


def a_basket(slug: str = "mug", **more: Any) -> Basket:
    """Return what a member confirms, with a request key of its own."""
    values: dict[str, Any] = {
        "seen_points": 100,
        "request_key": f"a-request-key-{next(_keys):06d}",
        "address": HOME,
    }
    return Basket(slug=slug, **{**values, **more})


def buy(member_id: int, slug: str = "mug", **more: Any) -> Ordered:
    """Redeem an item."""
    return service.buy(member_id, a_basket(slug, **more))


def variant_id(item_id: int) -> int:
    """Return an item's first variant."""
    found = db.session.scalar(
        sa.select(VARIANT.c.id).where(VARIANT.c.item_id == item_id).order_by(VARIANT.c.position)
    )
    return int(found or 0)


def stock_of(slug: str = "mug") -> int:
    """Return how many pieces of an item are left."""
    return int(
        db.session.scalar(
            sa.select(sa.func.sum(VARIANT.c.stock))
            .join(ITEM, ITEM.c.id == VARIANT.c.item_id)
            .where(ITEM.c.slug == slug)
        )
        or 0
    )


def states() -> list[str]:
    """Return the states of all orders, the oldest first."""
    return [
        str(each.value)
        for each in db.session.scalars(sa.select(ORDER.c.state).order_by(ORDER.c.id))
    ]


def causes() -> list[tuple[str, int]]:
    """Return all movements of stock, the oldest first."""
    rows = db.session.execute(
        sa.select(MOVEMENT.c.cause, MOVEMENT.c.amount).order_by(MOVEMENT.c.id)
    )
    return [(row.cause.value, row.amount) for row in rows]
