"""What check-in tells upper floors."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class DayCheckedIn(Fact):
    """A member checked in for a business day."""

    name: ClassVar[str] = "checkin.checked_in"

    check_in_id: int
    streak_days: int
    total_days: int
    points: int
