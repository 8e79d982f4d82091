"""Shopify's order and refund resources, as its webhooks and its REST Admin API send them.

Every topic about orders carries the whole order, so it is read for what it holds, not for what the
topic (which is not signed) calls it. Amounts are texts in the shop's currency. A line's price is
before discounts, which are allocated to lines; taxes come on top unless ``taxes_included``.

A refund tells pieces by line, shipping and differences as adjustments, and the money that went back
as transactions. The money counts: lines are scaled to it, and what belongs to no line is a refund
of the whole order.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.commerce.types import LineKind, OrderDraft, RefundDraft, RefundPhase
from app.integrations.adapters.adding import Line, add_up, shares
from app.integrations.adapters.reading import (
    Node,
    buyer_key,
    email_of,
    load,
    phone_of,
    printed_number,
)
from app.integrations.types import Parsed, PayloadError, Shop, Trouble

PAID = frozenset({"paid", "partially_refunded", "refunded"})
SHIPPING = "shipping"  # its lines become one, so that refunds of it find it


def parse(topic: str, body: str, shop: Shop) -> Parsed:
    """Return the order and its refunds, or the refund.

    Raises:
        PayloadError: it can't be read.
    """
    kind, _, _act = topic.partition("/")
    if kind not in {"orders", "refunds"}:
        return Parsed(ignored=Trouble.TOPIC)
    node = load(body)
    # Told by its shape: the topic is not part of what was signed.
    if node.has("refund_line_items") or node.has("order_id"):
        return _told_refunds(list(_refund(node, shop)))
    return read_order(node, shop)


def _told_refunds(refunds: Sequence[RefundDraft]) -> Parsed:
    return Parsed((), tuple(refunds), None if refunds else Trouble.EMPTY)


# --- orders --------------------------------------------------------------------------------------


def read_order(order: Node, shop: Shop) -> Parsed:
    """Return an order and its refunds; nothing while it is not paid, nothing of test orders.

    Raises:
        PayloadError: it can't be read.
    """
    number = order.ident("id")
    if order.flag("test"):
        return Parsed(ignored=Trouble.TEST)
    if order.text("financial_status", 40) not in PAID:
        return Parsed(ignored=Trouble.NOT_PAID)
    paid_at = order.moment("processed_at", shop) or order.moment("created_at", shop)
    if paid_at is None:
        raise PayloadError(Trouble.MISSING, order.at("created_at"))
    updated_at = order.moment("updated_at", shop)
    currency = order.currency("currency", shop)
    lines = add_up(
        list(_lines(order)), order.minor("total_price"), order.at("total_price"), rest_is_fee=True
    )
    paid = sum(line.paid_minor for line in lines)
    shipped_at, received_at = _way(order, shop)
    phone, email, account = _person(order)
    draft = OrderDraft(
        number,
        buyer_key(shop, account, phone, email, number),
        currency,
        paid,
        paid_at,
        lines,
        updated_at=updated_at,
        not_money_minor=min(paid, _by_gift_card(order, paid)),
        is_cancelled=order.has("cancelled_at"),
        shipped_at=shipped_at,
        received_at=received_at,
        phone=phone,
        email=email,
        printed_number=printed_number(order, "name", number),
    )
    context = _Context(number, currency, updated_at, order.flag("taxes_included"))
    refunds = [r for node in order.nodes("refunds") for r in _refund(node, shop, context)]
    return Parsed((draft,), tuple(refunds))


def _lines(order: Node) -> Iterator[Line]:
    tax_on_top = not order.flag("taxes_included")
    for item in order.nodes("line_items"):
        qty = item.qty("quantity")
        if not qty:
            continue
        price = item.amount("price") * qty
        minor = item.minor_of(price) - _discounts(item) + (_taxes(item) if tax_on_top else 0)
        kind = LineKind.GIFT_CARD if item.flag("gift_card") else LineKind.GOODS
        yield Line(item.sku(), qty, minor, kind, item.ident("id", 64))
    shipping = order.nodes("shipping_lines")
    if shipping:
        minor = sum(
            each.minor("price") - _discounts(each) + (_taxes(each) if tax_on_top else 0)
            for each in shipping
        )
        yield Line(None, 1, minor, LineKind.SHIPPING, SHIPPING)


def _discounts(item: Node) -> int:
    return sum(each.minor("amount") for each in item.nodes("discount_allocations"))


def _taxes(item: Node) -> int:
    return sum(each.minor("price") for each in item.nodes("tax_lines"))


def _by_gift_card(order: Node, paid: int) -> int:
    """Return what was paid with gift cards: by its transactions, or all of it by its only way."""
    if order.has("transactions"):
        return sum(
            each.minor("amount")
            for each in order.nodes("transactions")
            if each.text("gateway", 80) == "gift_card"
            and each.text("kind", 20) in {"sale", "capture"}
            and each.text("status", 20) == "success"
        )
    ways = order.value.get("payment_gateway_names")
    return paid if ways == ["gift_card"] else 0


def _way(order: Node, shop: Shop) -> tuple[datetime | None, datetime | None]:
    """Return when the first parcel left, and when the last arrived if all of them did."""
    parcels = [each for each in order.nodes("fulfillments") if each.text("status", 20) == "success"]
    left = [at for each in parcels if (at := each.moment("created_at", shop))]
    arrived = [
        at
        for each in parcels
        if each.text("shipment_status", 40) == "delivered"
        and (at := each.moment("updated_at", shop))
    ]
    is_whole = order.text("fulfillment_status", 20) == "fulfilled"
    all_there = is_whole and bool(parcels) and len(arrived) == len(parcels)
    return (min(left) if left else None), (max(arrived) if all_there else None)


def _person(order: Node) -> tuple[str, str, str]:
    """Return telephone, e-mail and account number of the buyer, each empty where unknown."""
    customer = order.node("customer")
    places = (order.node("shipping_address"), order.node("billing_address"))
    country = next((code for each in places if (code := each.text("country_code", 8))), "")
    phones = (phone_of(each, "phone", country) for each in (order, customer, *places))
    emails = (
        email_of(order, "email"),
        email_of(order, "contact_email"),
        email_of(customer, "email"),
    )
    account = customer.ident("id", 64) if customer.has("id") else ""
    return next(filter(None, phones), ""), next(filter(None, emails), ""), account


# --- refunds -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Context:
    """What the order around a refund tells."""

    order: str
    currency: str
    updated_at: datetime | None
    taxes_included: bool


def _refund(refund: Node, shop: Shop, context: _Context | None = None) -> Iterator[RefundDraft]:
    """Yield a refund as drafts: one a line, one for shipping, one for what belongs to no line."""
    number = refund.ident("id", 40)
    at = refund.moment("processed_at", shop) or refund.moment("created_at", shop)
    if at is None:
        raise PayloadError(Trouble.MISSING, refund.at("created_at"))
    currency = context.currency if context else _currency(refund, shop)
    items = list(_merged(refund.nodes("refund_line_items")))
    shipping = max(0, _adjusted(refund, "shipping_refund"))
    money = _money_back(refund, currency)
    amounts = _amounts(items, shipping, money, context)
    if money is None:  # in another currency: what was reckoned, then
        money = max(0, sum(amounts) + shipping + _adjusted(refund, "refund_discrepancy"))
    parts, rest = _fitted([*amounts, shipping], money)
    draft = RefundDraft(
        number,
        context.order if context else refund.ident("order_id"),
        currency,
        0,
        at,
        updated_at=context.updated_at if context and context.updated_at else at,
    )
    for item, amount in zip(items, parts[:-1], strict=True):
        yield replace(
            draft,
            external_id=f"{number}:{item.line}",
            line_ref=item.line,
            qty=item.qty,
            amount_minor=amount,
            phase=RefundPhase.BEFORE_SHIPPING if item.is_unsent else None,
        )
    if parts[-1]:
        yield replace(
            draft, external_id=f"{number}:{SHIPPING}", line_ref=SHIPPING, amount_minor=parts[-1]
        )
    if rest:
        yield replace(draft, amount_minor=rest)


@dataclass(frozen=True, slots=True)
class _Item:
    line: str
    qty: int
    subtotal: int
    tax: int
    is_unsent: bool


def _merged(nodes: Sequence[Node]) -> Iterator[_Item]:
    """Yield what came back by line: two entries of one refund may name the same line."""
    by_line: dict[str, list[Node]] = {}
    for node in nodes:
        by_line.setdefault(node.ident("line_item_id", 64), []).append(node)
    for line, group in by_line.items():
        yield _Item(
            line,
            sum(node.qty("quantity") for node in group),
            sum(node.minor("subtotal") for node in group),
            sum(node.minor("total_tax") for node in group),
            all(node.text("restock_type", 20) == "cancel" for node in group),
        )


def _amounts(
    items: Sequence[_Item], shipping: int, money: int | None, context: _Context | None
) -> list[int]:
    """Return what each line is worth; taxes come on top unless prices include them."""
    without_tax = [item.subtotal for item in items]
    if context is not None:
        is_included = context.taxes_included
    else:  # a lone refund does not say it: its money does
        is_included = sum(without_tax) + shipping == money
    return without_tax if is_included else [item.subtotal + item.tax for item in items]


def _adjusted(refund: Node, kind: str) -> int:
    """Return what adjustments of a kind gave back; the shop writes that below zero."""
    return sum(
        -each.minor("amount", "tax_amount")
        for each in refund.nodes("order_adjustments")
        if each.text("kind", 40) == kind
    )


def _money_back(refund: Node, currency: str) -> int | None:
    """Return the money that went back; None: told in another currency, or not at all."""
    if not refund.has("transactions"):
        return None
    paid_back = [
        each
        for each in refund.nodes("transactions")
        if each.text("kind", 20) == "refund" and (each.text("status", 20) or "success") == "success"
    ]
    if any((each.text("currency", 8) or currency) != currency for each in paid_back):
        return None
    return sum(each.minor("amount") for each in paid_back)


def _fitted(amounts: Sequence[int], money: int) -> tuple[list[int], int]:
    """Return the parts of a refund within the money that went back, and what is beyond them."""
    rest = money - sum(amounts)
    return (shares(amounts, money), 0) if rest < 0 else (list(amounts), rest)


def _currency(refund: Node, shop: Shop) -> str:
    """Return the shop's currency: transactions may be in the buyer's."""
    for adjusted in (*refund.nodes("order_adjustments"), *refund.nodes("refund_line_items")):
        for key in ("amount_set", "subtotal_set"):
            money = adjusted.node(key).node("shop_money")
            if money.has("currency_code"):
                return money.currency("currency_code", shop)
    return shop.currency
