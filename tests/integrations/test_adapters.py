"""Payloads as shops document them become exactly these drafts."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.commerce.types import (
    IdentityKind,
    LineDraft,
    LineKind,
    OrderDraft,
    RefundDraft,
    RefundPhase,
)
from app.integrations.adapters import parse
from app.integrations.adapters.adding import shares
from app.integrations.types import Adapter, Parsed, PayloadError, Trouble
from tests.integrations.sending import a_shop, payload

G, S, C, O = LineKind.GOODS, LineKind.SHIPPING, LineKind.GIFT_CARD, LineKind.OTHER  # noqa: E741 - short for tables


def _at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def _woo(name: str, topic: str = "order.updated", **changes: Any) -> Parsed:
    body = {**json.loads(payload(name)), **changes}
    return parse(Adapter.WOOCOMMERCE, topic, json.dumps(body), a_shop())


def _shopify(name: str, topic: str = "orders/updated", **changes: Any) -> Parsed:
    body = {**json.loads(payload(name)), **changes}
    return parse(Adapter.SHOPIFY, topic, json.dumps(body), a_shop())


# --- WooCommerce ---------------------------------------------------------------------------------


def test_a_new_woocommerce_order_is_read_to_the_cent() -> None:
    told = _woo("woocommerce_order_created", "order.created")
    (order,) = told.orders
    assert order == OrderDraft(
        "727",
        order.buyer,
        "USD",
        29_35,
        _at(2017, 3, 22, 19, 28, 8),
        (
            LineDraft(None, 2, 6_45, G, "315"),
            LineDraft("Bar3", 1, 12_90, G, "316"),
            LineDraft(None, 1, 10_00, S, "317"),
        ),
        updated_at=_at(2017, 3, 22, 19, 28, 8),
        phone="+14155552671",
        email="john.doe@example.com",
    )
    assert order.buyer.startswith("guest-")
    assert "john" not in order.buyer
    assert told.refunds == ()


def test_woocommerce_refunds_count_for_the_whole_order() -> None:
    told = _woo("woocommerce_order_refunded")
    (order,) = told.orders
    changed = _at(2017, 3, 25, 12, 10, 11)
    assert (order.buyer, order.shipped_at) == ("26", _at(2017, 3, 24, 13))
    assert told.refunds == (
        RefundDraft("756", "727", "USD", 10_00, changed, updated_at=changed),
        RefundDraft("755", "727", "USD", 3_20, changed, updated_at=changed),
    )
    assert told.undated == {"755", "756"}


def test_a_guest_of_woocommerce_is_known_again() -> None:
    one = _woo("woocommerce_order_created").orders[0]
    other = _woo("woocommerce_order_created", id=728).orders[0]
    assert one.buyer == other.buyer
    nobody = _woo("woocommerce_order_created", billing={"email": "", "phone": ""}).orders[0]
    assert nobody.buyer == "guest-order-727"


@pytest.mark.parametrize(
    ("kind", "buyer"),
    [(IdentityKind.PHONE, "+14155552671"), (IdentityKind.EMAIL, "john.doe@example.com")],
)
def test_the_buyer_is_what_the_channel_delivers(kind: IdentityKind, buyer: str) -> None:
    body = payload("woocommerce_order_created")
    told = parse(Adapter.WOOCOMMERCE, "order.created", body, a_shop(kind))
    assert told.orders[0].buyer == buyer


@pytest.mark.parametrize(
    ("changes", "cancelled"),
    [({"status": "cancelled"}, True), ({"status": "trash"}, True), ({"status": "refunded"}, False)],
)
def test_a_cancelled_woocommerce_order_is_cancelled(
    changes: dict[str, Any], cancelled: bool
) -> None:
    assert _woo("woocommerce_order_created", **changes).orders[0].is_cancelled is cancelled


def test_what_is_not_paid_or_no_order_is_ignored() -> None:
    unpaid = _woo("woocommerce_order_created", status="pending", date_paid_gmt=None)
    assert unpaid == Parsed(ignored=Trouble.NOT_PAID)
    other = _woo("woocommerce_order_created", "product.updated")
    assert other == Parsed(ignored=Trouble.TOPIC)


def test_a_deleted_woocommerce_order_goes_to_staff() -> None:
    with pytest.raises(PayloadError) as caught:
        _woo("woocommerce_order_deleted", "order.deleted")
    assert caught.value.reason == "deleted id 727"


def test_a_discount_written_as_a_fee_is_taken_off_the_goods() -> None:
    fee = {"id": 9, "name": "Loyal", "total": "-3.00", "total_tax": "0.00"}
    told = _woo("woocommerce_order_created", total="26.35", fee_lines=[fee])
    assert [line.paid_minor for line in told.orders[0].lines] == [5_45, 10_90, 10_00]


def test_what_a_woocommerce_gift_card_paid_is_no_money() -> None:
    card = {"id": 1, "code": "X", "amount": 20}
    order = _woo("woocommerce_order_created", total="9.35", gift_cards=[card]).orders[0]
    assert (order.paid_minor, order.not_money_minor) == (29_35, 20_00)


def test_a_cent_of_rounding_is_not_worth_a_word_but_more_is() -> None:
    near = _woo("woocommerce_order_created", total="29.37").orders[0]
    assert [line.paid_minor for line in near.lines] == [6_45, 12_92, 10_00]
    with pytest.raises(PayloadError, match="totals total"):
        _woo("woocommerce_order_created", total="29.99")


# --- Shopify -------------------------------------------------------------------------------------


@pytest.mark.parametrize("topic", ["orders/create", "orders/paid", "orders/updated"])
def test_a_paid_shopify_order_is_read_to_the_cent(topic: str) -> None:
    told = _shopify("shopify_orders_paid", topic)
    paid_at = _at(2022, 1, 1)
    assert told == Parsed(
        (
            OrderDraft(
                "820982911946154508",
                "115310627314723954",
                "USD",
                403_00,
                paid_at,
                (
                    LineDraft("IPOD2008PINK", 1, 199_00, G, "866550311766439020"),
                    LineDraft("IPOD2008PINK", 1, 194_00, G, "141249953214522974"),
                    LineDraft(None, 1, 10_00, S, "shipping"),
                ),
                updated_at=paid_at,
                email="jon@example.com",
                printed_number="#9999",
            ),
        )
    )


def test_taxes_gift_cards_duties_parcels_and_refunds_of_shopify() -> None:
    told = _shopify("shopify_orders_updated")
    (order,) = told.orders
    assert order.lines == (
        LineDraft("IPOD2008BLACK", 2, 209_00, G, "703073504"),
        LineDraft("GIFT50", 1, 50_00, C, "703073505"),
        LineDraft(None, 1, 10_00, S, "shipping"),
        LineDraft(None, 1, 2_00, O, "fee"),
    )
    assert (order.paid_minor, order.shipped_at, order.received_at) == (
        271_00, _at(2022, 1, 2, 13), _at(2022, 1, 5, 17),
    )  # fmt: skip
    assert told.refunds == _refunds(_at(2022, 1, 9, 15, 0, 5))


def test_a_lone_shopify_refund_is_the_same_refund() -> None:
    told = _shopify("shopify_refunds_create", "refunds/create")
    assert told.orders == ()
    assert told.refunds == _refunds(_at(2022, 1, 9, 15))


def _refunds(updated_at: datetime) -> tuple[RefundDraft, ...]:
    order, at = "820982911946154509", _at(2022, 1, 9, 15)
    return (
        RefundDraft(
            "929361464:703073504", order, "USD", 104_50, at, "703073504", 1, updated_at=updated_at
        ),
        RefundDraft(
            "929361464:shipping", order, "USD", 5_00, at, "shipping", updated_at=updated_at
        ),
    )


def _with_refund(**changes: Any) -> tuple[RefundDraft, ...]:
    return _shopify("shopify_refunds_create", "refunds/create", **changes).refunds


def test_the_money_that_went_back_is_what_counts() -> None:
    def paid_back(amount: str, **more: str) -> list[dict[str, str]]:
        return [{"kind": "refund", "status": "success", "amount": amount, **more}]

    def figures(refunds: tuple[RefundDraft, ...]) -> list[tuple[str, int]]:
        return [(each.line_ref, each.amount_minor) for each in refunds]

    line = "703073504"
    assert figures(_with_refund(transactions=paid_back("120.00"))) == [
        (line, 104_50), ("shipping", 5_00), ("", 10_50),
    ]  # fmt: skip
    assert figures(_with_refund(transactions=paid_back("54.75"))) == [
        (line, 52_25), ("shipping", 2_50),
    ]  # fmt: skip
    assert figures(_with_refund(transactions=paid_back("100.00"))) == [
        (line, 95_00), ("shipping", 5_00),
    ]  # prices with taxes inside  # fmt: skip
    assert figures(_with_refund(transactions=paid_back("80.00", currency="EUR"))) == [
        (line, 104_50), ("shipping", 5_00),
    ]  # fmt: skip
    failed = [{"kind": "refund", "status": "failure", "amount": "109.50"}]
    assert figures(_with_refund(transactions=failed)) == [(line, 0)]


def test_pieces_that_never_left_came_back_before_shipping() -> None:
    items = json.loads(payload("shopify_refunds_create"))["refund_line_items"]
    items[0]["restock_type"] = "cancel"
    assert _with_refund(refund_line_items=items)[0].phase is RefundPhase.BEFORE_SHIPPING


def test_test_orders_and_unpaid_orders_of_shopify_earn_nothing() -> None:
    assert _shopify("shopify_test_notification").ignored is Trouble.TEST
    for state in ("pending", "authorized", "partially_paid", "voided"):
        told = _shopify("shopify_orders_paid", financial_status=state)
        assert told == Parsed(ignored=Trouble.NOT_PAID)


def test_a_cancelled_shopify_order_is_cancelled_whatever_its_topic_says() -> None:
    told = _shopify("shopify_orders_paid", "orders/paid", cancelled_at="2022-01-02T00:00:00Z")
    assert told.orders[0].is_cancelled


def test_what_a_shopify_gift_card_paid_is_no_money() -> None:
    alone = _shopify("shopify_orders_paid", payment_gateway_names=["gift_card"])
    assert alone.orders[0].not_money_minor == 403_00
    part = [
        {"kind": "sale", "gateway": "gift_card", "status": "success", "amount": "100.00"},
        {"kind": "sale", "gateway": "bogus", "status": "success", "amount": "303.00"},
    ]
    told = _shopify("shopify_orders_paid", transactions=part)
    assert told.orders[0].not_money_minor == 100_00


# --- our own -------------------------------------------------------------------------------------


def _own(change: Any = None) -> Parsed:
    body = json.loads(payload("generic_orders"))
    if change:
        change(body)
    return parse(Adapter.GENERIC, "orders", json.dumps(body), a_shop(currency="CNY"))


def test_our_own_json_is_read_as_written() -> None:
    assert _own() == Parsed(
        (
            OrderDraft(
                "A-1001",
                "b-17",
                "CNY",
                138_00,
                _at(2026, 8, 30, 4, 30),
                (
                    LineDraft("HOTPOT-BASE", 2, 118_00, G, "1"),
                    LineDraft("CARD50", 1, 10_00, C, "2"),
                    LineDraft(None, 1, 10_00, S),
                ),
                updated_at=_at(2026, 8, 31, 1),
                not_money_minor=20_00,
                shipped_at=_at(2026, 8, 31),
                phone="+8613800138000",
                email="lin@example.com",
            ),
        ),
        (
            RefundDraft(
                "R-1", "A-1001", "CNY", 59_00, _at(2026, 8, 31, 10), "1", 1,
                RefundPhase.AFTER_SHIPPING, updated_at=_at(2026, 8, 31, 10),
            ),
        ),
    )  # fmt: skip


def test_our_own_json_may_tell_the_number_on_the_letter() -> None:
    (order,) = _own(_set("orders", 0, "number", to="#7")).orders
    assert (order.external_id, order.printed_number) == ("A-1001", "#7")


def _set(*path: Any, to: Any) -> Any:
    def change(body: Any) -> None:
        for step in path[:-1]:
            body = body[step]
        body[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_set("order", to=[]), "unknown_field order"),
        (_set("orders", 0, "colour", to="red"), "unknown_field orders[0].colour"),
        (_set("orders", 0, "id", to=""), "missing orders[0].id"),
        (_set("orders", 0, "id", to=None), "missing orders[0].id"),
        (_set("orders", 0, "id", to=True), "wrong_type orders[0].id"),
        (_set("orders", 0, "id", to="x" * 129), "too_long orders[0].id"),
        (_set("orders", 0, "id", to="a\x00b"), "bad_value orders[0].id"),
        (_set("orders", 0, "number", to=[]), "wrong_type orders[0].number"),
        (_set("orders", 0, "id", to="\ud800"), "bad_value orders[0].id"),
        (_set("orders", 0, "total", to="138.01"), "totals orders[0].total"),
        (_set("orders", 0, "total", to=138), "wrong_type orders[0].total"),
        (_set("orders", 0, "lines", 0, "paid", to="-1"), "bad_amount orders[0].lines[0].paid"),
        (_set("orders", 0, "lines", 0, "paid", to="1e3"), "bad_amount orders[0].lines[0].paid"),
        (_set("orders", 0, "lines", 0, "paid", to="1.005"), "bad_amount orders[0].lines[0].paid"),
        (_set("orders", 0, "lines", 0, "qty", to=0), "bad_value orders[0].lines[0].qty"),
        (_set("orders", 0, "lines", 0, "qty", to=1.5), "wrong_type orders[0].lines[0].qty"),
        (_set("orders", 0, "lines", 0, "kind", to="gold"), "bad_value orders[0].lines[0].kind"),
        (_set("orders", 0, "lines", to=[]), "missing orders[0].lines"),
        (_set("orders", 0, "lines", to={}), "wrong_type orders[0].lines"),
        (_set("orders", 0, "not_money", to="138.01"), "totals orders[0].not_money"),
        (_set("orders", 0, "currency", to="XXQ"), "currency orders[0].currency"),
        (_set("orders", 0, "paid_at", to="2026-08-30"), "bad_moment orders[0].paid_at"),
        (_set("orders", 0, "paid_at", to="2026-08-30T12:00:00"), "bad_moment orders[0].paid_at"),
        (_set("orders", 0, "paid_at", to="2027-01-01T00:00:00Z"), "in_future orders[0].paid_at"),
        (_set("orders", 0, "state", to="gone"), "bad_value orders[0].state"),
        (_set("refunds", 0, "order", to=None), "missing refunds[0].order"),
        (_set("refunds", 0, "phase", to="late"), "bad_value refunds[0].phase"),
        (_set("orders", to=[{}] * 201), "too_many orders"),
        (_set("orders", to=["x"]), "wrong_type orders[0]"),
    ],
)
def test_our_schema_is_strict_and_says_where(change: Any, reason: str) -> None:
    with pytest.raises(PayloadError) as caught:
        _own(change)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "body",
    ["", "[]", "1", "{", '{"orders": NaN}', '{"orders": [], "orders": []}', "[" * 100_000,
     '{"orders": ' + "9" * 5_000 + "}"],
)  # fmt: skip
def test_what_is_no_json_object_is_refused(body: str) -> None:
    for adapter, topic in (
        (Adapter.GENERIC, "orders"), (Adapter.WOOCOMMERCE, "order.created"),
        (Adapter.SHOPIFY, "orders/paid"),
    ):  # fmt: skip
        with pytest.raises(PayloadError):
            parse(adapter, topic, body, a_shop())


def test_a_complaint_never_quotes_what_stands_there() -> None:
    with pytest.raises(PayloadError) as caught:
        _own(_set("orders", 0, "13800138000@x", to="y"))
    assert "138" not in caught.value.reason


def test_shares_add_up() -> None:
    assert shares([1, 1, 1], 100) == [34, 33, 33]
    assert shares([0, 0], 5) == [0, 0]
    assert sum(shares([7, 11, 13, 999], 12_345)) == 12_345
