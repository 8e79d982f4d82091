"""The mall's catalogue in the staff console."""

from app.rewards.staff import editor, items, stock
from app.rewards.staff.blueprint import bp

__all__ = ["bp", "editor", "items", "stock"]
