"""Reads of the archive."""

from app.archive.queries.browsing import archive_list, find_item, score_of
from app.archive.queries.member import my_answers, my_uses
from app.archive.queries.rights import (
    current_terms,
    find_ask,
    find_state,
    find_terms,
    is_changed,
    log_of,
    photos_in_use,
    terms_version,
)
from app.archive.queries.selections import (
    find_selection,
    open_selections,
    picks,
    prints,
    selection_count,
    selection_rows,
    selections,
    uses_of,
)
from app.archive.queries.verifying import drifting_picks, drifting_rights

__all__ = [
    "archive_list",
    "current_terms",
    "drifting_picks",
    "drifting_rights",
    "find_ask",
    "find_item",
    "find_selection",
    "find_state",
    "find_terms",
    "is_changed",
    "log_of",
    "my_answers",
    "my_uses",
    "open_selections",
    "photos_in_use",
    "picks",
    "prints",
    "score_of",
    "selection_count",
    "selection_rows",
    "selections",
    "terms_version",
    "uses_of",
]
