"""Member pages of the community."""

from app.community.routes import browse, compose, people, reactions, replying, threads
from app.community.routes.blueprint import bp

__all__ = ["bp", "browse", "compose", "people", "reactions", "replying", "threads"]
