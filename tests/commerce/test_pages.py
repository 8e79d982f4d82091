"""A member's orders: his own only, and what each of them earned."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.commerce import queries, service
from app.commerce.types import LineDraft, SeedOrder, SeedProduct
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from tests.factories.commerce import a_channel, an_order
from tests.factories.identity import Browser, browser, sign_in

EN = {"Accept-Language": "en"}
SEPTEMBER_1 = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)


def _page(client: Browser, path: str, status: int = 200) -> str:
    answer = client.get(path, headers=EN)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def test_a_guest_is_asked_to_sign_in(app: Flask) -> None:
    for path in ("/me/orders", "/me/orders/0000000000000", "/staff/orders", "/staff/imports"):
        answer = browser(app).get(path)
        assert answer.status_code == 303
        assert "/signin" in answer.location


def test_a_member_without_orders_is_told_how_they_come(alice_client: Browser) -> None:
    assert "No orders here yet" in _page(alice_client, "/me/orders")


def test_the_list_shows_what_each_order_earned(alice: MemberRow, alice_client: Browser) -> None:
    shop = a_channel("tmall", window=7)
    an_order(alice.id, channel=shop, number="N-1", paid_at=SEPTEMBER_1)
    an_order(alice.id, channel=shop, number="N-2", paid_at=SEPTEMBER_1 - timedelta(days=60))
    an_order(alice.id, channel=shop, number="N-3", lines=[(None, 1, 0)])
    page = _page(alice_client, "/me/orders")
    for words in ("N-1", "Pending until 8 Sep", "N-2", "Points are yours", "N-3", "No points"):
        assert words in page, words
    assert "no-store" in alice_client.get("/me/orders").headers["Cache-Control"]


def test_an_order_tells_its_lines_and_its_points_story(
    alice: MemberRow, alice_client: Browser
) -> None:
    service.seed_products([SeedProduct("DIP-1", "麻酱", "Sesame dip", "dips", 600)])
    shop = a_channel("tmall", window=7)
    code = an_order(
        alice.id, channel=shop, paid_at=SEPTEMBER_1, lines=[("DIP-1", 2, 1150), (None, 1, 100)]
    )
    page = _page(alice_client, f"/me/orders/{code}")
    for words in ("12 points, pending until 8 Sep", "until 8 Sep; the points are yours from 9",
                  "Sesame dip", "1 point for each full"):  # fmt: skip
        assert words in page, words
    with clock.frozen(datetime(2026, 9, 9, 4, tzinfo=UTC)):
        assert "12 points, yours to spend" in _page(alice_client, f"/me/orders/{code}")


def test_the_page_speaks_chinese_product_names_to_chinese_readers(
    alice: MemberRow, alice_client: Browser
) -> None:
    service.seed_products([SeedProduct("DIP-1", "麻酱", "Sesame dip", "dips", 600)])
    code = an_order(alice.id, lines=[("DIP-1", 1, 600)])
    answer = alice_client.get(f"/me/orders/{code}", headers={"Accept-Language": "zh-CN"})
    assert "麻酱" in answer.get_data(as_text=True)


def test_somebody_elses_order_does_not_exist(
    app: Flask, alice: MemberRow, bob: MemberRow, alice_client: Browser
) -> None:
    code = an_order(bob.id)
    assert code not in _page(alice_client, "/me/orders")
    _page(alice_client, f"/me/orders/{code}", 404)
    _page(alice_client, "/me/orders/nonsense", 404)


def test_a_code_may_be_typed_in_any_case(alice: MemberRow, alice_client: Browser) -> None:
    code = an_order(alice.id)
    answer = alice_client.get(f"/me/orders/{code.lower()}")
    assert (answer.status_code, answer.location) == (303, f"/me/orders/{code}")


def test_what_a_shop_writes_is_never_markup(alice: MemberRow, alice_client: Browser) -> None:
    code = an_order(alice.id, number="<b>1", lines=[("<script>x</script>", 1, 100)])
    for path in ("/me/orders", f"/me/orders/{code}"):
        page = _page(alice_client, path)
        assert "<script>x" not in page
        assert "<b>1" not in page


def test_a_statement_line_leads_its_owner_and_staff_to_the_order(
    app: Flask, alice: MemberRow, bob: MemberRow, alice_client: Browser, staff_client: Browser
) -> None:
    code = an_order(alice.id)
    order_id = queries.my_orders(alice.id).items[0].id
    link = f"/go/order/{order_id}"
    assert alice_client.get(link).location == f"/me/orders/{code}"
    assert staff_client.get(link).location == f"/staff/orders/{code}"
    stranger = browser(app)
    sign_in(stranger, bob)
    assert stranger.get(link).status_code == 404


def _many_orders(member_id: int, count: int) -> None:
    a_channel()
    lines = (LineDraft("SKU", 1, 1234), LineDraft(None, 2, 100))
    now = clock.now()
    seeds = [
        SeedOrder("tmall", str(n), now - timedelta(minutes=n % 50), lines, member_id=member_id)
        for n in range(count)
    ]
    for start in range(0, count, 500):
        service.seed_orders(seeds[start : start + 500])


def test_paging_shows_every_order_once(alice: MemberRow) -> None:
    _many_orders(alice.id, 57)
    seen: list[str] = []
    after: str | None = None
    while True:
        page = queries.my_orders(alice.id, after)
        seen += [card.external_id for card in page.items]
        after = page.next_key
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 57
    for nonsense in ("x", "1-", "-1", "9" * 30 + "-1", "１-１"):
        assert len(queries.my_orders(alice.id, nonsense).items) == 20


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("count", [10, 10_000])
def test_member_pages_keep_to_their_statements(
    alice: MemberRow,
    alice_client: Browser,
    staff_client: Browser,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
    count: int,
) -> None:
    _many_orders(alice.id, count)
    code = queries.my_orders(alice.id).items[0].code
    db.session.rollback()
    for client, path, most in (
        (alice_client, "/me/orders", 8),
        (alice_client, f"/me/orders/{code}", 9),
        (alice_client, f"/u/{alice.yid}", 9),
        (staff_client, f"/u/{alice.yid}", 9),
        (staff_client, f"/staff/members/{alice.yid}", 9),
        (staff_client, f"/staff/members/{alice.yid}/tier", 9),
    ):
        with count_statements() as statements:
            _page(client, path)
        assert len(statements) <= most, (path, statements)
