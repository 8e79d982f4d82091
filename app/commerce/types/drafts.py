"""What a file or a webhook tells, and what became of it."""

from dataclasses import dataclass, field
from datetime import date, datetime

from app.commerce.types.words import (
    BatchState,
    FileKind,
    IdentityKind,
    LineKind,
    Problem,
    RefundPhase,
    Refusal,
)
from app.kernel.types import record


@record(frozen=True, slots=True)
class LineDraft:
    """One line of an order as a file or a shop tells it; ``paid_minor`` for all ``qty`` pieces.

    Attributes:
        kind: only goods earn points.
        external_id: the shop's own number of the line, where it has one.
    """

    sku: str | None
    qty: int
    paid_minor: int
    kind: LineKind = LineKind.GOODS
    external_id: str | None = None


@record(frozen=True, slots=True)
class OrderDraft:
    """An order as a file or a shop tells it: always the whole order.

    Attributes:
        external_id: the channel's order number (or the row number where there is none).
        buyer: the buyer as the channel knows him, in its one written form.
        paid_minor: the sum of its lines, in minor units (1/100) of ``currency``.
        row: number of its first row; 1 is the first row after the header.
        line_number: line of the file on which that row ends.
        updated_at: when the channel itself last changed it. Of two versions that both tell, the
            later one holds by itself; where one does not tell, staff decide.
        not_money_minor: the part paid with points, vouchers or gift cards; earns nothing.
        is_cancelled: the channel cancelled the whole order.
        phone: the buyer's telephone as the channel tells it: finds people, is not kept.
        email: likewise.
        printed_number: what the buyer reads in letters, where ``external_id`` is another number.
    """

    external_id: str
    buyer: str
    currency: str
    paid_minor: int
    paid_at: datetime
    lines: tuple[LineDraft, ...]
    row: int = 0
    line_number: int = 0
    updated_at: datetime | None = None
    not_money_minor: int = 0
    is_cancelled: bool = False
    shipped_at: datetime | None = None
    received_at: datetime | None = None
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    printed_number: str = ""


@dataclass(frozen=True, slots=True)
class RefundDraft:
    """A refund as a file or a shop tells it; it may come before its order.

    Attributes:
        external_id: the channel's own number of the refund.
        order_external_id: the order, as the channel calls it.
        amount_minor: what went back, in minor units of ``currency``, >= 0.
        line_ref: the line: its number at the channel, or its SKU; empty: the whole order.
        qty: pieces that came back; 0 where nothing came back or nobody told.
        phase: when it happened; None: to be read off the order's own dates.
        is_cancelled: the channel took the refund back.
        updated_at: when the channel itself last changed it; the later version holds.
    """

    external_id: str
    order_external_id: str
    currency: str
    amount_minor: int
    refunded_at: datetime
    line_ref: str = ""
    qty: int = 0
    phase: RefundPhase | None = None
    is_cancelled: bool = False
    updated_at: datetime | None = None
    row: int = 0
    line_number: int = 0


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that can't become part of an order.

    Attributes:
        column: header of the wrong cell, or empty where the whole row is wrong.
        cells: the row as it stands in the file, for the error file only.
    """

    row: int
    line_number: int
    problem: Problem
    column: str = ""
    cells: tuple[str, ...] = field(default=(), repr=False)


@record(frozen=True, slots=True)
class Unit:
    """The smallest piece of a file that is imported whole: an order, refunds, or rows that are bad.

    Attributes:
        rows: how many rows of the file it uses up.
    """

    rows: int
    order: OrderDraft | None = None
    bad: tuple[BadRow, ...] = ()
    refunds: tuple[RefundDraft, ...] = ()


# --- what an import did --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a file. Orders, except ``bad``: rows.

    Attributes:
        changed: seen before, now with another total, buyer, day or currency.
        kept_aside: of these, newly laid aside for staff.
    """

    new: int = 0
    duplicate: int = 0
    changed: int = 0
    kept_aside: int = 0
    bad: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.new + other.new,
            self.duplicate + other.duplicate,
            self.changed + other.changed,
            self.kept_aside + other.kept_aside,
            self.bad + other.bad,
        )


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A sales channel.

    Attributes:
        return_window_days: how many days after the day of payment an order may come back.
        currency: taken where a file names none.
    """

    id: int
    code: str
    name: str
    return_window_days: int
    currency: str
    identity_kind: IdentityKind


@dataclass(frozen=True, slots=True)
class Batch:
    """One import of one file.

    Attributes:
        position: rows done; everything up to here is committed.
        rows: rows of the file; None until it has been counted.
        rollback_at: when it was asked to be rolled back; the worker does it.
        rolled_back_at: when that was done.
        withdrawn: orders or refunds that count as nothing since.
    """

    id: int
    code: str
    channel_id: int
    file_name: str
    state: BatchState
    position: int
    rows: int | None
    counts: Counts
    started_at: datetime
    finished_at: datetime | None
    refusal: Refusal | None = None
    kind: FileKind = FileKind.ORDERS
    rollback_at: datetime | None = None
    rolled_back_at: datetime | None = None
    rollback_by: int | None = None
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class ChannelTotals:
    """What a channel's orders add up to; money in minor units."""

    orders: int
    buyers: int
    paid_minor: int
    points: int


@dataclass(frozen=True, slots=True)
class KeptAside:
    """The figures of a disputed order: those that hold and those that came."""

    issue_id: int
    order_id: int
    code: str
    external_id: str
    channel: str
    old_paid_minor: int
    old_currency: str
    old_paid_at: datetime
    new_paid_minor: int
    new_currency: str
    new_paid_at: datetime
    is_other_buyer: bool
    seen_at: datetime
    window_ends_on: date
