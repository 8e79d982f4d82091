"""Products for tests."""

from collections.abc import Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from app.commerce import service
from app.commerce.queries import catalogue
from app.commerce.types import SeedProduct
from app.commerce.types.catalogue import ProductDraft, ProductState, SkuDraft


def a_sku(code: str = "DIP-1", price_minor: int = 600, **more: Any) -> SkuDraft:
    """Return a SKU as staff would write it."""
    return SkuDraft(code, price_minor, more.pop("currency", "CNY"), **more)


def a_product(
    slug: str = "sesame-dip",
    *,
    skus: Sequence[SkuDraft] = (),
    category: str = "dips",
    name_zh: str = "麻酱",
    name_en: str = "Sesame dip",
    **more: Any,
) -> ProductState:
    """Put a product on the shelf; return it as stored."""
    told = tuple(skus) or (a_sku(slug.upper()),)
    first = told[0]
    seed = SeedProduct(
        first.code, name_zh, name_en, category, first.price_minor, slug=slug, skus=told, **more
    )
    service.seed_products([seed])
    return stored(slug)


def stored(slug: str) -> ProductState:
    """Return a product as it is stored."""
    state = catalogue.find_product(slug)
    assert state is not None
    return state


def as_sent(draft: ProductDraft, version: int | None = None, **changes: Any) -> MultiDict[str, Any]:
    """Return what a browser sends for a product's form, with some fields changed."""
    from app.commerce.forms.catalogue import as_form_data, sku_data

    data = as_form_data(draft, version or 0)
    sent: list[tuple[str, Any]] = [
        ("photo_ids", str(media_id)) for media_id in draft.photo_ids or ()
    ]
    sent += [("allergens", word) for word in data.pop("allergens")]
    data["is_shown"] = "y" if data["is_shown"] else ""
    for place, sku in enumerate(draft.skus):
        row = sku_data(sku, [each.channel for each in sku.listings])
        for nth, listing in enumerate(row.pop("listings")):
            data |= {f"skus-{place}-listings-{nth}-{k}": v for k, v in listing.items()}
        for flag in ("is_hidden", "is_retired"):
            row[flag] = "y" if row[flag] else ""
        data |= {f"skus-{place}-{name}": value for name, value in row.items()}
    data |= changes
    return MultiDict([*sent, *((k, v) for k, v in data.items() if v not in {"", None})])
