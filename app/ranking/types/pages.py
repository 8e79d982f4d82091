"""What pages show of a board."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.kernel.types import Page
from app.ranking.types.boards import BoardRow
from app.ranking.types.formulas import Act, Formula, Line, Why
from app.ranking.types.standings import PeriodRow, Place


@dataclass(frozen=True, slots=True)
class BoardNow:
    """A board with the period that runs, if one does, and the formula that it is scored by."""

    board: BoardRow
    period: PeriodRow | None = None
    formula: Formula = field(default_factory=Formula)


@dataclass(frozen=True, slots=True)
class Around:
    """Where a member stands, and who is next to him.

    Attributes:
        mine: his place; None: not on the board.
        to_pass: points to get before who is above; 0 for the first.
        is_hidden: he has a score, but stands on no board: he hides, or is not of its audience.
    """

    mine: Place | None = None
    above: Place | None = None
    below: Place | None = None
    to_pass: int = 0
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Winners:
    """The first places of a period in the hall of fame."""

    period: PeriodRow
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A board as members see it.

    Attributes:
        boards: all open ones.
        around: None for a guest.
        last: the first places of the last period, where this one is still empty.
    """

    now: BoardNow
    boards: Sequence[BoardRow]
    places: Page[Place]
    around: Around | None = None
    last: Winners | None = None


@dataclass(frozen=True, slots=True)
class ActSum:
    """What one act brought.

    Attributes:
        count: how often; ``counting`` of them brought something.
        hundredths: of a point.
        cuts: what took how many of them, or a part.
    """

    act: Act
    count: int
    counting: int
    hundredths: int
    cuts: Mapping[Why, int]


@dataclass(frozen=True, slots=True)
class DaySum:
    """What one day brought."""

    on: date
    hundredths: int
    count: int


@dataclass(frozen=True, slots=True)
class Breakdown:
    """Why a member stands where he stands.

    Attributes:
        share: percent of what others gave that counts, for ``people`` different ones.
        latest: his newest lines with what each is worth.
    """

    now: BoardNow
    around: Around
    points: int
    acts: Sequence[ActSum]
    days: Sequence[DaySum]
    people: int
    received: int
    share: int
    latest: Sequence[tuple[Line, int, Why | None]]
