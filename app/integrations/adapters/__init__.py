"""Languages of shops, each turned into order and refund drafts by a pure function.

``parse(adapter, topic, body, shop)`` reads what a shop pushed; :mod:`polling` asks a shop for what
changed. Neither knows a database, a request or the network.
"""

from collections.abc import Callable

from app.integrations.adapters import generic, shopify, woocommerce
from app.integrations.adapters.payments import parse_payment
from app.integrations.types import Adapter, Parsed, Shop

__all__ = ["parse", "parse_payment"]

_READERS: dict[Adapter, Callable[[str, str, Shop], Parsed]] = {
    Adapter.GENERIC: generic.parse,
    Adapter.WOOCOMMERCE: woocommerce.parse,
    Adapter.SHOPIFY: shopify.parse,
}


def parse(adapter: Adapter, topic: str, body: str, shop: Shop) -> Parsed:
    """Return what a signed body tells.

    Raises:
        PayloadError: it can't be read; what is wrong and where.
    """
    return _READERS[adapter](topic, body, shop)
