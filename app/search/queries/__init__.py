"""Reads of search."""

from app.search.queries.checks import drifting_entries
from app.search.queries.recents import recent_searches
from app.search.queries.results import choose, find
from app.search.queries.terms import beginning_with, corrected, popular

__all__ = [
    "beginning_with",
    "choose",
    "corrected",
    "drifting_entries",
    "find",
    "popular",
    "recent_searches",
]
