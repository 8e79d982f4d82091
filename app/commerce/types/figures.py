"""Figures of an order, and what they come to: plain values for pure rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.commerce.types.words import LineKind, StepKind


@dataclass(frozen=True, slots=True)
class OrderFigures:
    """What of an order decides its points.

    Attributes:
        paid_minor: gross, in minor units of ``currency``.
        not_money_minor: the part paid with points, vouchers or gift cards.
        is_void: cancelled or withdrawn: earns nothing.
        is_foreign: paid in another currency than its channel's: no rule says what that earns.
    """

    paid_minor: int
    currency: str
    not_money_minor: int = 0
    is_void: bool = False
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What of a line decides points."""

    line_no: int
    sku: str | None
    external_id: str | None
    qty: int
    paid_minor: int
    kind: LineKind


@dataclass(frozen=True, slots=True)
class RefundFigures:
    """What of a refund decides points. ``line_ref`` is empty where the whole order is meant."""

    id: int
    external_id: str
    amount_minor: int
    currency: str
    line_ref: str
    qty: int
    refunded_at: datetime
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class LineStanding:
    """Where a line stands: ``refunded_minor`` ≤ ``paid_minor``, ``refunded_qty`` ≤ ``qty``."""

    line_no: int
    kind: LineKind
    qty: int
    paid_minor: int
    refunded_minor: int
    refunded_qty: int

    @property
    def left_minor(self) -> int:
        """Return what of it stays paid."""
        return self.paid_minor - self.refunded_minor

    @property
    def earns(self) -> bool:
        """Return whether this line's kind earns points."""
        return self.kind is LineKind.GOODS


@dataclass(frozen=True, slots=True)
class RefundStanding:
    """What of a refund counts, and the one line it is for, if it is for one."""

    effective_minor: int
    line_no: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order stands, computed from its current rows alone.

    Attributes:
        gross_minor: what was paid.
        refunded_minor: how much of it came back; never more than was paid.
        earning_minor: what its points are computed from.
        refunds: by refund id.
    """

    gross_minor: int
    refunded_minor: int
    earning_minor: int
    lines: tuple[LineStanding, ...]
    refunds: Mapping[int, RefundStanding]

    @property
    def net_minor(self) -> int:
        """Return what stays paid."""
        return self.gross_minor - self.refunded_minor


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """What must be known of a stored order to judge another version of it."""

    fingerprint: str
    source_at: datetime | None
    currency: str
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class RefundVersion:
    """What ranks versions of one refund: the greatest one holds, whatever came first.

    Attributes:
        told_at: when the channel itself last changed it; None ranks below every moment.
    """

    told_at: datetime | None
    is_cancelled: bool
    amount_minor: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened to an order and may move its points.

    Attributes:
        kind: what it is in the order's story; None: nothing that anybody could see.
        refund_id: the refund, where it is about one.
        effective_before: what of that refund counted before, in minor units.
    """

    order_id: int
    kind: StepKind | None
    refund_id: int | None = None
    effective_before: int = 0


@dataclass(frozen=True, slots=True)
class PlacedRefunds:
    """What became of some refunds.

    Attributes:
        new: not known before.
        changed: known, now with another amount, state or order.
        duplicates: nothing new, or older than what is known.
        waiting: of the new and changed ones, those whose order has not come yet.
        refused: impossible ones (a negative amount, no number); nothing was written for them.
    """

    new: int = 0
    changed: int = 0
    duplicates: int = 0
    waiting: int = 0
    refused: int = 0
