"""What can happen in a year, as plain facts."""

from dataclasses import dataclass
from datetime import date, datetime

from app.demo.content.types import Channel, Person, Post, Product


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody became a member; ``member`` counts from 0 in the order of joining."""

    at: datetime
    member: int
    person: Person


@dataclass(frozen=True, slots=True)
class Followed:
    """A member followed another one."""

    at: datetime
    member: int
    whom: int


@dataclass(frozen=True, slots=True)
class Posted:
    """A thread was opened; ``thread`` counts from 0, ``pictures`` are subjects, cover first."""

    at: datetime
    thread: int
    member: int
    post: Post
    pictures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply; ``reply`` counts from 1 within its thread."""

    at: datetime
    thread: int
    reply: int
    member: int
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Liked:
    """A member liked a thread (``reply`` 0) or one of its replies, once each."""

    at: datetime
    thread: int
    reply: int
    member: int


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """A member checked in on a business day."""

    at: datetime
    on: date
    member: int


@dataclass(frozen=True, slots=True)
class Line:
    """So many of one product."""

    product: Product
    quantity: int

    @property
    def total_minor(self) -> int:
        """Return what the line costs, in fen."""
        return self.product.price_minor * self.quantity


@dataclass(frozen=True, slots=True)
class Ordered:
    """An order was paid; ``order`` counts from 0.

    Attributes:
        at: when it was paid.
        order: its place in the plan.
        number: the channel's order number.
        channel: where.
        buyer: one and the same person's orders have one and the same buyer number.
        member: the member who bought, or None for somebody known only as a buyer.
        lines: what was bought.
    """

    at: datetime
    order: int
    number: str
    channel: Channel
    buyer: int
    member: int | None
    lines: tuple[Line, ...]

    @property
    def total_minor(self) -> int:
        """Return what the order costs, in fen."""
        return sum(line.total_minor for line in self.lines)


Happening = Joined | Followed | Posted | Replied | Liked | CheckedIn | Ordered
