"""Pages of members: conversations, and the front door to the team."""

from app.messages.routes import talking, team  # noqa: F401 - their views
from app.messages.routes.blueprint import bp

__all__ = ["bp"]
