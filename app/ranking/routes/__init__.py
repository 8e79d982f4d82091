"""Members' pages of the leaderboards."""

from app.ranking.routes import boards, lab, preferences, rooms  # noqa: F401 - they fill the blueprint
from app.ranking.routes.blueprint import bp
from app.ranking.routes.boards import award_page_of

__all__ = ["award_page_of", "bp"]
