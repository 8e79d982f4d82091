"""What leaderboards tell upper floors."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class PeriodFrozen(Fact):
    """A period of a board is over; its scores stand still."""

    name: ClassVar[str] = "ranking.frozen"

    board_id: int
    period_id: int
    members: int


@dataclass(frozen=True, slots=True)
class PeriodSettled(Fact):
    """The standing of a period went into the hall of fame; prizes go out."""

    name: ClassVar[str] = "ranking.settled"

    board_id: int
    period_id: int
    places: int
    awards: int


@dataclass(frozen=True, slots=True)
class FormulaPublished(Fact):
    """A version of a board's formula was published; it holds from a day on."""

    name: ClassVar[str] = "ranking.formula_published"

    board_id: int
    version: int
    effective_on: str
