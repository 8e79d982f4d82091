"""What staff do to the catalogue: products with their SKUs, categories, showing and hiding."""

from typing import Any

import sqlalchemy as sa

from app.commerce.models import Category, Product, Sku
from app.commerce.queries import catalogue
from app.commerce.queries.catalogue import CATEGORIES, PRODUCTS
from app.commerce.service.storing import store
from app.commerce.types.catalogue import (
    CatalogueError,
    CategoryRow,
    NoSuchProductError,
    ProductDraft,
)
from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, use_case
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref
from app.search import service as search


@use_case
def make_product(draft: ProductDraft, *, actor_id: int) -> None:
    """Put a new product on the shelf.

    Raises:
        CatalogueError: its address is taken, or something in it can't be.
    """
    taken = CatalogueError(
        _l("Another product has this address. Choose a different one."), field="slug"
    )
    if catalogue.find_product(draft.slug) is not None:
        raise taken
    stored = store([draft], photos_of=actor_id)
    if not stored[draft.slug].is_new:  # somebody was faster between the two looks
        raise taken
    audit.note(actor_id, "product.made", Ref("product", stored[draft.slug].product_id))


@use_case
def change_product(draft: ProductDraft, *, version: int, actor_id: int) -> bool:
    """Save a product as it was edited from ``version``; return whether that changed anything.

    Raises:
        NoSuchProductError: there is none of this address.
        ProductChangedError: somebody saved it since ``version``; nothing was written.
        CatalogueError: something in it can't be.
    """
    stored = store([draft], versions={draft.slug: version}, photos_of=actor_id)[draft.slug]
    if stored.changes:
        audit.note(
            actor_id,
            "product.changed",
            Ref("product", stored.product_id),
            fields=sorted(stored.changes),
        )
    return bool(stored.changes)


@use_case
def show_product(slug: str, *, is_shown: bool, actor_id: int) -> bool:
    """Show a product to fans, or hide it; return whether that changed anything.

    Raises:
        NoSuchProductError: there is none of this address.
    """
    product_id = _product_id(slug)
    did = changed(
        sa.update(Product)
        .where(Product.id == product_id, Product.is_shown.is_(not is_shown))
        .values(is_shown=is_shown, version=Product.version + 1, updated_at=clock.now())
    )
    if did:
        search.refresh("product", [product_id])
        act = "product.shown" if is_shown else "product.hidden"
        audit.note(actor_id, act, Ref("product", product_id))
    return bool(did)


@use_case
def retire_sku(slug: str, code: str, *, is_retired: bool, actor_id: int) -> bool:
    """Take a SKU off sale, or back on; orders and collections keep it either way.

    Raises:
        NoSuchProductError: there is no such product, or it has no such SKU.
    """
    product_id = _product_id(slug)
    sku_id = db.session.scalar(
        sa.select(Sku.id).where(Sku.code == code, Sku.product_id == product_id)
    )
    if sku_id is None:
        raise NoSuchProductError
    now = clock.now()
    on_sale = Sku.retired_at.is_(None)
    did = changed(
        sa.update(Sku)
        .where(Sku.id == sku_id, on_sale if is_retired else ~on_sale)
        .values(retired_at=now if is_retired else None)
    )
    if did:
        changed(
            sa.update(Product)
            .where(Product.id == product_id)
            .values(version=Product.version + 1, updated_at=now)
        )
        act = "sku.retired" if is_retired else "sku.back_on_sale"
        audit.note(actor_id, act, Ref("sku", sku_id))
    return bool(did)


def _product_id(slug: str) -> int:
    product_id = db.session.scalar(sa.select(Product.id).where(Product.slug == slug))
    if product_id is None:
        raise NoSuchProductError
    return product_id


# --- categories ----------------------------------------------------------------------------------


@use_case
def save_category(row: CategoryRow, *, is_new: bool, actor_id: int) -> None:
    """Make a category, or change one; its address stays for good.

    Raises:
        CatalogueError: a new one's address is taken.
        NoSuchProductError: there is none of this address to change.
    """
    values: dict[str, Any] = {
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "mode": row.mode,
        "position": row.position,
    }
    known = catalogue.find_category(row.slug)
    if is_new:
        if known is not None:
            raise CatalogueError(
                _l("Another category has this address. Choose a different one."), field="slug"
            )
        category_id = ids.next_id()
        made = {"id": category_id, "slug": row.slug, "created_at": clock.now(), **values}
        db.session.execute(sa.insert(CATEGORIES), [made])
    elif known is None:
        raise NoSuchProductError
    else:
        category_id = known.id
        changed(sa.update(Category).where(Category.id == category_id).values(**values))
    audit.note(actor_id, "category.saved", Ref("category", category_id), is_new=is_new)


@use_case
def remove_category(slug: str, *, actor_id: int) -> None:
    """Remove an empty category.

    Raises:
        NoSuchProductError: there is none of this address.
        CatalogueError: products stand in it.
    """
    known = catalogue.find_category(slug)
    if known is None:
        raise NoSuchProductError
    empty = ~sa.exists().where(PRODUCTS.c.category_id == CATEGORIES.c.id)
    if not changed(sa.delete(CATEGORIES).where(CATEGORIES.c.id == known.id, empty)):
        raise CatalogueError(
            _l("Products stand in this category. Move them elsewhere first."), field="slug"
        )
    audit.note(actor_id, "category.removed", Ref("category", known.id))
