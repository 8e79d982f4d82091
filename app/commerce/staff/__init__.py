"""Staff pages of commerce: one module for each family of pages."""

from app.commerce.staff import channels, drafts, imports, orders
from app.commerce.staff.blueprint import bp

__all__ = ["bp", "channels", "drafts", "imports", "orders"]
