"""Gross, net and why it changed: for the buyer, and for staff."""

import html
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import queries, service
from app.commerce.models import Order
from app.commerce.types import (
    ChannelRow,
    LineDraft,
    LineKind,
    SeedOrder,
    SeedProduct,
    SeedRefund,
)
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.ledger import service as points
from app.ledger.types import Spend
from tests.factories.commerce import a_channel
from tests.factories.deliveries import deliver, order, refund
from tests.factories.identity import Browser

EN = {"Accept-Language": "en"}
LINES = (
    LineDraft("TOMATO", 2, 50_00),
    LineDraft("SPICY", 1, 30_00),
    LineDraft(None, 1, 10_00, LineKind.SHIPPING),
)


def _page(client: Browser, path: str, status: int = 200) -> str:
    answer = client.get(path, headers=EN)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return html.unescape(answer.get_data(as_text=True))


@pytest.fixture
def shop(app: Flask) -> ChannelRow:
    service.seed_products([SeedProduct("TOMATO", "番茄锅底", "Tomato base", "bases", 2500)])
    return a_channel()


def _bought(member_id: int, number: str = "N1", *refunds: SeedRefund, days_ago: int = 0) -> str:
    seed = SeedOrder(
        "tmall", number, clock.now() - timedelta(days=days_ago), LINES, member_id=member_id,
        refunds=refunds,
    )  # fmt: skip
    service.seed_orders([seed])
    return db.session.scalars(sa.select(Order.code).where(Order.external_id == number)).one()


def _refund(name: str = "r1", amount: int = 25_00, line: str = "TOMATO") -> SeedRefund:
    return SeedRefund(name, amount, clock.now(), line, qty=1)


def test_a_buyer_reads_why_his_points_changed(
    shop: ChannelRow, alice: MemberRow, alice_client: Browser
) -> None:
    code = _bought(alice.id, "N1", _refund())
    page = _page(alice_client, f"/me/orders/{code}")
    for words in (
        "55 points, pending until 8 Sep", "of the CN¥55.00 that count", "Why it changed",
        "Refund of CN¥25.00 for Tomato base", "−25", "Paid CN¥90.00", "¥25.00 came back",
        "Shipping", "earns no points", "What stays paid", "¥65.00", "+25 points", "+30 points",
    ):  # fmt: skip
        assert words in page, words
    assert "You owe" not in page
    listed = _page(alice_client, "/me/orders")
    assert "¥65.00" in listed
    assert "<s>CN¥90.00</s>" in listed


def test_an_order_without_a_story_tells_none(
    shop: ChannelRow, alice: MemberRow, alice_client: Browser
) -> None:
    page = _page(alice_client, f"/me/orders/{_bought(alice.id)}")
    assert "Why it changed" not in page
    assert "What stays paid" not in page


def test_points_spent_before_they_came_back_are_explained(
    shop: ChannelRow, alice: MemberRow, alice_client: Browser
) -> None:
    code = _bought(alice.id, days_ago=30)
    points.post(Spend(member_id=alice.id, points=80, reason="test", scope="test", key="1"))
    _bought(alice.id, "N1", _refund(), days_ago=30)
    page = _page(alice_client, f"/me/orders/{code}")
    assert "25 points are owed and come off what you earn next" in page


def test_a_cancelled_order_and_one_that_came_back_whole_say_so(
    shop: ChannelRow, alice: MemberRow, alice_client: Browser
) -> None:
    code = _bought(alice.id, "N2", _refund("all", 90_00, ""))
    page = _page(alice_client, f"/me/orders/{code}")
    assert "No points from this order" in page
    assert "Everything you paid came back to you." in page
    deliver(shop, [order("N3", buyer=f"member:{alice.id}"), order("N3", 9, is_cancelled=True)])
    with db.session.begin_nested():
        db.session.execute(sa.update(Order).values(member_id=alice.id))
    db.session.commit()
    listed = _page(alice_client, "/me/orders")
    assert "Refunded in full" in listed
    assert "Cancelled" in listed
    third = db.session.scalars(sa.select(Order.code).where(Order.external_id == "N3")).one()
    assert "The shop cancelled this order" in _page(alice_client, f"/me/orders/{third}")


def test_staff_see_refunds_postings_and_what_is_above_what_was_paid(
    shop: ChannelRow, staff_client: Browser
) -> None:
    deliver(shop, [order("N1"), refund("N1", "a", 99_00, 5, line_ref="TOMATO", qty=1),
                   refund("N1", "b", 1_00, 6, currency="USD"),
                   refund("N1", "c", 1_00, 7, is_cancelled=True)])  # fmt: skip
    (row,) = queries.staff_orders(queries.Filters()).items
    page = _page(staff_client, f"/staff/orders/{row.card.code}")
    for words in (
        "More was refunded than paid", "¥49.00 of it is above", "A refund in another currency",
        "Above what was paid", "Taken back", "After receipt", "by its dates",
        "Postings in the ledger", "What moved its points", "Refund of CN¥50.00 for Tomato base",
    ):  # fmt: skip
        assert words in page, words


def test_filters_of_money_days_items_and_states(
    shop: ChannelRow, alice: MemberRow, staff_client: Browser
) -> None:
    _bought(alice.id, "PLAIN", days_ago=10)
    _bought(alice.id, "PARTLY", _refund("r1"))
    _bought(alice.id, "WHOLE", _refund("r2", 90_00, ""))
    deliver(shop, [order("GONE", is_cancelled=True, lines=(LineDraft("OTHER", 1, 5_00),))])
    ids_ = db.session.scalars(sa.select(Order.id).where(Order.external_id == "PLAIN")).all()
    names = ("PLAIN", "PARTLY", "WHOLE", "GONE")
    for query, wanted in (
        ("?state=partly", {"PARTLY"}),
        ("?state=refunded", {"WHOLE"}),
        ("?state=cancelled", {"GONE"}),
        ("?state=withdrawn", set()),
        ("?until=2026-08-25", {"PLAIN"}),
        ("?since=2026-09-01", {"PARTLY", "WHOLE"}),
        ("?since=2026-08-22&until=2026-08-22", {"PLAIN"}),
        ("?most=5", {"GONE"}),
        ("?least=5.01&most=90.00", {"PLAIN", "PARTLY", "WHOLE"}),
        ("?sku=OTHER", {"GONE"}),
        ("?sku=TOMATO&state=partly", {"PARTLY"}),
        ("?since=nonsense&least=abc&most=NaN", set(names)),
        ("?since=0001-01-01&least=1e99", set(names)),
    ):
        page = _page(staff_client, f"/staff/orders{query}")
        assert {name for name in names if f">{name}</a>" in page} == wanted, query
    service.withdraw_orders(ids_, actor_id=None)
    assert ">PLAIN</a>" in _page(staff_client, "/staff/orders?state=withdrawn")


def test_filters_stay_in_the_address_of_the_next_page(
    shop: ChannelRow, alice: MemberRow, staff_client: Browser
) -> None:
    seeds = [
        SeedOrder("tmall", str(n), clock.now() - timedelta(minutes=n), LINES, member_id=alice.id)
        for n in range(60)
    ]
    service.seed_orders(seeds)
    page = _page(staff_client, "/staff/orders?least=1&sku=TOMATO&since=2026-08-01")
    address = page.split("after=")[0].rsplit('href="', 1)[1]
    for kept in ("least=1", "sku=TOMATO", "since=2026-08-01"):
        assert kept in address


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("count", [2, 150])
def test_story_pages_keep_to_their_statements(
    shop: ChannelRow,
    alice: MemberRow,
    alice_client: Browser,
    staff_client: Browser,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
    count: int,
) -> None:
    refunds = [_refund(f"r{n}", 10, "TOMATO") for n in range(count)]
    code = _bought(alice.id, "N1", *refunds)
    for n in range(count):
        _bought(alice.id, f"M{n}", _refund(f"m{n}"))
    db.session.rollback()
    for client, path, most in (
        (alice_client, "/me/orders", 8),
        (alice_client, f"/me/orders/{code}", 9),
        (staff_client, "/staff/orders?state=partly&least=1&sku=TOMATO&since=2026-01-01", 8),
        (staff_client, f"/staff/orders/{code}", 9),
    ):
        with count_statements() as statements:
            _page(client, path)
        assert len(statements) <= most, path


@pytest.mark.only("sqlite")
def test_a_delivery_takes_the_same_statements_for_one_refund_and_for_many(
    shop: ChannelRow, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    deliver(shop, [order(f"N{n}") for n in range(200)])
    counts = []
    for numbers in (range(1), range(1, 200)):
        with count_statements() as statements:
            deliver(shop, [refund(f"N{n}", "a", 25_00, 5) for n in numbers])
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 20
    with count_statements() as statements:  # what rules paid on top of an order goes with all of it
        deliver(shop, [refund("N0", "b", 75_00, 6), refund("N1", "b", 75_00, 6)])
    assert len(statements) <= 24
