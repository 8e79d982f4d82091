"""Pure rules of the leaderboards: scoring, periods, ranks, prizes."""

from app.ranking.policy.formulas import check_formula, read_formula, stored_formula
from app.ranking.policy.periods import next_start, previous_span, span_of
from app.ranking.policy.ranks import order_key, prizes_for, ranks_of
from app.ranking.policy.scoring import Part, Score, score, weigh

__all__ = [
    "Part",
    "Score",
    "check_formula",
    "next_start",
    "order_key",
    "previous_span",
    "prizes_for",
    "ranks_of",
    "read_formula",
    "score",
    "span_of",
    "stored_formula",
    "weigh",
]
