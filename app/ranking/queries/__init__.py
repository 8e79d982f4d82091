"""Reads of the leaderboards."""

from app.ranking.queries.boards import (
    all_boards,
    board_by_id,
    find_board,
    find_period,
    formula_of,
    period_by_id,
    periods_in,
    version_on,
    versions_of,
)
from app.ranking.queries.hall import SETTLED, last_winners, standing, winners
from app.ranking.queries.lines import lines_by_chunks, lines_of
from app.ranking.queries.members import who_counts
from app.ranking.queries.pages import board_page, boards_now, breakdown, preference_of
from app.ranking.queries.places import After, after_from, around, top
from app.ranking.queries.places_known import place_names, scope_choices
from app.ranking.queries.verifying import drifting_lines, drifting_scores

__all__ = [
    "SETTLED",
    "After",
    "after_from",
    "all_boards",
    "around",
    "board_by_id",
    "board_page",
    "boards_now",
    "breakdown",
    "drifting_lines",
    "drifting_scores",
    "find_board",
    "find_period",
    "formula_of",
    "last_winners",
    "lines_by_chunks",
    "lines_of",
    "period_by_id",
    "periods_in",
    "place_names",
    "preference_of",
    "scope_choices",
    "standing",
    "top",
    "version_on",
    "versions_of",
    "who_counts",
    "winners",
]
