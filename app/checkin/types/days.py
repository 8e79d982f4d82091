"""Check-ins, streaks, calendars."""

from dataclasses import dataclass
from datetime import date, datetime

from app.checkin.types.kinds import DayKind, DayState
from app.checkin.types.rules import Rules
from app.kernel.types import Person
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
        saved_days: missed days that shields saved just now.
        shield_earned: today's day brought a shield.
        place: 1 to 3 among the first of the day; 0 for everybody after them.
    """

    streak_days: int
    total_days: int
    award: Award
    is_new: bool
    milestone: Milestone | None = None
    saved_days: int = 0
    shield_earned: bool = False
    place: int = 0


@dataclass(frozen=True, slots=True)
class SeedCheckIn:
    """A check-in of the past, for demo data and imports."""

    member_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Streak:
    """A member's kept days summed up.

    Attributes:
        current_days: days in a row up to ``last_on``; days that a shield saved join them and are
            not counted.
        total_days: days ever, without those that a shield saved.
        last_on: the last kept day.
        paid_days: the highest milestone that this run was paid.
    """

    current_days: int
    longest_days: int
    total_days: int
    last_on: date
    paid_days: int = 0


@dataclass(frozen=True, slots=True)
class KeptDay:
    """One kept day, as the streak is counted from it.

    Attributes:
        paid_days: the highest milestone that was paid on it; 0: none.
    """

    on: date
    kind: DayKind = DayKind.DONE
    paid_days: int = 0


@dataclass(frozen=True, slots=True)
class Tap:
    """What a check-in does: pure, decided before anything is written.

    Attributes:
        streak: as it stands afterwards.
        saved: missed days that shields save.
        due: milestones to be paid now, ascending.
        earns_shield: the day brings a shield.
    """

    streak: Streak
    saved: tuple[date, ...]
    due: tuple[int, ...]
    earns_shield: bool


@dataclass(frozen=True, slots=True)
class State:
    """Everything that decides about a member's next check-in."""

    streak: Streak | None
    shields: int
    cards: int
    rules: Rules
    honours_given: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a strip or a calendar.

    Attributes:
        is_gift: a milestone falls on it if no day is left out until then.
        can_be_made_up: missed, and a card would reach it.
    """

    on: date
    state: DayState
    is_gift: bool = False
    can_be_made_up: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member's streak stands today.

    Attributes:
        streak_days: days in a row up to today or yesterday; 0 when a day was left out.
        is_done: checked in today.
        shields: shields at hand.
        cards: make-up cards at hand.
        waiting_days: missed days up to yesterday that shields save with the next check-in.
    """

    streak_days: int
    longest_days: int
    total_days: int
    is_done: bool
    shields: int = 0
    cards: int = 0
    waiting_days: int = 0


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
        rules: what the operator decided.
    """

    today: date
    standing: Standing
    week: tuple[Day, ...]
    points: int
    next_step: Step | None
    rules: Rules


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the check-in page shows.

    Attributes:
        month: first day of the month shown.
        weeks: Monday first; None outside the month.
        previous: first day of the month before; None before the first check-in.
        next: first day of the month after; None in the present month.
        done_days: counted days in the month shown.
        open_day: the newest missed day that a card reaches, in any month; None: there is none.
        honours: the first of today, in their order.
    """

    hero: Hero
    month: date
    weeks: tuple[tuple[Day | None, ...], ...]
    previous: date | None
    next: date | None
    done_days: int
    steps: tuple[Step, ...]
    open_day: date | None = None
    honours: tuple["Honour", ...] = ()


@dataclass(frozen=True, slots=True)
class Honour:
    """One of the first three of a business day."""

    place: int
    person: Person
    at: datetime
