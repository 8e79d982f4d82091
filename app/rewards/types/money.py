"""Words for money that is paid outside and goes back outside."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.kernel.types import Person

PAYMENT_REF = "mall_payment"
BACK_REF = "mall_money_back"
MAX_NOTE = 300


class PaymentState(StrEnum):
    """What became of a payment that was told."""

    TAKEN = "taken"  # its order is paid
    KEPT = "kept"  # set aside for staff, with the reason
    BACK = "back"  # it is money to give back
    SETTLED = "settled"  # staff have dealt with it otherwise


class PaymentWhy(StrEnum):
    """Why a payment was set aside."""

    UNKNOWN = "unknown"  # there is no such order
    AMOUNT = "amount"
    CURRENCY = "currency"
    PAID = "paid"  # the order was paid before
    ENDED = "ended"  # the order had ended: the money goes back
    REFERENCE = "reference"  # the same reference came before, with other figures
    FAILED = "failed"  # the order could not go on, e.g. what it hands over is gone


class BackWhy(StrEnum):
    """Why money goes back."""

    ENDED = "ended"  # the order ended after it was paid
    LATE = "late"  # it was paid after the order had ended
    STAFF = "staff"  # a payment that fitted no order; staff decided


class Decision(StrEnum):
    """What staff do with a payment that was set aside."""

    TAKE = "take"  # its order counts as paid all the same
    GIVE_BACK = "give_back"
    DONE = "done"  # it is dealt with; nothing more is to be done


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One payment as a payment service told it; its signature was right.

    Attributes:
        delivery_id: the sender's number of the message.
        body_digest: SHA-256 of the raw body.
        order_code: as written by the sender.
        minor: minor units, > 0.
    """

    delivery_id: str
    body_digest: str
    order_code: str
    minor: int
    currency: str
    paid_at: datetime
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """Money that came outside for an order that can't use it, as staff note it by hand.

    Attributes:
        minor: minor units of the order's currency, > 0.
        note: how it came; only the team reads it.
    """

    order_code: str
    minor: int
    note: str
    request_key: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of it at once.

    Attributes:
        state: None: it was known before, and nothing changed.
        why: why it was set aside.
    """

    state: PaymentState | None
    why: PaymentWhy | None = None


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment that was set aside, as staff see it.

    Attributes:
        order_minor: what its order asks for; 0 without one.
        can_take: its order still waits for money.
    """

    id: int
    reference: str
    order_code: str
    minor: int
    currency: str
    why: PaymentWhy | None
    paid_at: datetime
    received_at: datetime
    order_id: int | None
    order_name: str
    order_minor: int
    order_currency: str
    owner: Person | None
    can_take: bool


@dataclass(frozen=True, slots=True)
class BackRow:
    """Money to give back, or that was given back.

    Attributes:
        reference: the payment's number at the payment service; empty where staff noted it by hand.
        owner: who paid; None where no order is known.
    """

    id: int
    minor: int
    currency: str
    why: BackWhy
    reference: str
    order_code: str
    order_name: str
    owner: Person | None
    made_at: datetime
    done_at: datetime | None
    done_by: Person | None
    note: str


@dataclass(frozen=True, slots=True)
class AskedRow:
    """An order whose owner asks for a refund."""

    code: str
    name: str
    count: int
    points: int
    minor: int
    currency: str
    state: str
    owner: Person
    asked_at: datetime
