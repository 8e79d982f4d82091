"""Reads of originality. :func:`flagged` is what other domains ask."""

from app.originality.queries.claims import (
    claim_list,
    find_import,
    import_list,
    photos_in_use,
)
from app.originality.queries.desk import (
    counting_waiting,
    figures,
    find_finding,
    findings,
    next_open,
    own_findings,
)
from app.originality.queries.flags import flagged, flagged_posts, states_of
from app.originality.queries.verifying import drifting_bands, drifting_flags, drifting_imports

__all__ = [
    "claim_list",
    "counting_waiting",
    "drifting_bands",
    "drifting_flags",
    "drifting_imports",
    "figures",
    "find_finding",
    "find_import",
    "findings",
    "flagged",
    "flagged_posts",
    "import_list",
    "next_open",
    "own_findings",
    "photos_in_use",
    "states_of",
]
