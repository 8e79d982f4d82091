"""Webhooks in the console: on, the secret once, rotated, kept deliveries, off."""

import json
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.integrations import queries, service
from app.integrations.models import Endpoint, Poll
from app.integrations.types import Adapter, DeliveryState
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.permissions import Role
from tests.factories.commerce import a_channel
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.integrations.sending import SHOPIFY_SECRET, Sender, a_sender, an_order_body, payload

PAGE = "/staff/channels/shop/webhooks"
POSTS = (
    PAGE, f"{PAGE}/secret", f"{PAGE}/off", f"{PAGE}/deliveries/1/retry",
    f"{PAGE}/deliveries/1/done", "/staff/channels/shop/polling", "/staff/channels/shop/polling/off",
)  # fmt: skip


def _page(client: Browser, path: str = PAGE, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def _secret(page: str) -> str | None:
    found = re.search(r'<code class="copy-text" id="secret"[^>]*>([^<]+)</code>', page)
    return found.group(1) if found else None


def test_webhooks_are_turned_on_and_their_secret_is_shown_once(
    client: Browser, staff_client: Browser
) -> None:
    channel = a_channel("shop")
    assert "Turn on" in _page(staff_client)
    answer = staff_client.post(PAGE, data={"adapter": "generic"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert "whsec_" not in str(answer.headers)
    page = _page(staff_client)
    secret = _secret(page)
    endpoint = queries.endpoint_of(channel.id)
    assert secret
    assert secret.startswith("whsec_")
    assert endpoint
    assert f"http://localhost/hooks/{endpoint.code}" in page
    again = _page(staff_client)
    assert _secret(again) is None
    assert secret not in again
    assert Sender(channel, endpoint, secret).send(client, an_order_body()).status_code == 202


def test_shopify_brings_its_own_secret(staff_client: Browser) -> None:
    a_channel("shop")
    refused = staff_client.post(PAGE, data={"adapter": "shopify"})
    assert refused.status_code == 422
    assert "paste it here" in refused.get_data(as_text=True)
    given = {"adapter": "shopify", "secret": SHOPIFY_SECRET}
    assert staff_client.post(PAGE, data=given).status_code == 303
    assert _secret(_page(staff_client)) == SHOPIFY_SECRET


@pytest.mark.parametrize("form", [{}, {"adapter": "ebay"}, {"adapter": "generic", "secret": "x"}])
def test_what_cant_be_turned_on_says_why(staff_client: Browser, form: dict[str, str]) -> None:
    a_channel("shop")
    form = {"adapter": "", **form}
    answer = staff_client.post(PAGE, data=form)
    assert answer.status_code == 422
    assert "Error: " in answer.get_data(as_text=True)
    assert db.session.scalar(sa.select(Endpoint.channel_id)) is None


def test_a_secret_is_rotated_and_the_door_closed_after_a_question(
    staff: MemberRow, staff_client: Browser
) -> None:
    shop = a_sender(a_channel("shop"), Adapter.WOOCOMMERCE, staff.id)
    assert staff_client.post(f"{PAGE}/secret").status_code == 303
    fresh = _secret(_page(staff_client))
    assert fresh not in {None, shop.secret}
    assert staff_client.post(f"{PAGE}/secret", data={"secret": "short"}).status_code == 422
    assert "Turn off the webhooks of Shop?" in _page(staff_client, f"{PAGE}/off")
    assert staff_client.post(f"{PAGE}/off").status_code == 303
    assert "Turn on" in _page(staff_client)
    assert staff_client.post(f"{PAGE}/off").status_code == 404
    assert staff_client.post(f"{PAGE}/secret").status_code == 404


def test_kept_deliveries_are_tried_again_or_dealt_with(
    client: Browser, staff: MemberRow, staff_client: Browser
) -> None:
    shop = a_sender(a_channel("shop"), Adapter.WOOCOMMERCE, staff.id)
    broken = {**json.loads(payload("woocommerce_order_created")), "total": "?"}
    for number in (1, 2):
        shop.send(client, json.dumps({**broken, "id": number}), f"d-{number}")
    service.handle_waiting()
    page = _page(staff_client)
    assert "Kept for you" in page
    assert "An amount can" in page
    assert "<code>total</code>" in page
    assert "John" not in page
    assert "example.com" not in page.replace("https://shop.example.com", "")
    one, other = queries.deliveries(shop.channel.id).items
    assert staff_client.post(f"{PAGE}/deliveries/{one.id}/retry").status_code == 303
    assert staff_client.post(f"{PAGE}/deliveries/{other.id}/done").status_code == 303
    assert staff_client.post(f"{PAGE}/deliveries/{other.id}/done").status_code == 404
    assert [row.state for row in queries.deliveries(shop.channel.id).items] == [
        DeliveryState.WAITING, DeliveryState.IGNORED,
    ]  # fmt: skip
    assert "Nothing in this state" in _page(staff_client, f"{PAGE}?state=kept")
    assert "1" in _page(staff_client, "/staff/webhooks")


def test_another_channels_delivery_is_not_there(
    client: Browser, staff: MemberRow, staff_client: Browser
) -> None:
    other = a_sender(a_channel("other"), Adapter.WOOCOMMERCE, staff.id)
    a_channel("shop")
    other.send(client, payload("woocommerce_order_deleted"), topic="order.deleted")
    service.handle_waiting()
    (row,) = queries.deliveries(other.channel.id).items
    assert staff_client.post(f"{PAGE}/deliveries/{row.id}/done").status_code == 404


def test_a_shop_is_asked_and_asked_no_more(staff_client: Browser) -> None:
    a_channel("shop")
    start, stop = "/staff/channels/shop/polling", "/staff/channels/shop/polling/off"
    good = {
        "adapter": "woocommerce", "url": "https://shop.example.com", "key": "ck_1", "token": "cs_1",
    }  # fmt: skip
    for wrong in ({"url": "http://shop.example.com"}, {"url": "https://shop.example.com:1"},
                  {"key": ""}, {"token": ""}, {"adapter": "generic"}):  # fmt: skip
        answer = staff_client.post(start, data={**good, **wrong})
        assert answer.status_code == 422, wrong
        assert "cs_1" not in answer.get_data(as_text=True)
    assert staff_client.post(start, data=good).status_code == 303
    page = _page(staff_client)
    assert "https://shop.example.com" in page
    assert "Stop asking" in page
    assert "Asked by us" in _page(staff_client, "/staff/webhooks")
    assert staff_client.post(stop).status_code == 303
    assert staff_client.post(stop).status_code == 404
    assert db.session.scalar(sa.select(Poll.is_on)) is False


def test_every_act_is_audited_and_no_secret_is(staff_client: Browser) -> None:
    a_channel("shop")
    poll = {"adapter": "shopify", "url": "https://shop.example.com", "token": "shpat_123456"}
    acts: list[tuple[str, dict[str, Any]]] = [
        (PAGE, {"adapter": "woocommerce", "secret": "a-secret-of-the-shop-1"}),
        (f"{PAGE}/secret", {"secret": "a-secret-of-the-shop-2"}),
        (f"{PAGE}/off", {}),
        ("/staff/channels/shop/polling", poll),
        ("/staff/channels/shop/polling/off", {}),
    ]
    for path, form in acts:
        assert staff_client.post(path, data=form).status_code == 303
    told = db.session.execute(
        sa.select(AuditEntry.action, AuditEntry.detail).order_by(AuditEntry.id)
    ).all()
    assert [row.action for row in told] == [
        "webhooks.on", "webhooks.rotated", "webhooks.off", "polling.on", "polling.off",
    ]  # fmt: skip
    assert not any("secret" in row.detail or "shpat" in row.detail for row in told)


def test_who_may_not_import_sees_nothing_of_it(app: Flask, staff_client: Browser) -> None:
    a_channel("shop")
    for role in (Role.MODERATOR, Role.ANALYST, Role.CONCIERGE):
        client = browser(app)
        sign_in(client, a_member(role.value, (role,)))
        for path in (PAGE, f"{PAGE}/off", "/staff/webhooks"):
            assert client.get(path).status_code == 403
        for path in POSTS:
            assert client.post(path).status_code == 403
    for path in POSTS:
        assert staff_client.post(path, csrf=False).status_code == 400
        assert browser(app).post(path).status_code in {303, 400}
    assert _page(staff_client, "/staff/channels/nowhere/webhooks", 404)
    assert _page(staff_client, "/staff/channels/Shop/webhooks", 404)


def test_without_a_channel_there_is_a_way_to_one(staff_client: Browser) -> None:
    assert "Make a channel" in _page(staff_client, "/staff/webhooks")
