"""Words of going to a shop, and of the orders that came from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class By(StrEnum):
    """What clicks and orders are added up by."""

    POST = "post"
    PRODUCT = "product"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Shop:
    """A channel in which a product is sold.

    Attributes:
        price_minor: the lowest price there of what is no trial pack.
        is_online: there is an address to go to.
        is_habitual: where the member buys most.
    """

    product_id: int
    product_slug: str
    channel_id: int
    channel_code: str
    channel_name: str
    price_minor: int
    currency: str
    is_online: bool
    is_habitual: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody on his way to a shop."""

    channel_name: str
    product_slug: str
    name_zh: str
    name_en: str
    url: str | None

    def name(self, locale: str) -> str:
        """Return the product's name in a language."""
        return self.name_zh if locale.startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class Visit:
    """A click as crediting sees it."""

    id: int
    product_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Bought:
    """A line of an order as crediting sees it."""

    order_id: int
    line_no: int
    product_id: int
    paid_at: datetime


@dataclass(frozen=True, slots=True)
class Money:
    """What orders brought in one currency, in minor units; net is less what came back."""

    currency: str
    gross_minor: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class Path:
    """What led to shops, and what came of it.

    Attributes:
        key: id of the post, product or channel; 0 for clicks on products' own pages.
        name: of the product or channel; empty for posts.
    """

    key: int
    name: str
    clicks: int
    orders: int
    money: Sequence[Money]
