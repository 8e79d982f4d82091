"""Member pages of the community."""

from app.community.routes import browse, compose, elsewhere, people, reactions, replying, threads
from app.community.routes.blueprint import bp

__all__ = ["bp", "browse", "compose", "elsewhere", "people", "reactions", "replying", "threads"]
