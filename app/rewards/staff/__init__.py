"""The mall's catalogue and other people's money in the staff console."""

from app.rewards.staff import editor, items, money, stock
from app.rewards.staff.blueprint import bp

__all__ = ["bp", "editor", "items", "money", "stock"]
