"""Words of commerce: states, what a file holds, what an import did, errors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import DomainError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l

CHUNK_ROWS = 500
"""About how many rows of a file are one transaction."""


class OrderState(StrEnum):
    """Where an order stands."""

    PAID = "paid"
    DISPUTED = "disputed"  # came again with other figures; staff decide which ones hold


class IdentityKind(StrEnum):
    """What a channel's buyer column holds."""

    BUYER_ID = "buyer_id"
    PHONE = "phone"
    EMAIL = "email"


class Field(StrEnum):
    """What an order file can tell. Names of ``--mapping``."""

    ORDER = "order"
    BUYER = "buyer"
    PAID_AT = "paid_at"
    TOTAL = "total"
    SKU = "sku"
    QTY = "qty"
    CURRENCY = "currency"


REQUIRED = (Field.ORDER, Field.BUYER, Field.PAID_AT, Field.TOTAL)

FIELD_LABELS: Mapping[Field, object] = {
    Field.ORDER: _l("order number"),
    Field.BUYER: _l("buyer"),
    Field.PAID_AT: _l("day or moment of payment"),
    Field.TOTAL: _l("amount paid"),
    Field.SKU: _l("SKU"),
    Field.QTY: _l("quantity"),
    Field.CURRENCY: _l("currency"),
}


class BatchState(StrEnum):
    """Life of an import."""

    WAITING = "waiting"  # uploaded; the worker has not begun
    RUNNING = "running"  # begun; a killed one is taken up where it stopped
    DONE = "done"
    REFUSED = "refused"  # the file could not be read to its end


class Refusal(StrEnum):
    """Why an uploaded file was not imported to its end."""

    GONE = "gone"
    UNREADABLE = "unreadable"


REFUSAL_TEXTS: Mapping[Refusal, object] = {
    Refusal.GONE: _l("The uploaded file is gone. Upload it again; orders that came in stay."),
    Refusal.UNREADABLE: _l("The file can't be read any more. Upload it again."),
}


class IssueKind(StrEnum):
    """What is wrong with a row."""

    BAD = "bad"  # could not be read; the row is in the error file
    KEPT_ASIDE = "kept_aside"  # an order seen before with other figures


class IssueState(StrEnum):
    """What became of an issue."""

    NOTED = "noted"  # nothing to decide
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Problem(StrEnum):
    """Why a row is bad, or kept aside. Stable codes: they stand in the database."""

    FIELDS = "fields"
    ORDER_MISSING = "order_missing"
    ORDER_TOO_LONG = "order_too_long"
    ORDER_SHORTENED = "order_shortened"
    ORDER_MIXED = "order_mixed"
    ORDER_SPOILT = "order_spoilt"
    BUYER_MISSING = "buyer_missing"
    BUYER_TOO_LONG = "buyer_too_long"
    BUYER_NO_CONTACT = "buyer_no_contact"
    DATE_BAD = "date_bad"
    DATE_FUTURE = "date_future"
    AMOUNT_BAD = "amount_bad"
    AMOUNT_NEGATIVE = "amount_negative"
    AMOUNT_TOO_BIG = "amount_too_big"
    QTY_BAD = "qty_bad"
    SKU_TOO_LONG = "sku_too_long"
    CURRENCY_UNKNOWN = "currency_unknown"
    OTHER_FIGURES = "other_figures"


PROBLEM_TEXTS: Mapping[Problem, object] = {
    Problem.FIELDS: _l("This row has more or fewer values than the header has columns."),
    Problem.ORDER_MISSING: _l("The order number is missing."),
    Problem.ORDER_TOO_LONG: _l("The order number is longer than 128 characters."),
    Problem.ORDER_SHORTENED: _l(
        "A spreadsheet has shortened the order number (such as 1.2E+15): export it as text."
    ),
    Problem.ORDER_MIXED: _l("Rows of this order name different buyers, days or currencies."),
    Problem.ORDER_SPOILT: _l(
        "Another row of this order is wrong, so the whole order waits: its points need every row."
    ),
    Problem.BUYER_MISSING: _l("The buyer is missing."),
    Problem.BUYER_TOO_LONG: _l("The buyer is longer than 128 characters."),
    Problem.BUYER_NO_CONTACT: _l(
        "The buyer is no telephone number or e-mail address, as this channel delivers it."
    ),
    Problem.DATE_BAD: _l("This is no date. Write it as 2026-09-01 or 2026-09-01 12:30."),
    Problem.DATE_FUTURE: _l("This day is still to come."),
    Problem.AMOUNT_BAD: _l(
        "This is no amount. Write it with at most two decimals, such as 1234.50."
    ),
    Problem.AMOUNT_NEGATIVE: _l("The amount is negative. Refunds don't belong in an order file."),
    Problem.AMOUNT_TOO_BIG: _l("The amount is larger than any order can be."),
    Problem.QTY_BAD: _l("The quantity is no whole number from 1 to 1,000,000."),
    Problem.SKU_TOO_LONG: _l("The SKU is longer than 64 characters."),
    Problem.CURRENCY_UNKNOWN: _l("No such currency. Write its ISO code, such as CNY or USD."),
    Problem.OTHER_FIGURES: _l("This order is known with other figures. Staff decide which hold."),
}


# --- what stands in a file -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LineDraft:
    """One line of an order as a file tells it; ``paid_minor`` for all ``qty`` pieces."""

    sku: str | None
    qty: int
    paid_minor: int


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order as a file tells it.

    Attributes:
        external_id: the channel's order number (or the row number where there is none).
        buyer: the buyer as the channel knows him, in its one written form.
        paid_minor: the sum of its lines, in minor units (1/100) of ``currency``.
        row: number of its first row; 1 is the first row after the header.
        line_number: line of the file on which that row ends.
    """

    external_id: str
    buyer: str
    currency: str
    paid_minor: int
    paid_at: datetime
    lines: tuple[LineDraft, ...]
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


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece of a file that is imported whole: one order, or rows that are bad.

    Attributes:
        rows: how many rows of the file it uses up.
    """

    rows: int
    order: OrderDraft | None = None
    bad: tuple[BadRow, ...] = ()


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


@dataclass(frozen=True, slots=True)
class ChannelTotals:
    """What a channel's orders add up to; money in minor units."""

    orders: int
    buyers: int
    paid_minor: int
    points: int


# --- bulk doors for a demo -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeedProduct:
    """A product to be made in bulk; price in minor units of ``currency``."""

    sku: str
    name_zh: str
    name_en: str
    category: str
    price_minor: int
    currency: str = "CNY"


@dataclass(frozen=True, slots=True)
class SeedChannel:
    """A sales channel to be made in bulk."""

    code: str
    name: str
    return_window_days: int
    currency: str = "CNY"
    identity_kind: IdentityKind = IdentityKind.BUYER_ID


@dataclass(frozen=True, slots=True)
class SeedOrder:
    """A paid order to be made in bulk; it earns as an imported one does.

    Attributes:
        member_id: the buyer, where he is a member; else ``buyer`` names him in the channel.
    """

    channel_code: str
    external_id: str
    paid_at: datetime
    lines: tuple[LineDraft, ...]
    member_id: int | None = None
    buyer: str = ""
    currency: str | None = None


# --- errors --------------------------------------------------------------------------------------


class FileRefusedError(InvalidError):
    """A file can't be imported at all.

    Attributes:
        option: what to set differently: ``file``, ``mapping``, ``encoding`` or ``delimiter``.
        line_number: where in the file, if at one place.
        suggestion: a value that would work for ``option``, or empty.
    """

    code: ClassVar[str] = "file_refused"

    def __init__(
        self,
        message: object,
        *,
        option: str = "file",
        line_number: int | None = None,
        suggestion: str = "",
    ) -> None:
        self.option, self.line_number, self.suggestion = option, line_number, suggestion
        super().__init__(message)


class UnknownChannelError(NotFoundError):
    """There is no such sales channel."""

    code: ClassVar[str] = "unknown_channel"
    default_message = _l("There is no such sales channel.")


class AlreadyDecidedError(DomainError):
    """Somebody has decided this kept-aside order already, or it has changed since."""

    code: ClassVar[str] = "already_decided"
    default_message = _l("Somebody has decided this order already. Reload to see how.")


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
