"""Shops that are asked: every change comes in, whatever happens on the way."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce.models import Order
from app.commerce.types import ChannelRow
from app.identity.types import MemberRow
from app.integrations import queries, service
from app.integrations.adapters import polling
from app.integrations.adapters.polling import Account, PollError, poll_shopify
from app.integrations.models import Poll
from app.integrations.types import Adapter, BadSecretError, DeliveryState, Trouble
from app.kernel import clock
from app.kernel.db import db
from app.kernel.outbound import Answer, Asked, OutboundError
from tests.factories.commerce import a_channel
from tests.integrations.sending import a_shop, payload

URL = "https://shop.example.com"
START = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)


class WooShop:
    """A WooCommerce shop behind the network: orders by the second of their last change."""

    def __init__(self) -> None:
        self.orders: dict[int, datetime] = {}
        self.asked: list[Asked] = []
        self.broken: set[int] = set()

    def __call__(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        query = {key: values[0] for key, values in parse_qs(urlsplit(asked.url).query).items()}
        since = datetime.fromisoformat(query["modified_after"]).replace(tzinfo=UTC)
        found = sorted((at, n) for n, at in self.orders.items() if at > since)
        size, page = int(query["per_page"]), int(query["page"])
        shown = found[size * (page - 1) : size * page]
        body = json.dumps([self._order(number, at) for at, number in shown])
        return Answer(200, {}, body.encode())

    def _order(self, number: int, at: datetime) -> Mapping[str, Any]:
        order = json.loads(payload("woocommerce_order_created"))
        order |= {"id": number, "date_modified_gmt": at.replace(tzinfo=None).isoformat()}
        return {**order, "total": "?"} if number in self.broken else order


def _polled(
    staff: MemberRow, adapter: Adapter = Adapter.WOOCOMMERCE, code: str = "shop"
) -> ChannelRow:
    channel = a_channel(code, currency="USD")
    service.set_poll(channel, adapter, Account(URL, "ck_1", "cs_1"), actor_id=staff.id)
    return channel


def _orders() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(Order.external_id)))


def test_every_change_comes_in_over_pages_that_share_a_second(staff: MemberRow) -> None:
    _polled(staff)
    shop = WooShop()
    # 350 orders, 230 of them in one second: more than two pages of it.
    for number in range(350):
        second = min(number, 60) if number < 290 else number
        shop.orders[number + 1] = START + timedelta(seconds=1 + second)
    with clock.frozen(START + timedelta(minutes=20)):
        service.poll_due(shop)
    assert _orders() == {str(number) for number in shop.orders}
    assert shop.asked[0].headers["Authorization"] == "Basic Y2tfMTpjc18x"


def test_the_next_round_asks_for_what_changed_since(staff: MemberRow) -> None:
    _polled(staff)
    shop = WooShop()
    shop.orders[1] = START + timedelta(seconds=30)
    with clock.frozen(START + timedelta(minutes=10)):
        assert service.poll_due(shop) == 1
        assert service.poll_due(shop) == 0  # not before five minutes are over
        clock.tick(timedelta(minutes=5))
        shop.orders[2] = clock.now() - timedelta(seconds=10)
        service.poll_due(shop)
    assert _orders() == {"1", "2"}
    assert len(shop.asked) == 2


def test_an_order_that_cant_be_read_is_kept_and_the_others_come_in(staff: MemberRow) -> None:
    channel = _polled(staff)
    shop = WooShop()
    shop.orders = {n: START + timedelta(seconds=n) for n in (1, 2, 3)}
    shop.broken = {2}
    with clock.frozen(START + timedelta(minutes=10)):
        service.poll_due(shop)
        clock.tick(timedelta(minutes=10))
        service.poll_due(shop)  # the pages overlap: told twice, kept once
    assert _orders() == {"1", "3"}
    (kept,) = queries.deliveries(channel.id).items
    assert (kept.state, kept.trouble) == (DeliveryState.KEPT, Trouble.BAD_AMOUNT)


def test_a_shop_that_fails_is_left_alone_longer_each_time(staff: MemberRow) -> None:
    channel = _polled(staff)
    tries: list[datetime] = []

    def down(_asked: Asked) -> Answer:
        tries.append(clock.now())
        return Answer(503, {}, b"")

    with clock.frozen(START):
        for _n in range(120):
            service.poll_due(down)
            clock.tick(timedelta(minutes=1))
        poll = queries.poll_of(channel.id)
        assert poll
        assert (poll.error, poll.failures) == ("status 503", len(tries))
        gaps = [(b - a) // timedelta(minutes=1) for a, b in zip(tries, tries[1:], strict=False)]  # noqa: RUF007 - two by two
        assert gaps == [10, 20, 40]
        clock.tick(timedelta(hours=3))
        service.poll_due(WooShop())
    poll = queries.poll_of(channel.id)
    assert poll
    assert (poll.error, poll.failures) == ("", 0)


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"orders": 1}', b"[1]", b"\xff"])
def test_an_answer_that_is_no_list_of_orders_moves_nothing(staff: MemberRow, body: bytes) -> None:
    channel = _polled(staff)
    before = db.session.scalar(sa.select(Poll.cursor))
    with clock.frozen(START + timedelta(minutes=10)):
        service.poll_due(lambda _asked: Answer(200, {}, body))
    db.session.rollback()
    poll = queries.poll_of(channel.id)
    assert poll
    assert poll.error == "body"
    assert db.session.scalar(sa.select(Poll.cursor)) == before


def test_a_page_and_its_cursor_stand_or_fall_together(
    staff: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.integrations.service import seam

    _polled(staff)
    shop = WooShop()
    shop.orders[1] = START + timedelta(seconds=1)
    before = db.session.scalar(sa.select(Poll.cursor))
    with monkeypatch.context() as patched, clock.frozen(START + timedelta(minutes=10)):
        patched.setattr(seam, "take_delivery", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            service.poll_due(shop)
    db.session.rollback()
    assert db.session.scalar(sa.select(Poll.cursor)) == before
    with clock.frozen(START + timedelta(minutes=10)):
        service.poll_due(shop)
    assert _orders() == {"1"}


def test_credentials_survive_a_change_of_the_house_secret(app: Flask, staff: MemberRow) -> None:
    _polled(staff)
    shop = WooShop()
    shop.orders[1] = START + timedelta(seconds=1)
    old = app.config["SECRET_KEY"]
    try:
        app.config["SECRET_KEY"] = "another-secret-altogether-9876543210-zyxwv"
        assert service.rekey_polls() == 0
        app.config["SECRET_KEY_FALLBACKS"] = [old]
        assert service.rekey_polls() == 1
        assert service.rekey_polls() == 0
        app.config["SECRET_KEY_FALLBACKS"] = []
        with clock.frozen(START + timedelta(minutes=10)):
            service.poll_due(shop)
        assert _orders() == {"1"}
    finally:
        app.config["SECRET_KEY"], app.config["SECRET_KEY_FALLBACKS"] = old, []


def test_credentials_are_sealed_and_forgotten_with_the_poll(staff: MemberRow) -> None:
    channel = _polled(staff)
    stored = json.dumps(db.session.scalar(sa.select(Poll.cursor)))
    assert "cs_1" not in stored
    assert "ck_1" not in stored
    service.stop_poll(channel, actor_id=staff.id)
    assert "sealed" not in json.dumps(db.session.scalar(sa.select(Poll.cursor)))
    shop = WooShop()
    with clock.frozen(START + timedelta(hours=1)):
        assert service.poll_due(shop) == 0
    assert shop.asked == []


def test_what_cant_be_asked_is_refused_when_it_is_set_up(staff: MemberRow) -> None:
    channel = a_channel()
    for url in ("http://shop.example.com", "https://u:p@shop.example.com", "https://x:8000"):
        with pytest.raises(OutboundError):
            service.set_poll(channel, Adapter.SHOPIFY, Account(url, "", "t"), actor_id=staff.id)
    for adapter, key, secret in (
        (Adapter.WOOCOMMERCE, "", "s"), (Adapter.SHOPIFY, "", ""), (Adapter.GENERIC, "k", "s"),
    ):  # fmt: skip
        with pytest.raises(BadSecretError):
            service.set_poll(channel, adapter, Account(URL, key, secret), actor_id=staff.id)


# --- Shopify -------------------------------------------------------------------------------------


def _page(numbers: list[int], link: str = "") -> Answer:
    order = json.loads(payload("shopify_orders_paid"))
    orders = [{**order, "id": n, "updated_at": f"2026-09-01T04:00:{n:02}Z"} for n in numbers]
    headers = {"link": link} if link else {}
    return Answer(200, headers, json.dumps({"orders": orders}).encode())


def test_shopifys_pages_are_followed_by_their_links(staff: MemberRow) -> None:
    _polled(staff, Adapter.SHOPIFY)
    here = f"{URL}/admin/api/2026-07/orders.json?limit=250&page_info="
    pages = {
        "first": _page([1, 2], f'<{here}a>; rel="previous", <{here}b>; rel="next"'),
        "b": _page([3], f"<{here}c>; rel=next"),
        "c": _page([4]),
    }
    asked: list[Asked] = []

    def fetch(question: Asked) -> Answer:
        asked.append(question)
        return pages[parse_qs(urlsplit(question.url).query).get("page_info", ["first"])[0]]

    with clock.frozen(START + timedelta(minutes=10)):
        assert service.poll_due(fetch) == 4
    assert _orders() == {"1", "2", "3", "4"}
    assert {each.headers["X-Shopify-Access-Token"] for each in asked} == {"cs_1"}
    cursor = db.session.scalar(sa.select(Poll.cursor)) or {}
    assert "next" not in cursor
    assert cursor["since"] == "2026-09-01T04:00:00+00:00"


@pytest.mark.parametrize(
    "link", ["https://evil.example.com/x", "http://shop.example.com/x", "https://127.0.0.1/x"]
)
def test_the_token_never_goes_to_another_host(link: str) -> None:
    cursor = {"since": START.isoformat()}
    with pytest.raises(PollError, match="link"):
        poll_shopify(
            Account(URL, "", "token"), cursor,
            lambda _asked: _page([1], f'<{link}>; rel="next"'), a_shop(),
        )  # fmt: skip


def test_a_poller_is_there_for_each_shop_that_can_be_asked() -> None:
    assert set(polling.POLLERS) == {Adapter.WOOCOMMERCE, Adapter.SHOPIFY}
