"""Words of integrations."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from app.commerce.types import IdentityKind, OrderDraft, RefundDraft
from app.kernel.errors import ConflictError, DomainError, InvalidError
from app.kernel.i18n import lazy_gettext as _l


class Adapter(StrEnum):
    """Whose language a shop speaks."""

    GENERIC = "generic"  # our own JSON, signed as Standard Webhooks say
    WOOCOMMERCE = "woocommerce"
    SHOPIFY = "shopify"


ADAPTER_LABELS: Mapping[Adapter, object] = {
    Adapter.GENERIC: _l("Our own JSON (Standard Webhooks)"),
    Adapter.WOOCOMMERCE: _l("WooCommerce"),
    Adapter.SHOPIFY: _l("Shopify"),
}


class DeliveryState(StrEnum):
    """What became of a webhook that was let in."""

    WAITING = "waiting"
    DONE = "done"
    IGNORED = "ignored"  # about something that does not concern us
    KEPT = "kept"  # signed, but its content can't be read: staff see why


class Trouble(StrEnum):
    """Why a payload can't be taken, or need not be. Stable words: they stand in the database."""

    NOT_JSON = "not_json"
    MISSING = "missing"
    UNKNOWN_FIELD = "unknown_field"
    WRONG_TYPE = "wrong_type"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    BAD_VALUE = "bad_value"
    BAD_AMOUNT = "bad_amount"
    BAD_MOMENT = "bad_moment"
    IN_FUTURE = "in_future"
    TOTALS = "totals"
    CURRENCY = "currency"
    DELETED = "deleted"
    FAILED = "failed"
    # what need not be taken
    TOPIC = "topic"
    NOT_PAID = "not_paid"
    TEST = "test"
    EMPTY = "empty"
    BY_HAND = "by_hand"


TROUBLE_TEXTS: Mapping[Trouble, object] = {
    Trouble.NOT_JSON: _l("The body is no JSON."),
    Trouble.MISSING: _l("A field that must be there is missing."),
    Trouble.UNKNOWN_FIELD: _l("There is a field that we don't know."),
    Trouble.WRONG_TYPE: _l("A field holds the wrong kind of value."),
    Trouble.TOO_LONG: _l("A field is too long."),
    Trouble.TOO_MANY: _l("There are too many entries in one delivery."),
    Trouble.BAD_VALUE: _l("A field holds a value that we don't know."),
    Trouble.BAD_AMOUNT: _l("An amount can't be read."),
    Trouble.BAD_MOMENT: _l("A date can't be read."),
    Trouble.IN_FUTURE: _l("A date is still to come."),
    Trouble.TOTALS: _l("The lines don't add up to the total."),
    Trouble.CURRENCY: _l("There is no such currency."),
    Trouble.DELETED: _l(
        "The shop deleted this order and says nothing else. Cancel or refund it there, or settle "
        "its points by hand."
    ),
    Trouble.FAILED: _l("It went wrong here several times. Try again once the cause is gone."),
    Trouble.TOPIC: _l("It is about something else than orders."),
    Trouble.NOT_PAID: _l("The order is not paid yet; it comes again when it is."),
    Trouble.TEST: _l("It is a test order."),
    Trouble.EMPTY: _l("It names no order and no refund."),
    Trouble.BY_HAND: _l("A member of staff has dealt with it."),
}


class PayloadError(ValueError):
    """A payload can't be turned into orders.

    Attributes:
        trouble: what is wrong.
        path: where: ``orders[0].lines[2].paid``. Never a value: buyers stand in those.
    """

    def __init__(self, trouble: Trouble, path: str = "") -> None:
        self.trouble, self.path = trouble, path
        super().__init__(f"{trouble} {path}".strip())

    @property
    def reason(self) -> str:
        """Return both in one text that fits the inbox."""
        return f"{self.trouble.value} {self.path}".strip()[:120]


@dataclass(frozen=True, slots=True)
class Shop:
    """What an adapter must know of a channel.

    Attributes:
        currency: taken where a payload names none.
        identity_kind: what the buyer's key in this channel is.
        pseudonym: turns a contact into a lasting key that tells nothing (a keyed digest).
        latest: moments after this one are refused: clocks may differ by an hour.
    """

    code: str
    currency: str
    identity_kind: IdentityKind
    pseudonym: Callable[[str], str] = field(repr=False)
    latest: datetime


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a payload tells.

    Attributes:
        ignored: why there is nothing to take, where there is nothing.
        undated: numbers of refunds whose day the shop does not tell; ``refunded_at`` is a guess,
            and the day that is known already holds.
        complete: orders whose refunds are all told, and as of when: one that is known and not
            among them was taken back before that moment.
    """

    orders: tuple[OrderDraft, ...] = ()
    refunds: tuple[RefundDraft, ...] = ()
    ignored: Trouble | None = None
    undated: frozenset[str] = frozenset()
    complete: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A door for signed messages, as pages and the door itself need it."""

    code: str
    sealed_secret: str = field(repr=False)
    sealed_former: str | None = field(repr=False)
    is_on: bool
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointRow(DoorRow):
    """A channel's door for webhooks."""

    channel_id: int
    adapter: Adapter


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment of a mall order, as a payment service tells it.

    Attributes:
        order: the order's code as written there.
        minor: minor units, > 0.
        reference: the payment's number at the payment service.
    """

    order: str
    minor: int
    currency: str
    paid_at: datetime
    reference: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A webhook in the inbox.

    Attributes:
        trouble: why it was kept or ignored; ``path``: where in it.
        can_retry: its body is still there.
    """

    id: int
    delivery_id: str
    topic: str
    state: DeliveryState
    trouble: Trouble | None
    path: str
    attempts: int
    orders: int
    refunds: int
    received_at: datetime
    handled_at: datetime | None
    can_retry: bool


@dataclass(frozen=True, slots=True)
class PollRow:
    """Where polling of a channel stands; credentials stay sealed."""

    channel_id: int
    adapter: Adapter
    url: str
    is_on: bool
    polled_at: datetime | None
    failures: int
    error: str


class DeliveryConflictError(ConflictError):
    """The same delivery number came before with another body."""

    code: ClassVar[str] = "delivery_conflict"
    default_message = _l("This delivery number was used before, with another body.")


class SchemaError(InvalidError):
    """A body in our own JSON breaks its schema; the sender is told where."""

    code: ClassVar[str] = "schema"

    def __init__(self, error: PayloadError) -> None:
        self.path, self.trouble = error.path, error.trouble
        super().__init__(TROUBLE_TEXTS[error.trouble])


class SecretUnreadableError(DomainError):
    """The endpoint's secret was sealed under a house secret that is gone."""

    code: ClassVar[str] = "secret_unreadable"
    http_status: ClassVar[int] = 503
    default_message = _l("Signatures can't be checked right now.")


class BadSecretError(InvalidError):
    """What was typed is no usable secret."""

    code: ClassVar[str] = "bad_secret"
    default_message = _l("A secret has at least 16 characters.")


Json = Mapping[str, Any] | Sequence[Any]
