"""Periods, places, awards: what members and staff see of a board."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import InvalidError
from app.kernel.goods import Thing
from app.kernel.types import Person


class PeriodState(StrEnum):
    """Life of a period of a board."""

    OPEN = "open"
    FROZEN = "frozen"  # over; scores stand still, staff may look before prizes go out
    AWARDING = "awarding"  # the standing is in the hall of fame; prizes go out
    DONE = "done"


class AwardState(StrEnum):
    """What became of a prize."""

    DUE = "due"
    GIVEN = "given"
    STUCK = "stuck"  # nothing of it was left; staff choose another thing, or try again
    LAPSED = "lapsed"  # who won it has left


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a period.

    Attributes:
        starts_on: the first one.
        ends_on: the first one after.
    """

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """A period of a board.

    Attributes:
        version: of the formula that it is scored by.
        award_at: when prizes go out; None while it is open.
    """

    id: int
    board_id: int
    span: Span
    state: PeriodState
    version: int
    frozen_at: datetime | None = None
    award_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """How a member stands on a board: under his own name, or another.

    Attributes:
        person: with the alias for a name and without a face, where he chose that.
        has_page: his profile may be linked.
    """

    person: Person
    has_page: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a board.

    Attributes:
        rank: from 1; equal scores may share one.
        was: his rank yesterday; None: he was not on the board.
        tier: key of his tier.
    """

    rank: int
    score: int
    shown: Shown
    was: int | None = None
    tier: str = ""

    @property
    def moved(self) -> int | None:
        """Return how many ranks he rose (above 0) or fell; None: he is new."""
        return None if self.was is None else self.was - self.rank


@dataclass(frozen=True, slots=True)
class AwardLine:
    """A prize that somebody gets."""

    id: int
    rank: int
    shown: Shown
    thing: Thing
    count: int
    state: AwardState


@dataclass(frozen=True, slots=True)
class Preference:
    """How a member wants to stand on leaderboards.

    Attributes:
        alias: shown instead of his name; empty: his name.
    """

    is_hidden: bool = False
    alias: str = ""


class FieldError(InvalidError):
    """One field of a form is wrong.

    Attributes:
        field: its name in the form.
    """

    code: ClassVar[str] = "invalid_field"

    def __init__(self, field: str, message: object) -> None:
        self.field = field
        super().__init__(message)
