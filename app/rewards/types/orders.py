"""What a purchase takes and gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.kernel.types import Ref
from app.rewards.types.kinds import Delivery, State, Why

ORDER_REF = "mall_order"
ITEM_REF = "mall_item"
MAX_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes. Personal: sealed at rest, seen by its owner and by who ships only."""

    name: str
    phone: str
    region: str  # province, city, district
    street: str
    postcode: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """Return it as it is written on a parcel."""
        place = " ".join(part for part in (self.region, self.postcode) if part)
        return tuple(line for line in (self.name, self.phone, place, self.street) if line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """What a member confirmed, as his page showed it.

    Attributes:
        slug: the item's address.
        variant_id: which kind; None: the only one.
        count: pieces.
        seen_points: the price in points for all pieces that he was shown.
        seen_minor: the same of the money part, in minor units.
        request_key: of the form; the same key again gives the first answer.
        address: where it goes; needed for parcels.
    """

    slug: str
    variant_id: int | None = None
    count: int = 1
    seen_points: int
    seen_minor: int = 0
    request_key: str
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """What became of it.

    Attributes:
        is_new: False when this request had been served before.
        points: what it costs in points, in all.
    """

    order_id: int
    code: str
    state: State
    points: int
    is_new: bool

    @property
    def ref(self) -> Ref:
        """Return the reference that leads to its page."""
        return Ref(ORDER_REF, self.order_id)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order in a member's list.

    Attributes:
        gone_back: pieces that went back alone; the others stay.
    """

    id: int
    code: str
    state: State
    name: str
    label: str
    count: int
    points: int
    minor: int
    currency: str
    made_at: datetime
    pay_by: datetime | None
    rest_from: datetime | None
    is_prize: bool
    gone_back: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order's way."""

    state: State
    at: datetime


@dataclass(frozen=True, slots=True)
class Shipment:
    """How an order travels."""

    carrier: str
    number: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MoneyBack:
    """Money of an order that goes back to who paid it.

    Attributes:
        done_at: when it went back; None: it is still to.
    """

    minor: int
    currency: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order's page.

    Attributes:
        paid_at: when its money part came.
        refund_asked_at: when its owner asked for a refund; ``refund_declined_at``: staff said no.
        money_back: what goes back to him of an order that has ended.
        address: where it goes; None: no parcel, not told yet, or erased.
        address_is_erased: it was told and is forgotten again.
        pay_url: where the money part is paid, if anywhere.
        where: where he finds what was handed over.
        returnable: (number, name) of the pieces of it that he may give back now.
    """

    line: OrderLine
    slug: str | None
    delivery: Delivery
    goods: str | None
    deposit_points: int
    ships_on: object | None
    why: Why | None
    steps: tuple[Step, ...]
    shipment: Shipment | None
    address: Address | None
    address_is_erased: bool
    pay_url: str
    paid_at: datetime | None = None
    refund_asked_at: datetime | None = None
    refund_declined_at: datetime | None = None
    money_back: tuple[MoneyBack, ...] = ()
    where: Ref | None = None
    returnable: Sequence[tuple[int, str]] = ()


def goods_key(order_id: int) -> str:
    """Return the key under which an order hands goods over."""
    return f"mall:{order_id}"
