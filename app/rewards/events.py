"""What the mall tells upper floors."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class Redeemed(Fact):
    """A member redeemed something, or was given it.

    Attributes:
        points: what it costs in points, in all; 0: a prize.
        minor: what it costs in money besides.
        state: where the order begins.
    """

    name: ClassVar[str] = "mall.redeemed"

    order_id: int
    item_id: int
    count: int
    points: int
    minor: int
    state: str


@dataclass(frozen=True, slots=True)
class OrderMoved(Fact):
    """An order went on."""

    name: ClassVar[str] = "mall.order_moved"

    order_id: int
    item_id: int
    was: str
    state: str


@dataclass(frozen=True, slots=True)
class OrderEnded(Fact):
    """An order was cancelled or refunded.

    Attributes:
        points: what came back.
    """

    name: ClassVar[str] = "mall.order_ended"

    order_id: int
    item_id: int
    state: str
    why: str
    points: int


@dataclass(frozen=True, slots=True)
class OrderPartEnded(Fact):
    """Some pieces of an order went back; the others stay with the member.

    Attributes:
        points: what came back.
    """

    name: ClassVar[str] = "mall.order_part_ended"

    order_id: int
    item_id: int
    pieces: int
    why: str
    points: int


@dataclass(frozen=True, slots=True)
class LotsDrawn(Fact):
    """Lots were drawn for a drop."""

    name: ClassVar[str] = "mall.lots_drawn"

    item_id: int
    entries: int
    winners: int
