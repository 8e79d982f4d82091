"""Words of the leaderboards: acts, periods, formulas, states, errors."""

from app.ranking.types.boards import (
    MAX_PLACES,
    MAX_PRIZE_COUNT,
    MAX_PRIZES,
    BoardDraft,
    BoardRow,
    BoardState,
    BoardTakenError,
    Period,
    Prize,
    Scope,
    Ties,
)
from app.ranking.types.formulas import Act, Formula, Line, Why
from app.ranking.types.standings import (
    AwardLine,
    AwardState,
    FieldError,
    PeriodRow,
    PeriodState,
    Place,
    Preference,
    Shown,
    Span,
)

__all__ = [
    "MAX_PLACES",
    "MAX_PRIZES",
    "MAX_PRIZE_COUNT",
    "Act",
    "AwardLine",
    "AwardState",
    "BoardDraft",
    "BoardRow",
    "BoardState",
    "BoardTakenError",
    "FieldError",
    "Formula",
    "Line",
    "Period",
    "PeriodRow",
    "PeriodState",
    "Place",
    "Preference",
    "Prize",
    "Scope",
    "Shown",
    "Span",
    "Ties",
    "Why",
]
