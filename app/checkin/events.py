"""What check-in tells upper floors."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class DayCheckedIn(Fact):
    """A member checked in for a business day.

    Attributes:
        points: earned, milestones included.
        saved_days: missed days that shields saved with it.
        place: 1 to 3 among the first of the day, else 0.
    """

    name: ClassVar[str] = "checkin.checked_in"

    check_in_id: int
    streak_days: int
    total_days: int
    points: int
    saved_days: int = 0
    place: int = 0


@dataclass(frozen=True, slots=True)
class DayMadeUp(Fact):
    """A member made up a missed day with a card.

    Attributes:
        streak_days: his streak as it stands now.
        points: earned by the day and by milestones that it reached.
    """

    name: ClassVar[str] = "checkin.made_up"

    check_in_id: int
    streak_days: int
    total_days: int
    points: int


@dataclass(frozen=True, slots=True)
class SaverBought(Fact):
    """A member bought a shield or a card with points."""

    name: ClassVar[str] = "checkin.saver_bought"

    movement_id: int
    item: str
    points: int


@dataclass(frozen=True, slots=True)
class DayGranted(Fact):
    """Staff granted a day to many; told once, when it is done."""

    name: ClassVar[str] = "checkin.day_granted"

    grant_id: int
    scope: str
    points: int
    members: int


@dataclass(frozen=True, slots=True)
class GrantUndone(Fact):
    """A granted day was taken back; told once, when it is done."""

    name: ClassVar[str] = "checkin.grant_undone"

    grant_id: int
    members: int


@dataclass(frozen=True, slots=True)
class CheckInRulesSet(Fact):
    """The operator set the rules of check-in anew."""

    name: ClassVar[str] = "checkin.rules_set"

    version: int
