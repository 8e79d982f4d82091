"""Reads about circles."""

from app.circles.queries.asking import (
    AUDIENCES,
    counting_asked,
    drifting_members,
    is_in,
    names,
    options,
    page_of,
    place_choices,
    threads_of,
    who_is_in,
    writers,
)
from app.circles.queries.circles import (
    ALL,
    MINE,
    circle,
    circles,
    cities,
    faces,
    find_circle,
    slugs,
)
from app.circles.queries.found import documents, found_circles, ids_after, is_visible
from app.circles.queries.health import health
from app.circles.queries.members import asking, members

__all__ = [
    "ALL",
    "AUDIENCES",
    "MINE",
    "asking",
    "circle",
    "circles",
    "cities",
    "counting_asked",
    "documents",
    "drifting_members",
    "faces",
    "find_circle",
    "found_circles",
    "health",
    "ids_after",
    "is_in",
    "is_visible",
    "members",
    "names",
    "options",
    "page_of",
    "place_choices",
    "slugs",
    "threads_of",
    "who_is_in",
    "writers",
]
