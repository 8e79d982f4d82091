"""Draws in the staff console."""

from app.draws.staff import audit, desk
from app.draws.staff.blueprint import bp

__all__ = ["audit", "bp", "desk"]
