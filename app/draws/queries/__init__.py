"""Reads of draws: pages, what decides, the team's figures, proofs."""

from app.draws.queries.desk import (
    Figures,
    PlayLine,
    draws,
    export_rows,
    figures,
    plays,
    rules_versions,
)
from app.draws.queries.lists import entries, floor_count, wins
from app.draws.queries.pages import (
    Result,
    ended,
    epochs,
    page,
    page_of_play,
    plays_to_check,
    plays_under,
    result,
    running,
    slug_of,
    slug_of_win,
)
from app.draws.queries.reading import (
    epoch,
    epochs_of,
    find,
    get,
    get_public,
    prizes_of,
    rules,
)
from app.draws.queries.verifying import unproven

__all__ = [
    "Figures",
    "PlayLine",
    "Result",
    "draws",
    "ended",
    "entries",
    "epoch",
    "epochs",
    "epochs_of",
    "export_rows",
    "figures",
    "find",
    "floor_count",
    "get",
    "get_public",
    "page",
    "page_of_play",
    "plays",
    "plays_to_check",
    "plays_under",
    "prizes_of",
    "result",
    "rules",
    "rules_versions",
    "running",
    "slug_of",
    "slug_of_win",
    "unproven",
    "wins",
]
