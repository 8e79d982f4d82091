"""The console's pages of seats."""

from app.seats.staff import door, occasions  # noqa: F401 - their views
from app.seats.staff.blueprint import bp

__all__ = ["bp"]
