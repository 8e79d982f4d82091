"""Member pages of the community."""

from app.community.routes import (
    bookmarks,
    browse,
    compose,
    drafting,
    elsewhere,
    feeds,
    history,
    people,
    reacting,
    reactions,
    reactions_staff,
    replying,
    threads,
    topics,
    topics_staff,
    watching,
    welcomes,
)
from app.community.routes.blueprint import bp

__all__ = [
    "bookmarks",
    "bp",
    "browse",
    "compose",
    "drafting",
    "elsewhere",
    "feeds",
    "history",
    "people",
    "reacting",
    "reactions",
    "reactions_staff",
    "replying",
    "threads",
    "topics",
    "topics_staff",
    "watching",
    "welcomes",
]
