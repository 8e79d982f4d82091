"""Reads of the brand world."""

from app.brand.queries.columns import (
    column_list,
    counting_due,
    due_columns,
    find_column,
    find_column_of,
    followers_to_tell,
    issue_of,
    issues,
    plan_of,
    untold,
    writable_columns,
)
from app.brand.queries.pages import (
    find_page,
    history,
    page_lines,
    photos_in_use,
    published_lines,
    values,
)
from app.brand.queries.people import faceless, find_person, has_face, people, writers
from app.brand.queries.verifying import drifting_columns, drifting_people

__all__ = [
    "column_list",
    "counting_due",
    "drifting_columns",
    "drifting_people",
    "due_columns",
    "faceless",
    "find_column",
    "find_column_of",
    "find_page",
    "find_person",
    "followers_to_tell",
    "has_face",
    "history",
    "issue_of",
    "issues",
    "page_lines",
    "people",
    "photos_in_use",
    "plan_of",
    "published_lines",
    "untold",
    "values",
    "writable_columns",
    "writers",
]
