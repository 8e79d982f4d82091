"""A product as search engines take it: schema.org's Product, of what its page shows."""

from decimal import Decimal
from typing import Any

from flask import current_app, url_for

from app.commerce.queries.shelf import ProductView, SkuView

BEST, WORST = 5, 1  # stars


def product_data(product: ProductView) -> dict[str, Any] | None:
    """Return what stands in a product's page as JSON-LD.

    None where there is nothing that search engines show: they ask for prices or reviews.
    """
    offers = [_offer(product, sku) for sku in product.skus if not sku.is_retired]
    if not product.is_shown or not (offers or product.stars is not None):
        return None
    brand = current_app.config["BRAND"]
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "alternateName": product.other_name if product.other_name != product.name else "",
        "description": product.description.striptags(),
        "url": _address(product),
        "category": product.category,
        "brand": {"@type": "Brand", "name": product.brand_line or brand.name},
        "image": [_absolute(photo.url(960)) for photo in product.photos],
        "offers": offers,
    }
    if product.stars is not None:
        told["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": product.stars / 10,
            "reviewCount": product.review_count,
            "bestRating": BEST,
            "worstRating": WORST,
        }
    return {name: value for name, value in told.items() if value}


def _offer(product: ProductView, sku: SkuView) -> dict[str, str]:
    return {
        "@type": "Offer",
        "sku": sku.code,
        "name": sku.label or product.name,
        "price": f"{Decimal(sku.price_minor) / 100:.2f}",
        "priceCurrency": sku.currency,
        "url": _address(product),
    }


def _address(product: ProductView) -> str:
    return _absolute(url_for("commerce.product", slug=product.slug))


def _absolute(path: str) -> str:
    return str(current_app.config["POTLUCK"].base_url) + path
