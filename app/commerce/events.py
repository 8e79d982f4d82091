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
    """Other figures hold for an order, by its channel's later word or by staff.

    Its points moved by the difference.
    """

    name: ClassVar[str] = "order.corrected"

    order_id: int
    revision: int
    paid_minor: int
    currency: str
    points: int
    moved_points: int


@dataclass(frozen=True, slots=True)
class OrderRefunded(Fact):
    """Money went back for an order. It happened when the channel says.

    Attributes:
        line_no: the line it was for; None: the whole order, or an item on several lines.
        effective_minor: what of it counts, in minor units of ``currency``.
        points: by how many the order's points moved: 0 or less.
    """

    name: ClassVar[str] = "order.refunded"

    order_id: int
    refund_id: int
    line_no: int | None
    effective_minor: int
    currency: str
    phase: str
    points: int


@dataclass(frozen=True, slots=True)
class RefundChanged(Fact):
    """A known refund is another amount now; ``points`` is by how many the order's moved."""

    name: ClassVar[str] = "order.refund_changed"

    order_id: int
    refund_id: int
    line_no: int | None
    effective_minor: int
    currency: str
    points: int


@dataclass(frozen=True, slots=True)
class RefundCancelled(Fact):
    """A refund was taken back, its money stayed paid; ``points`` came back: 0 or more."""

    name: ClassVar[str] = "order.refund_cancelled"

    order_id: int
    refund_id: int
    effective_minor: int
    currency: str
    points: int


@dataclass(frozen=True, slots=True)
class OrderCancelled(Fact):
    """The channel cancelled a whole order; ``points`` is by how many its points moved."""

    name: ClassVar[str] = "order.cancelled"

    order_id: int
    paid_minor: int
    currency: str
    points: int


@dataclass(frozen=True, slots=True)
class OrderWithdrawn(Fact):
    """The import that had brought an order was rolled back; the order counts as nothing."""

    name: ClassVar[str] = "order.withdrawn"

    order_id: int
    paid_minor: int
    currency: str
    points: int


@dataclass(frozen=True, slots=True)
class OrderRevived(Fact):
    """A cancelled or withdrawn order counts again; ``points`` is by how many its points moved."""

    name: ClassVar[str] = "order.revived"

    order_id: int
    paid_minor: int
    currency: str
    points: int


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
class ProductVisited(Fact):
    """Somebody left for a shop to look at a product; from a post, or from the product's page."""

    name: ClassVar[str] = "product.visited"

    product_id: int
    channel_id: int
    thread_id: int | None


@dataclass(frozen=True, slots=True)
class ImportRolledBack(Fact):
    """An import was rolled back: what it had brought in counts as nothing."""

    name: ClassVar[str] = "orders.import_rolled_back"

    batch_id: int
    channel_id: int
    withdrawn: int
