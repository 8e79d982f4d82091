"""Products, their SKUs and where these are sold, for tests."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.commerce import service
from app.commerce.models import Channel, Product, Sku, SkuListing
from app.commerce.types import ChannelRow, SeedProduct
from app.kernel.db import db
from tests.factories.commerce import a_channel


def a_product(
    sku: str = "BEEF-1",
    name_en: str = "Beef tallow base",
    *,
    name_zh: str = "牛油锅底",
    price: int = 39_00,
) -> int:
    """Make a product of one SKU; return its id. Its slug is the SKU in small letters."""
    service.seed_products([SeedProduct(sku, name_zh, name_en, "base", price)])
    found = db.session.scalar(sa.select(Product.id).where(Product.slug == sku.lower()))
    db.session.rollback()
    assert found is not None
    return found


def some_products(count: int) -> list[int]:
    """Make products ``P-0``, ``P-1`` …; return their ids."""
    return [a_product(f"P-{n}", f"Product {n}", name_zh=f"产品{n}") for n in range(count)]


def a_trial_of(sku: str, code: str) -> None:
    """Make a trial pack of a SKU, of the same product."""
    full = db.session.execute(sa.select(Sku.__table__).where(Sku.code == sku)).one()
    from app.kernel import clock, ids

    db.session.execute(
        sa.insert(Sku).values(
            id=ids.next_id(), code=code, product_id=full.product_id, position=1, price_minor=9_90,
            currency="CNY", is_hidden=False, trial_of_id=full.id, created_at=clock.now(),
        )
    )  # fmt: skip
    db.session.commit()


def a_shop(
    code: str,
    skus: Sequence[str],
    *,
    template: str = "https://shop.example/item/{item}",
    price: int | None = None,
    **more: Any,
) -> ChannelRow:
    """Make a channel that lists these SKUs; the SKU is its item number there."""
    channel = a_channel(code, **more)
    db.session.execute(
        sa.update(Channel).where(Channel.id == channel.id).values(link_template=template)
    )
    for sku in skus:
        sku_id = db.session.scalar(sa.select(Sku.id).where(Sku.code == sku))
        db.session.execute(
            sa.insert(SkuListing).values(
                sku_id=sku_id, channel_id=channel.id, item_id=f"{code}/{sku}", price_minor=price
            )
        )
    db.session.commit()
    return channel


def figures_of(product_id: int) -> tuple[int, int, int]:
    """Return the stored figures of a product: posts, reviews, what the stars add up to."""
    row = db.session.execute(
        sa.select(Product.post_count, Product.review_count, Product.star_sum).where(
            Product.id == product_id
        )
    ).one()
    db.session.rollback()
    return row.post_count, row.review_count, row.star_sum
