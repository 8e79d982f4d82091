"""WooCommerce's order resource (REST API v3), as its webhooks and its API send it.

Amounts are texts; ``total`` of a line is after discounts and without tax, which stands beside it.
``refunds`` lists number, reason and a total below zero of every refund that stands; not which lines
came back, nor when. One that was deleted in the shop is missing from then on, and nothing else
tells.
"""

from collections.abc import Iterator

from app.commerce.types import LineKind, OrderDraft, RefundDraft
from app.integrations.adapters.adding import Line, add_up
from app.integrations.adapters.reading import (
    Node,
    buyer_key,
    email_of,
    load,
    phone_of,
    printed_number,
)
from app.integrations.types import Parsed, PayloadError, Shop, Trouble

GONE = "order.deleted"
CANCELLED = frozenset({"cancelled", "trash"})


def parse(topic: str, body: str, shop: Shop) -> Parsed:
    """Return the order of a webhook and its refunds.

    A deletion carries nothing but a number: staff are told.

    Raises:
        PayloadError: it can't be read.
    """
    if not topic.startswith("order."):
        return Parsed(ignored=Trouble.TOPIC)
    order = load(body)
    if topic == GONE:
        raise PayloadError(Trouble.DELETED, f"id {order.ident('id', 32)}")
    return read_order(order, shop)


def read_order(order: Node, shop: Shop) -> Parsed:
    """Return an order and its refunds; nothing while it is not paid.

    Raises:
        PayloadError: it can't be read.
    """
    number = order.ident("id")
    status = order.text("status", 40)
    paid_at = order.moment("date_paid_gmt", shop, utc=True)
    if paid_at is None:
        return Parsed(ignored=Trouble.NOT_PAID)
    updated_at = order.moment("date_modified_gmt", shop, utc=True)
    currency = order.currency("currency", shop)
    billing = order.node("billing")
    phone = phone_of(billing, "phone", billing.text("country", 8))
    email = email_of(billing, "email")
    account = order.ident("customer_id") if order.has("customer_id") else ""
    by_card = sum(card.minor("amount") for card in order.nodes("gift_cards"))
    lines = add_up(list(_lines(order)), order.minor("total") + by_card, order.at("total"))
    draft = OrderDraft(
        number,
        buyer_key(shop, account if account != "0" else "", phone, email, number),
        currency,
        sum(line.paid_minor for line in lines),
        paid_at,
        lines,
        updated_at=updated_at,
        not_money_minor=by_card,
        is_cancelled=status in CANCELLED,
        shipped_at=order.moment("date_completed_gmt", shop, utc=True),
        phone=phone,
        email=email,
        printed_number=printed_number(order, "number", number),
    )
    refunds = tuple(
        RefundDraft(
            refund.ident("id"),
            number,
            currency,
            abs(refund.minor("total")),
            updated_at or paid_at,
            updated_at=updated_at,
        )
        for refund in order.nodes("refunds")
    )
    return Parsed(
        (draft,),
        refunds,
        undated=frozenset(each.external_id for each in refunds),
        complete={number: updated_at} if updated_at and order.has("refunds") else {},
    )


def _lines(order: Node) -> Iterator[Line]:
    for item in order.nodes("line_items"):
        qty = max(1, item.qty("quantity"))
        minor = item.minor("total", "total_tax")
        yield Line(item.sku(), qty, minor, LineKind.GOODS, item.ident("id", 64))
    for key, kind in (("shipping_lines", LineKind.SHIPPING), ("fee_lines", LineKind.OTHER)):
        for item in order.nodes(key):
            yield Line(None, 1, item.minor("total", "total_tax"), kind, item.ident("id", 64))
