"""Shields and make-up cards."""

from dataclasses import dataclass
from datetime import date, datetime

from app.checkin.types.kinds import Cause, Item
from app.kernel.types import Ref
from app.loyalty.types import Milestone


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of a member's stock.

    Attributes:
        amount: so many more; negative: fewer.
        source: what caused it; ``None``: nothing that has a page.
        points: what was paid for it.
        request_key: of the form that asked for it; the same key again changes nothing.
        at: when; default: now.
    """

    member_id: int
    item: Item
    amount: int
    cause: Cause
    source: Ref | None = None
    points: int = 0
    request_key: str | None = None
    actor_id: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MovementLine:
    """A change of a member's stock, as his page shows it."""

    id: int
    item: Item
    amount: int
    cause: Cause
    points: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CardsOwed:
    """Cards that a member's tier still has to bring this month.

    Attributes:
        more: so many.
        given_to_him: so many came to himself this month; with others' who were merged into him
            it makes what his tier brings.
    """

    more: int
    given_to_him: int


@dataclass(frozen=True, slots=True)
class Bought:
    """A purchase: how many of the item the member has now, and what it cost in points."""

    item: Item
    stock: int
    points: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class MakeUp:
    """What a make-up of a day would do, or has done.

    Attributes:
        streak_before, streak_after: days in a row up to today or yesterday.
        cards: cards at hand.
        due: milestones that it reaches, with what they pay.
        points: what the day itself earns.
        is_new: False when the day was kept already.
    """

    on: date
    streak_before: int
    streak_after: int
    cards: int
    due: tuple[Milestone, ...]
    points: int
    is_new: bool = True

    @property
    def earns(self) -> int:
        """Return the points in all."""
        return self.points + sum(step.points for step in self.due)
