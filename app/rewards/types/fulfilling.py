"""What staff who pack and ship see and are told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.kernel.types import Person
from app.rewards.types.kinds import Delivery, State, Why


class Sent(StrEnum):
    """What became of one line of tracking numbers."""

    SHIPPED = "shipped"
    BEFORE = "before"  # it had this very number already
    CORRECTED = "corrected"  # another number than before
    UNKNOWN = "unknown"  # no such order
    NOT_NOW = "not_now"  # it is not to be shipped: cancelled, waiting, received
    NO_CODE = "no_code"  # the line names no order
    NO_NUMBER = "no_number"  # no number, or one that a spreadsheet has rounded
    NO_CARRIER = "no_carrier"
    TWICE = "twice"  # another line of the same paste names this order


DONE_WELL = frozenset({Sent.SHIPPED, Sent.BEFORE, Sent.CORRECTED})


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was pasted.

    Attributes:
        fault: what is wrong with it before anything is looked up; None: nothing.
    """

    number: int
    text: str
    code: str = ""
    carrier: str = ""
    tracking: str = ""
    fault: Sent | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """An order on the board, or one whose goods were handed over.

    Attributes:
        has_address: it is known where it goes, and was not erased.
        points, minor: what all of its pieces cost.
        paid_at: when the money part came.
        gone_back: pieces that went back alone.
    """

    id: int
    code: str
    state: State
    name: str
    pieces: int
    owner: Person
    is_prize: bool
    made_at: datetime
    changed_at: datetime
    why: Why | None
    carrier: str
    tracking: str
    has_address: bool
    delivery: Delivery = Delivery.POST
    points: int = 0
    minor: int = 0
    currency: str = ""
    paid_at: datetime | None = None
    gone_back: int = 0


@dataclass(frozen=True, slots=True)
class Pick:
    """How many of one kind of thing are to be taken from the shelf."""

    name: str
    variant: str
    pieces: int
    orders: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of many orders.

    Attributes:
        moved: how many went on.
        before: how many a colleague had moved there already.
        refused: codes of those that could not.
    """

    moved: int
    before: int
    refused: tuple[str, ...]
