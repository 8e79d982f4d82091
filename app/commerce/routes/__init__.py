"""Member pages of commerce: one module for each family of pages."""

from app.commerce.routes import claims, orders, products
from app.commerce.routes.blueprint import bp

__all__ = ["bp", "claims", "orders", "products"]
