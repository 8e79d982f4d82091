"""Staff pages of commerce: one module for each family of pages."""

from app.commerce.staff import channels, imports, orders
from app.commerce.staff.blueprint import bp

__all__ = ["bp", "channels", "imports", "orders"]
