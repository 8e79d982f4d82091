"""Words of commerce: states, kinds, fields, problems."""

from collections.abc import Mapping
from enum import StrEnum

from app.kernel.contacts import ContactKind
from app.kernel.i18n import lazy_gettext as _l

CHUNK_ROWS = 1000
"""About how many rows of a file are one transaction: others who write on SQLite wait as long."""


class OrderState(StrEnum):
    """Where an order stands."""

    PAID = "paid"
    DISPUTED = "disputed"  # came again with other figures; staff decide which ones hold


class IdentityKind(StrEnum):
    """What a channel's buyer column holds."""

    BUYER_ID = "buyer_id"
    PHONE = "phone"
    EMAIL = "email"


CONTACT_KEYS = {IdentityKind.PHONE: ContactKind.PHONE, IdentityKind.EMAIL: ContactKind.EMAIL}
"""Channels whose buyers are known by a contact: its digest is kept, not the contact."""


class CategoryMode(StrEnum):
    """Why people come back to a shelf."""

    REPLENISHMENT = "replenishment"  # they use it up and buy it again
    NOVELTY = "novelty"  # they look for what is new


class TagKind(StrEnum):
    """What a post has to do with a product."""

    SHOWN = "shown"
    REVIEW = "review"
    QUESTION = "question"
    PART = "part"  # one of the parts that a remix used


class LineKind(StrEnum):
    """What a line of an order is. Only goods earn points."""

    GOODS = "goods"
    SHIPPING = "shipping"
    GIFT_CARD = "gift_card"
    OTHER = "other"  # fees, deposits


class RefundPhase(StrEnum):
    """When a refund happened: the two have different causes and are counted apart."""

    BEFORE_SHIPPING = "before_shipping"
    AFTER_SHIPPING = "after_shipping"  # shipped, not known to have arrived
    AFTER_RECEIPT = "after_receipt"


class RefundState(StrEnum):
    """Whether a refund holds."""

    ACTIVE = "active"
    CANCELLED = "cancelled"  # the channel took it back: the money stayed


class StepKind(StrEnum):
    """What moved an order's points."""

    PLACED = "placed"
    REFUNDED = "refunded"
    REFUND_CANCELLED = "refund_cancelled"
    REFUND_CHANGED = "refund_changed"
    CORRECTED = "corrected"  # other figures hold
    CANCELLED = "cancelled"
    REVIVED = "revived"  # cancelled or withdrawn, and there again
    WITHDRAWN = "withdrawn"  # its import was rolled back


class Verdict(StrEnum):
    """What another version of a known order is."""

    DUPLICATE = "duplicate"  # nothing new, or older than what is known
    REPLACE = "replace"  # the channel's own later word
    REVIVE = "revive"  # withdrawn, and there again
    ASIDE = "aside"  # other figures, and nothing tells which hold: staff decide


class ClaimState(StrEnum):
    """What became of the wish to link an order."""

    PENDING = "pending"
    MATCHED = "matched"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class ClaimRefusal(StrEnum):
    """Why a claim was refused."""

    UNREADABLE = "unreadable"
    OTHER_PERSON = "other_person"
    NO_SUCH_ORDER = "no_such_order"


class FileKind(StrEnum):
    """What a file holds."""

    ORDERS = "orders"
    REFUNDS = "refunds"


class FileFormat(StrEnum):
    """How a file is written."""

    CSV = "csv"
    XLSX = "xlsx"


class DraftState(StrEnum):
    """Where an uploaded file stands before its import."""

    ARRIVING = "arriving"  # being turned into rows
    MAPPING = "mapping"  # columns are being chosen
    CHECKING = "checking"  # the dry run is going on
    CHECKED = "checked"  # waits for a yes
    IMPORTED = "imported"
    DROPPED = "dropped"
    REFUSED = "refused"  # could not be read


class Field(StrEnum):
    """What a file of orders or refunds can tell. Names of ``--mapping``."""

    REFUND = "refund"
    ORDER = "order"
    BUYER = "buyer"
    PAID_AT = "paid_at"
    TOTAL = "total"
    AMOUNT = "amount"
    REFUNDED_AT = "refunded_at"
    SKU = "sku"
    QTY = "qty"
    CURRENCY = "currency"
    ORDER_TOTAL = "order_total"
    PRICE = "price"
    SHIPPING = "shipping"
    NOT_MONEY = "not_money"
    LINE = "line"
    LINE_KIND = "line_kind"
    PHASE = "phase"
    STATE = "state"
    UPDATED_AT = "updated_at"
    SHIPPED_AT = "shipped_at"
    RECEIVED_AT = "received_at"
    PHONE = "phone"
    EMAIL = "email"


REQUIRED = (Field.ORDER, Field.BUYER, Field.PAID_AT, Field.TOTAL)

FIELDS_OF: Mapping[FileKind, tuple[Field, ...]] = {
    FileKind.ORDERS: (
        *REQUIRED,
        Field.SKU,
        Field.QTY,
        Field.CURRENCY,
        Field.ORDER_TOTAL,
        Field.PRICE,
        Field.SHIPPING,
        Field.NOT_MONEY,
        Field.LINE,
        Field.LINE_KIND,
        Field.STATE,
        Field.UPDATED_AT,
        Field.SHIPPED_AT,
        Field.RECEIVED_AT,
        Field.PHONE,
        Field.EMAIL,
    ),
    FileKind.REFUNDS: (
        Field.REFUND,
        Field.ORDER,
        Field.AMOUNT,
        Field.REFUNDED_AT,
        Field.LINE,
        Field.SKU,
        Field.QTY,
        Field.PHASE,
        Field.STATE,
        Field.UPDATED_AT,
        Field.CURRENCY,
    ),
}
REQUIRED_OF: Mapping[FileKind, tuple[Field, ...]] = {
    FileKind.ORDERS: REQUIRED,
    FileKind.REFUNDS: (Field.REFUND, Field.ORDER, Field.AMOUNT, Field.REFUNDED_AT),
}

FIELD_LABELS: Mapping[Field, object] = {
    Field.REFUND: _l("refund number"),
    Field.ORDER: _l("order number"),
    Field.BUYER: _l("buyer"),
    Field.PAID_AT: _l("day or moment of payment"),
    Field.TOTAL: _l("amount paid"),
    Field.AMOUNT: _l("amount refunded"),
    Field.REFUNDED_AT: _l("day or moment of the refund"),
    Field.SKU: _l("SKU"),
    Field.QTY: _l("quantity"),
    Field.CURRENCY: _l("currency"),
    Field.ORDER_TOTAL: _l("total of the whole order"),
    Field.PRICE: _l("price of one piece"),
    Field.SHIPPING: _l("shipping fee"),
    Field.NOT_MONEY: _l("paid with points or vouchers"),
    Field.LINE: _l("line number"),
    Field.LINE_KIND: _l("kind or name of the item"),
    Field.PHASE: _l("kind of refund"),
    Field.STATE: _l("state"),
    Field.UPDATED_AT: _l("last changed"),
    Field.SHIPPED_AT: _l("shipped"),
    Field.RECEIVED_AT: _l("received"),
    Field.PHONE: _l("buyer's phone"),
    Field.EMAIL: _l("buyer's e-mail"),
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
    CURRENCY_MIXED = "currency_mixed"
    OTHER_FIGURES = "other_figures"
    TOTAL_MISMATCH = "total_mismatch"
    AMOUNT_MERGED = "amount_merged"
    CELL_ERROR = "cell_error"
    ENCODING_MIXED = "encoding_mixed"
    NOT_PAID = "not_paid"
    REFUND_MISSING = "refund_missing"
    REFUND_MIXED = "refund_mixed"
    REFUND_PENDING = "refund_pending"


PROBLEM_TEXTS: Mapping[Problem, object] = {
    Problem.FIELDS: _l("This row has more or fewer values than the header has columns."),
    Problem.ORDER_MISSING: _l("The order number is missing."),
    Problem.ORDER_TOO_LONG: _l("The order number is longer than 128 characters."),
    Problem.ORDER_SHORTENED: _l(
        "A spreadsheet has shortened the order number (such as 1.2E+15): export it as text."
    ),
    Problem.ORDER_MIXED: _l("Rows of this order name different buyers, days or totals."),
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
    Problem.AMOUNT_NEGATIVE: _l("The amount is negative. Refunds go in by a file of refunds."),
    Problem.AMOUNT_TOO_BIG: _l("The amount is larger than any order can be."),
    Problem.QTY_BAD: _l("The quantity is no whole number from 1 to 1,000,000."),
    Problem.SKU_TOO_LONG: _l("The SKU is longer than 64 characters."),
    Problem.CURRENCY_UNKNOWN: _l("No such currency. Write its ISO code, such as CNY or USD."),
    Problem.CURRENCY_MIXED: _l("The currency changes within this order."),
    Problem.TOTAL_MISMATCH: _l("The lines of this order don't add up to its total."),
    Problem.AMOUNT_MERGED: _l(
        "This cell is merged over several rows, so nobody can tell each row's part. If it is the "
        "order's total, choose the column as that."
    ),
    Problem.CELL_ERROR: _l("The spreadsheet shows an error here, such as #N/A."),
    Problem.ENCODING_MIXED: _l("This row is written in another encoding than the rest."),
    Problem.NOT_PAID: _l("This order has not been paid. It comes in once it has."),
    Problem.REFUND_MISSING: _l("The refund number is missing."),
    Problem.REFUND_MIXED: _l("Rows of this refund contradict each other."),
    Problem.REFUND_PENDING: _l("This refund has not gone through. It comes in once it has."),
    Problem.OTHER_FIGURES: _l("This order is known with other figures. Staff decide which hold."),
}
