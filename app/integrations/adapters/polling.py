"""Asking a shop for what changed: the same orders as by webhook, page by page.

A poller takes where it has got to and returns what one request told and where that leads. Pages
overlap on purpose: an order that is read twice changes nothing, one that is skipped is lost.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from app.integrations.adapters import shopify, woocommerce
from app.integrations.adapters.reading import Node, load, load_all
from app.integrations.types import Adapter, Parsed, PayloadError, Shop
from app.kernel.outbound import Answer, Asked, Fetch

OVERLAP = timedelta(minutes=2)  # a shop shows a change a moment after the time it gives it
WOO_PAGE = 100
SHOPIFY_PAGE = 250
SHOPIFY_VERSION = "2026-07"
STALE = "status 400"
NEXT = re.compile(r'<([^<>]+)>\s*;\s*rel="?next"?')

Cursor = Mapping[str, Any]
ReadOrder = Callable[[Node, Shop], Parsed]


class PollError(Exception):
    """The shop did not answer with orders.

    Attributes:
        reason: ``status 401``, ``body``, ``link``; never what it answered.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Account:
    """Where a shop is and what opens it. Shopify needs the access token only, as ``secret``."""

    url: str
    key: str = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unread:
    """An order of a page that can't be read; the rest of the page comes in without it."""

    number: str
    error: PayloadError
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Polled:
    """What one request told.

    Attributes:
        cursor: where to go on.
        has_more: there is more to ask at once.
    """

    parsed: Parsed
    unread: tuple[Unread, ...]
    cursor: dict[str, Any]
    has_more: bool


class Poll(Protocol):
    """A poller."""

    def __call__(self, account: Account, cursor: Cursor, fetch: Fetch, shop: Shop) -> Polled:
        """Ask for one page.

        Raises:
            PollError: the shop did not answer with orders.
            OutboundError: it could not be asked.
        """


def poll_woocommerce(account: Account, cursor: Cursor, fetch: Fetch, shop: Shop) -> Polled:
    """Ask WooCommerce's REST API for orders by the moment of their last change."""
    since, page = _moment(cursor), int(cursor.get("page", 1))
    query = {
        "modified_after": _gmt(since),
        "dates_are_gmt": "true",
        "orderby": "modified",
        "order": "asc",
        "per_page": WOO_PAGE,
        "page": page,
        "status": "any",
    }
    login = b64encode(f"{account.key}:{account.secret}".encode()).decode()
    url = f"{account.url.rstrip('/')}/wp-json/wc/v3/orders?{urlencode(query)}"
    answer = _asked(fetch, Asked(url, {"Authorization": f"Basic {login}"}))
    nodes = _listed(lambda: load_all(_text(answer)))
    parsed, unread = _read(nodes, shop, woocommerce.read_order)
    last = _last([node.moment("date_modified_gmt", shop, utc=True) for node in nodes], since)
    if len(nodes) < WOO_PAGE:
        return Polled(
            parsed, unread, {"since": _iso(max(since, last - OVERLAP)), "page": 1}, has_more=False
        )
    # A whole second is asked for again, so that one that ends a page loses nobody; where it fills
    # a page on its own, the next page of it follows.
    anew = last - timedelta(seconds=1)
    onward = (
        {"since": _iso(anew), "page": 1}
        if anew > since
        else {"since": _iso(since), "page": page + 1}
    )
    return Polled(parsed, unread, onward, has_more=True)


def poll_shopify(account: Account, cursor: Cursor, fetch: Fetch, shop: Shop) -> Polled:
    """Ask Shopify's REST Admin API for orders by the moment of their last change."""
    since = _moment(cursor)
    top = _moment(cursor, "top") if cursor.get("top") else since
    query = urlencode(
        {
            "status": "any",
            "limit": SHOPIFY_PAGE,
            "updated_at_min": _iso(since),
            "order": "updated_at asc",
        }
    )
    base = account.url.rstrip("/")
    url = cursor.get("next") or f"{base}/admin/api/{SHOPIFY_VERSION}/orders.json?{query}"
    try:
        answer = _asked(fetch, Asked(url, {"X-Shopify-Access-Token": account.secret}))
    except PollError as error:
        if "next" in cursor and error.reason == STALE:  # a link of long ago: begin this round anew
            return Polled(Parsed(), (), {"since": _iso(since)}, has_more=False)
        raise
    nodes = _listed(lambda: load(_text(answer)).nodes("orders"))
    parsed, unread = _read(nodes, shop, shopify.read_order)
    top = max(top, _last([node.moment("updated_at", shop) for node in nodes], since))
    onward = _next_page(answer, account)
    if onward:
        return Polled(
            parsed, unread, {"since": _iso(since), "top": _iso(top), "next": onward}, has_more=True
        )
    return Polled(parsed, unread, {"since": _iso(max(since, top - OVERLAP))}, has_more=False)


POLLERS: Mapping[Adapter, Poll] = {
    Adapter.WOOCOMMERCE: poll_woocommerce,
    Adapter.SHOPIFY: poll_shopify,
}


def _asked(fetch: Fetch, asked: Asked) -> Answer:
    answer = fetch(asked)
    if answer.status != 200:  # noqa: PLR2004 - anything else is no list of orders
        raise PollError(f"status {answer.status}")
    return answer


def _text(answer: Answer) -> str:
    try:
        return answer.body.decode()
    except UnicodeDecodeError as error:
        raise PollError("body") from error


def _listed(read: Callable[[], list[Node]]) -> list[Node]:
    try:
        return read()
    except PayloadError as error:
        raise PollError("body") from error


def _read(
    nodes: Sequence[Node], shop: Shop, read_order: ReadOrder
) -> tuple[Parsed, tuple[Unread, ...]]:
    """Return what a page's orders tell, and those among them that can't be read."""
    told, unread = [], []
    for node in nodes:
        try:
            told.append(read_order(node, shop))
        except PayloadError as error:
            number = str(node.value.get("id"))[:40]
            unread.append(Unread(number, error, json.dumps(node.value, default=str)))
    merged = Parsed(
        tuple(order for each in told for order in each.orders),
        tuple(refund for each in told for refund in each.refunds),
        undated=frozenset(number for each in told for number in each.undated),
        complete={number: at for each in told for number, at in each.complete.items()},
    )
    return merged, tuple(unread)


def _next_page(answer: Answer, account: Account) -> str | None:
    """Return the address of the next page; it must be on the same host, for the token goes along.

    Raises:
        PollError: it is not.
    """
    found = NEXT.search(answer.headers.get("link", ""))
    if found is None:
        return None
    here, there = urlsplit(account.url), urlsplit(found.group(1))
    if (there.scheme, there.netloc.lower()) != ("https", here.netloc.lower()):
        raise PollError("link")
    return found.group(1)


def _last(moments: Sequence[datetime | None], default: datetime) -> datetime:
    return max((at for at in moments if at is not None), default=default)


def _moment(cursor: Cursor, key: str = "since") -> datetime:
    return datetime.fromisoformat(str(cursor[key])).astimezone(UTC)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")


def _gmt(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
