"""Bulk doors of the catalogue: categories, products and sets for a demo, a migration or a test."""

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import Category
from app.commerce.queries import catalogue, collection
from app.commerce.service.sets import save_set
from app.commerce.service.storing import store
from app.commerce.types import SeedCategory, SeedProduct
from app.commerce.types.catalogue import ProductDraft, SetDraft, SkuDraft
from app.kernel import clock, ids
from app.kernel.db import db, insert, use_case

CATEGORIES = cast("sa.Table", Category.__table__)


@use_case
def seed_categories(seeds: Sequence[SeedCategory]) -> None:
    """Make categories that are not there yet; those that are stay as they are."""
    rows: list[dict[str, Any]] = [
        {
            "id": ids.next_id(),
            "slug": seed.slug,
            "name_zh": seed.name_zh,
            "name_en": seed.name_en,
            "mode": seed.mode,
            "position": seed.position,
            "created_at": clock.now(),
        }
        for seed in seeds
    ]
    if rows:
        statement = insert(CATEGORIES).on_conflict_do_nothing(index_elements=["slug"])
        db.session.execute(statement, rows)


@use_case
def seed_products(seeds: Sequence[SeedProduct]) -> int:
    """Make products that are not there yet; return how many were given.

    Those whose address or one of whose SKUs is there stay as they are. Categories that they name
    are made on first use.
    """
    seed_categories(
        [SeedCategory(slug, slug, slug) for slug in sorted({s.category for s in seeds})]
    )
    there = catalogue.product_states([seed.address for seed in seeds])
    owned = catalogue.owners_of([sku.code for seed in seeds for sku in _skus(seed)])
    new = [
        _draft(seed)
        for seed in seeds
        if seed.address not in there and not any(sku.code in owned for sku in _skus(seed))
    ]
    store(new)
    return len(seeds)


def _skus(seed: SeedProduct) -> tuple[SkuDraft, ...]:
    return seed.skus or (SkuDraft(seed.sku, seed.price_minor, seed.currency),)


def _draft(seed: SeedProduct) -> ProductDraft:
    return ProductDraft(
        seed.address,
        seed.name_zh,
        seed.name_en,
        seed.category,
        seed.brand_line,
        seed.description_zh,
        seed.description_en,
        seed.risk_zh,
        seed.risk_en,
        seed.allergens,
        seed.attributes,
        photo_ids=seed.photo_ids,
        skus=_skus(seed),
    )


@use_case
def seed_sets(drafts: Sequence[SetDraft]) -> None:
    """Make sets that are not there yet; those that are stay as they are."""
    known = {each.slug for each in collection.set_drafts()}
    for draft in drafts:
        if draft.slug not in known:
            save_set(draft, is_new=True, actor_id=None)
