"""Words of seats: occasions, tickets, what goes wrong."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.kernel.errors import ConflictError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person

KIND = "seat"
ATTENDED = "event.attended"
NAME_CHARS, PLACE_CHARS, ABOUT_CHARS = 120, 240, 600
MAX_SEATS = 100_000
MAX_HOURS = 24 * 60


class OccasionState(StrEnum):
    """Whether an occasion happens."""

    OPEN = "open"
    CALLED_OFF = "called_off"


class TicketState(StrEnum):
    """What became of a ticket. Checked in or not is a moment of its own."""

    HELD = "held"
    RETURNED = "returned"  # given back, taken back or lapsed: its seats are free again
    CALLED_OFF = "called_off"  # the occasion doesn't happen


@dataclass(frozen=True, slots=True, kw_only=True)
class OccasionDraft:
    """What staff say about an occasion.

    Attributes:
        seats: how many there are, over all ways to get one.
        return_hours: until so many hours before the start a seat may be given back; None: never.
    """

    name_zh: str
    name_en: str
    place_zh: str
    place_en: str
    starts_at: datetime
    seats: int
    about_zh: str = ""
    about_en: str = ""
    return_hours: int | None = 24


@dataclass(frozen=True, slots=True)
class Occasion:
    """An occasion with its figures.

    Attributes:
        taken: seats that somebody has.
        plan: counts changes of place or time.
    """

    id: int
    code: str
    state: OccasionState
    draft: OccasionDraft
    taken: int
    name: str
    place: str
    about: str
    plan: int = 1

    @property
    def left(self) -> int:
        """Return how many seats are free."""
        return self.draft.seats - self.taken


@dataclass(frozen=True, slots=True)
class Ticket:
    """A member's ticket.

    Attributes:
        places: how many seats it admits.
        source_kind: what it came with, and its number.
        giving: the key of what handed it over, with others perhaps.
    """

    id: int
    code: str
    state: TicketState
    places: int
    at: datetime
    checked_in_at: datetime | None
    source_kind: str | None
    source_id: int | None
    occasion: Occasion
    giving: str


@dataclass(frozen=True, slots=True)
class Guest:
    """A ticket with whose it is, as the team sees it."""

    ticket: Ticket
    person: Person


class NoSuchOccasionError(NotFoundError):
    """There is none of this code."""

    code = "seat_occasion_unknown"
    default_message = _l("There is no such event.")


class NoSuchTicketError(NotFoundError):
    """There is none of this code, or it is somebody else's."""

    code = "seat_ticket_unknown"
    default_message = _l("No ticket has this code. Look at each sign again.")


class TooFewSeatsError(InvalidError):
    """More seats are taken already."""

    code = "seat_too_few"
    default_message = _l("More seats than that are taken already.")


class OccasionOverError(ConflictError):
    """It was called off: nothing of it changes any more."""

    code = "seat_occasion_over"
    default_message = _l("This event has been called off.")


class TicketVoidError(ConflictError):
    """It admits nobody: given back, or the occasion was called off."""

    code = "seat_ticket_void"
    default_message = _l("This ticket is not valid any more.")
