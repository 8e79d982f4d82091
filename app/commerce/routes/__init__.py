"""Member pages of commerce: one module for each family of pages."""

from app.commerce.routes import orders
from app.commerce.routes.blueprint import bp

__all__ = ["bp", "orders"]
