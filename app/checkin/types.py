"""Check-in's words."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.loyalty.types import Award, Milestone


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """Today's check-in.

    Attributes:
        streak_days: days in a row, today included.
        total_days: all days ever.
        award: what the day's check-in earned, milestone included; a second tap is told the same.
        is_new: False when the member had already checked in today.
        milestone: the ladder step that today reached, or None.
    """

    streak_days: int
    total_days: int
    award: Award
    is_new: bool
    milestone: Milestone | None = None


@dataclass(frozen=True, slots=True)
class SeedCheckIn:
    """A check-in of the past, for demo data and imports."""

    member_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Streak:
    """A member's check-ins summed up.

    Attributes:
        current_days: days in a row up to ``last_on``.
    """

    current_days: int
    longest_days: int
    total_days: int
    last_on: date


class DayState(StrEnum):
    """What a day in a calendar is, as the macros call it."""

    DONE = "done"
    TODAY = "today"  # not yet checked in
    TODAY_DONE = "today-done"
    MISSED = "missed"
    FUTURE = "future"  # or before the member's first check-in: just a number


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a strip or a calendar.

    Attributes:
        is_gift: a milestone falls on it if no day is left out until then.
    """

    on: date
    state: DayState
    is_gift: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member's streak stands today.

    Attributes:
        streak_days: days in a row up to today or yesterday; 0 when a day was left out.
        is_done: checked in today.
    """

    streak_days: int
    longest_days: int
    total_days: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone as the ladder shows it; ``state`` is reached, next or ahead."""

    days: int
    points: int
    state: str


@dataclass(frozen=True, slots=True)
class Hero:
    """What the home page's card shows.

    Attributes:
        points: what a check-in earns, without a milestone.
        next_step: the next milestone, or None after the last.
    """

    today: date
    standing: Standing
    week: tuple[Day, ...]
    points: int
    next_step: Step | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the check-in page shows.

    Attributes:
        month: first day of the month shown.
        weeks: Monday first; None outside the month.
        previous: first day of the month before; None before the first check-in.
        next: first day of the month after; None in the present month.
        done_days: check-ins in the month shown.
    """

    hero: Hero
    month: date
    weeks: tuple[tuple[Day | None, ...], ...]
    previous: date | None
    next: date | None
    done_days: int
    steps: tuple[Step, ...]
