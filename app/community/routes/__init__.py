"""Member pages of the community."""

from app.community.routes import (
    browse,
    compose,
    drafting,
    elsewhere,
    history,
    people,
    reactions,
    replying,
    threads,
    welcomes,
)
from app.community.routes.blueprint import bp

__all__ = [
    "bp",
    "browse",
    "compose",
    "drafting",
    "elsewhere",
    "history",
    "people",
    "reactions",
    "replying",
    "threads",
    "welcomes",
]
