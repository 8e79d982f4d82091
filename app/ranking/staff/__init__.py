"""Staff pages of the leaderboards."""

from app.ranking.staff import boards  # noqa: F401 - it fills the blueprint
from app.ranking.staff.blueprint import bp

__all__ = ["bp"]
