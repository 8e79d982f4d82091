"""Our own JSON (docs/webhooks.md): whole orders and refunds, amounts as decimal texts."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from app.commerce.types import (
    IdentityKind,
    LineDraft,
    LineKind,
    OrderDraft,
    RefundDraft,
    RefundPhase,
)
from app.integrations.adapters.reading import MAX_PRINTED, Node, email_of, load, phone_of
from app.integrations.types import Parsed, PayloadError, Shop, Trouble

MAX_ORDERS = 200
MAX_REFUNDS = 500
MAX_LINES = 200
MONEY = re.compile(r"\d{1,10}(\.\d{1,2})?", re.ASCII)
STATES: Mapping[str, bool] = {"paid": False, "cancelled": True}
REFUND_STATES: Mapping[str, bool] = {"active": False, "cancelled": True}

Word = TypeVar("Word", bound=StrEnum)


def parse(_topic: str, body: str, shop: Shop) -> Parsed:
    """Return the orders and refunds of a body in our own JSON.

    Raises:
        PayloadError: it breaks the schema.
    """
    root = load(body)
    root.only("orders", "refunds")
    orders = tuple(_order(node, shop) for node in root.nodes("orders", MAX_ORDERS))
    refunds = tuple(_refund(node, shop) for node in root.nodes("refunds", MAX_REFUNDS))
    return Parsed(orders, refunds, None if orders or refunds else Trouble.EMPTY)


def _order(node: Node, shop: Shop) -> OrderDraft:
    node.only(
        "id", "number", "buyer", "phone", "email", "currency", "total", "paid_at", "updated_at",
        "state", "not_money", "shipped_at", "received_at", "lines",
    )  # fmt: skip
    lines = tuple(_line(each) for each in node.nodes("lines", MAX_LINES))
    if not lines:
        raise PayloadError(Trouble.MISSING, node.at("lines"))
    paid = sum(line.paid_minor for line in lines)
    if _money(node, "total") != paid:
        raise PayloadError(Trouble.TOTALS, node.at("total"))
    not_money = _money(node, "not_money") if node.has("not_money") else 0
    if not_money > paid:
        raise PayloadError(Trouble.TOTALS, node.at("not_money"))
    return OrderDraft(
        node.ident("id"),
        _buyer(node, shop),
        node.currency("currency", shop),
        paid,
        _needed_moment(node, "paid_at", shop),
        lines,
        updated_at=node.moment("updated_at", shop),
        not_money_minor=not_money,
        is_cancelled=_state(node, STATES),
        shipped_at=node.moment("shipped_at", shop),
        received_at=node.moment("received_at", shop),
        phone=phone_of(node, "phone"),
        email=email_of(node, "email"),
        printed_number=node.ident("number", MAX_PRINTED) if node.has("number") else "",
    )


def _line(node: Node) -> LineDraft:
    node.only("id", "sku", "qty", "paid", "kind")
    qty = node.qty("qty")
    if qty < 1:
        raise PayloadError(Trouble.BAD_VALUE, node.at("qty"))
    kind = _word(node, "kind", LineKind) or LineKind.GOODS
    line_id = node.ident("id", 64) if node.has("id") else None
    return LineDraft(node.sku(), qty, _money(node, "paid"), kind, line_id)


def _refund(node: Node, shop: Shop) -> RefundDraft:
    node.only(
        "id", "order", "line", "qty", "amount", "currency", "refunded_at", "phase", "state",
        "updated_at",
    )  # fmt: skip
    return RefundDraft(
        node.ident("id"),
        node.ident("order"),
        node.currency("currency", shop),
        _money(node, "amount"),
        _needed_moment(node, "refunded_at", shop),
        line_ref=node.ident("line", 64) if node.has("line") else "",
        qty=node.qty("qty") if node.has("qty") else 0,
        phase=_word(node, "phase", RefundPhase),
        is_cancelled=_state(node, REFUND_STATES),
        updated_at=node.moment("updated_at", shop),
    )


def _buyer(node: Node, shop: Shop) -> str:
    told = node.ident("buyer")
    if shop.identity_kind is IdentityKind.BUYER_ID:
        return told
    read = phone_of if shop.identity_kind is IdentityKind.PHONE else email_of
    contact = read(node, "buyer")
    if not contact or len(contact) > 128:  # noqa: PLR2004 - the column's length
        raise PayloadError(Trouble.BAD_VALUE, node.at("buyer"))
    return contact


def _money(node: Node, key: str) -> int:
    value = node.need(key)
    if not isinstance(value, str):
        raise PayloadError(Trouble.WRONG_TYPE, node.at(key))
    if not MONEY.fullmatch(value):
        raise PayloadError(Trouble.BAD_AMOUNT, node.at(key))
    return node.minor(key)


def _needed_moment(node: Node, key: str, shop: Shop) -> datetime:
    found = node.moment(key, shop)
    if found is None:
        raise PayloadError(Trouble.MISSING, node.at(key))
    return found


def _state(node: Node, states: Mapping[str, bool]) -> bool:
    word = node.text("state", 32)
    if not word:
        return False
    if word not in states:
        raise PayloadError(Trouble.BAD_VALUE, node.at("state"))
    return states[word]


def _word(node: Node, key: str, words: type[Word]) -> Word | None:
    told = node.text(key, 32)
    if not told:
        return None
    try:
        return words(told)
    except ValueError as error:
        raise PayloadError(Trouble.BAD_VALUE, node.at(key)) from error
