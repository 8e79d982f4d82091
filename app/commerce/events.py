"""Facts that commerce tells."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class OrderPaid(Fact):
    """A paid order became known. It happened on the day of payment; money in minor units."""

    name: ClassVar[str] = "order.paid"

    order_id: int
    channel_id: int
    paid_minor: int
    currency: str
    pieces: int
    points: int


@dataclass(frozen=True, slots=True)
class OrderCorrected(Fact):
    """Staff accepted other figures for an order; its points moved by the difference."""

    name: ClassVar[str] = "order.corrected"

    order_id: int
    revision: int
    paid_minor: int
    currency: str
    points: int
    moved_points: int


@dataclass(frozen=True, slots=True)
class ImportFinished(Fact):
    """A file of orders was imported to its end."""

    name: ClassVar[str] = "orders.import_finished"

    batch_id: int
    channel_id: int
    new: int
    duplicate: int
    changed: int
    bad: int


@dataclass(frozen=True, slots=True)
class ImportRolledBack(Fact):
    """An import was rolled back: what it had brought in counts as nothing."""

    name: ClassVar[str] = "orders.import_rolled_back"

    batch_id: int
    channel_id: int
    withdrawn: int
