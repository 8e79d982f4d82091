"""Staff pages of the leaderboards."""

from app.ranking.staff import boards, periods  # noqa: F401 - they fill the blueprint
from app.ranking.staff.blueprint import bp

__all__ = ["bp"]
