"""What can happen in a year, as plain facts."""

from dataclasses import dataclass
from datetime import date, datetime

from app.commerce.types import TagKind
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
class Tag:
    """A product that a thread carries.

    Attributes:
        good: slug of the product.
        stars: of a review, 1 to 5.
    """

    good: str
    kind: TagKind = TagKind.SHOWN
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A thread was opened; ``thread`` counts from 0, ``pictures`` are subjects, cover first."""

    at: datetime
    thread: int
    member: int
    post: Post
    pictures: tuple[str, ...]
    tags: tuple[Tag, ...] = ()


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
        shipped_at: when it left; None: not yet, or never.
        received_at: when it arrived, likewise.
    """

    at: datetime
    order: int
    number: str
    channel: Channel
    buyer: int
    member: int | None
    lines: tuple[Line, ...]
    shipped_at: datetime | None = None
    received_at: datetime | None = None

    @property
    def total_minor(self) -> int:
        """Return what the order costs, in fen."""
        return sum(line.total_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money went back for an order, all of it or some.

    Attributes:
        number: the channel's number of the refund.
        amount_minor: what went back, in fen.
        sku: the line it was for; empty: the whole order.
        quantity: pieces that came back.
    """

    at: datetime
    order: Ordered
    number: str
    amount_minor: int
    sku: str = ""
    quantity: int = 0

    @property
    def member(self) -> int | None:
        """Return the member who had bought, if he is one."""
        return self.order.member


Happening = Joined | Followed | Posted | Replied | Liked | CheckedIn | Ordered | Refunded
