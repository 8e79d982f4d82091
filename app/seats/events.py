"""What seats tell upper floors."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class SeatGiven(Fact):
    """A member got seats."""

    name: ClassVar[str] = "seats.given"

    ticket_id: int
    occasion_id: int
    places: int


@dataclass(frozen=True, slots=True)
class SeatReturned(Fact):
    """Seats became free again, or their occasion was called off."""

    name: ClassVar[str] = "seats.returned"

    ticket_id: int
    occasion_id: int
    state: str


@dataclass(frozen=True, slots=True)
class SeatCheckedIn(Fact):
    """Somebody came; ``is_undone`` takes it back."""

    name: ClassVar[str] = "seats.checked_in"

    ticket_id: int
    occasion_id: int
    is_undone: bool = False
