"""Catalogue, channels, orders and the imports that bring them."""

from app.commerce.models.catalogue import (
    Category,
    ClickOrder,
    CollectionItem,
    CollectionSet,
    CollectionShowing,
    Product,
    ProductClick,
    ProductPhoto,
    ProductTag,
    Sku,
    SkuListing,
)
from app.commerce.models.imports import (
    ImportBatch,
    ImportDraft,
    ImportIssue,
    ImportMapping,
)
from app.commerce.models.orders import (
    Channel,
    Order,
    OrderAward,
    OrderClaim,
    OrderLine,
    OrderStep,
    Refund,
)

__all__ = [
    "Category",
    "Channel",
    "ClickOrder",
    "CollectionItem",
    "CollectionSet",
    "CollectionShowing",
    "ImportBatch",
    "ImportDraft",
    "ImportIssue",
    "ImportMapping",
    "Order",
    "OrderAward",
    "OrderClaim",
    "OrderLine",
    "OrderStep",
    "Product",
    "ProductClick",
    "ProductPhoto",
    "ProductTag",
    "Refund",
    "Sku",
    "SkuListing",
]
