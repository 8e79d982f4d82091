"""Staff pages of commerce: one module for each family of pages."""

from app.commerce.staff import (
    catalogue_files,
    categories,
    channels,
    claims,
    drafts,
    imports,
    orders,
    products,
)
from app.commerce.staff.blueprint import (
    bp,
)

__all__ = [
    "bp",
    "catalogue_files",
    "categories",
    "channels",
    "claims",
    "drafts",
    "imports",
    "orders",
    "products",
]
