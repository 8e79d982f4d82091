"""The brand world in the staff console."""

from app.brand.staff import columns, pages, people
from app.brand.staff.blueprint import bp

__all__ = ["bp", "columns", "pages", "people"]
