"""The door for webhooks: what is signed comes in once; nothing else ever does."""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce.models import Order
from app.identity.types import MemberRow
from app.integrations import policy, service
from app.integrations.models import Delivery, Endpoint
from app.integrations.service import doors
from app.integrations.types import Adapter, BadSecretError, DeliveryState
from app.kernel import clock, ids, sealing
from app.kernel.db import db
from tests.factories.commerce import a_channel
from tests.factories.identity import Browser
from tests.integrations.sending import Sender, a_sender, an_order_body, mac, payload

ADAPTERS = list(Adapter)


def _sender(adapter: Adapter, staff: MemberRow, code: str = "shop") -> Sender:
    return a_sender(a_channel(code, currency="USD"), adapter, staff.id)


def _body(adapter: Adapter, number: int = 1) -> bytes:
    if adapter is Adapter.GENERIC:
        return an_order_body(f"A-{number}").encode()
    name = {
        Adapter.WOOCOMMERCE: "woocommerce_order_created",
        Adapter.SHOPIFY: "shopify_orders_paid",
    }
    return json.dumps({**json.loads(payload(name[adapter])), "id": number}).encode()


def _rows() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Delivery)) or 0


# --- what comes in -------------------------------------------------------------------------------


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_a_signed_body_is_let_in_once(client: Browser, staff: MemberRow, adapter: Adapter) -> None:
    shop, body = _sender(adapter, staff), _body(adapter)
    assert shop.send(client, body, "d-1").status_code == 202
    for again in ("d-1", "d-2"):  # the same number, and the same body under another
        answer = shop.send(client, body, again)
        assert (answer.status_code, answer.json) == (200, {"status": "known"})
    assert _rows() == 1
    answer = shop.send(client, _body(adapter, 2), "d-1")
    assert answer.status_code == 409
    assert answer.json
    assert answer.json["error"]["code"] == "delivery_conflict"
    assert _rows() == 1


def test_the_specifications_own_example_is_signed() -> None:
    """The vector that implementations of Standard Webhooks share."""
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v2,x v1,zz v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    sent = clock.now().fromtimestamp(1_614_265_330, tz=clock.now().tzinfo)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    said = policy.signed(Adapter.GENERIC, headers, body, [secret], sent)
    assert said == policy.Signed("msg_p5jXN8AQM9LWM0D4loKWxJek", "orders")
    for late in (timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)):
        assert policy.signed(Adapter.GENERIC, headers, body, [secret], sent + late) is None


def test_other_topics_are_answered_and_leave_no_body(client: Browser, staff: MemberRow) -> None:
    shop = _sender(Adapter.WOOCOMMERCE, staff)
    answer = shop.send(client, b'{"id": 1}', topic="product.updated")
    assert (answer.status_code, answer.json) == (200, {"status": "ignored"})
    row = db.session.execute(sa.select(Delivery.__table__)).one()
    assert (row.state, row.reason, row.body) == (DeliveryState.IGNORED, "topic", None)


def test_the_ping_of_woocommerce_is_answered_and_changes_nothing(
    client: Browser, staff: MemberRow
) -> None:
    shop = _sender(Adapter.WOOCOMMERCE, staff)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert shop.send(client, b"webhook_id=12", headers=form).status_code == 200
    assert shop.send(client, b"webhook_id=12&id=3", headers=form).status_code == 415
    other = _sender(Adapter.GENERIC, staff, "other")
    assert other.send(client, b"webhook_id=12", headers=form).status_code == 415
    assert _rows() == 0


def test_our_own_schema_is_checked_at_the_door(client: Browser, staff: MemberRow) -> None:
    shop = _sender(Adapter.GENERIC, staff)
    answer = shop.send(client, an_order_body(colour="red"))
    assert answer.status_code == 422
    assert answer.json
    error = answer.json["error"]
    assert (error["code"], error["trouble"], error["path"]) == (
        "schema", "unknown_field", "orders[0].colour",
    )  # fmt: skip
    assert _rows() == 0


def test_a_body_has_a_size_a_kind_and_an_alphabet(client: Browser, staff: MemberRow) -> None:
    shop = _sender(Adapter.WOOCOMMERCE, staff)
    big = b'{"id": "' + b"x" * (1024 * 1024) + b'"}'
    assert shop.send(client, big).status_code == 413
    plain = {**shop.headers(b"{}"), "Content-Type": "text/plain"}
    assert shop.send(client, b"{}", headers=plain).status_code == 415
    assert shop.send(client, b'{"id": "\xff"}').status_code == 400
    assert shop.send(client, b'{"id": "\x00"}').status_code == 400
    assert client.get(shop.path).status_code == 405
    assert _rows() == 0


def test_a_closed_door_is_no_door(client: Browser, staff: MemberRow) -> None:
    shop = _sender(Adapter.SHOPIFY, staff)
    service.turn_off(shop.channel, actor_id=staff.id)
    closed = shop.send(client, _body(Adapter.SHOPIFY))
    nowhere = client.post(f"/hooks/{ids.new_code()}", json={}, csrf=False)
    assert closed.status_code == nowhere.status_code == 404
    assert closed.json == nowhere.json
    assert client.post("/hooks/nonsense", json={}, csrf=False).status_code == 404


def test_a_browsers_origin_does_not_matter_at_this_door(client: Browser, staff: MemberRow) -> None:
    shop, body = _sender(Adapter.GENERIC, staff), _body(Adapter.GENERIC)
    headers = {**shop.headers(body), "Origin": "https://shop.example.com"}
    assert shop.send(client, body, headers=headers).status_code == 202


def test_the_door_writes_in_few_statements(
    client: Browser,
    staff: MemberRow,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    shop = _sender(Adapter.SHOPIFY, staff)
    body = _body(Adapter.SHOPIFY)
    with count_statements() as refused:
        shop.send(client, body, headers={**shop.headers(body), "X-Shopify-Hmac-SHA256": "AAAA"})
    assert len(refused) == 1
    with count_statements() as accepted:
        shop.send(client, body)
    assert len(accepted) <= 4


# --- secrets -------------------------------------------------------------------------------------


def test_the_former_secret_works_for_an_hour(client: Browser, staff: MemberRow) -> None:
    shop = _sender(Adapter.GENERIC, staff)
    _endpoint, fresh = service.rotate(shop.channel, actor_id=staff.id)
    assert fresh != shop.secret
    assert shop.send(client, an_order_body("A-1"), "d-1").status_code == 202
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        assert shop.send(client, an_order_body("A-2"), "d-2").status_code == 401
        assert shop.send(client, an_order_body("A-2"), "d-2", secret=fresh).status_code == 202
        assert service.rekey() == 1  # and is forgotten
    assert db.session.scalar(sa.select(Endpoint.sealed_former)) is None


def test_secrets_are_sealed_and_survive_a_change_of_the_house_secret(
    app: Flask, client: Browser, staff: MemberRow
) -> None:
    shop = _sender(Adapter.WOOCOMMERCE, staff)
    sealed = db.session.scalar(sa.select(Endpoint.sealed_secret)) or ""
    assert shop.secret not in sealed
    assert sealing.unseal(sealed, doors.PURPOSE) == shop.secret
    with pytest.raises(sealing.UnsealableError):
        sealing.unseal(sealed, "another purpose")
    old = app.config["SECRET_KEY"]
    try:
        app.config["SECRET_KEY"] = "another-secret-altogether-9876543210-zyxwv"
        assert shop.send(client, _body(Adapter.WOOCOMMERCE)).status_code == 503
        assert service.rekey() == 0  # nothing is thrown away: the fallback may come back
        app.config["SECRET_KEY_FALLBACKS"] = [old]
        assert shop.send(client, _body(Adapter.WOOCOMMERCE)).status_code == 202
        assert service.rekey() == 1
        assert service.rekey() == 0
        app.config["SECRET_KEY_FALLBACKS"] = []
        assert shop.send(client, _body(Adapter.WOOCOMMERCE, 2), "d-2").status_code == 202
    finally:
        app.config.update(SECRET_KEY=old, SECRET_KEY_FALLBACKS=[])


@pytest.mark.parametrize(
    ("adapter", "given"),
    [
        (Adapter.SHOPIFY, ""),
        (Adapter.SHOPIFY, "short"),
        (Adapter.WOOCOMMERCE, "short"),
        (Adapter.GENERIC, "whsec_not base64 at all!"),
        (Adapter.GENERIC, "whsec_AAAAAAAAAAAA"),
    ],
)
def test_a_weak_secret_is_refused(staff: MemberRow, adapter: Adapter, given: str) -> None:
    with pytest.raises(BadSecretError):
        service.turn_on(a_channel(), adapter, given, actor_id=staff.id)


# --- what never comes in -------------------------------------------------------------------------

FORGERIES = 10_000
Forged = tuple[bytes, dict[str, str]]


def _signature(adapter: Adapter) -> str:
    return {
        Adapter.GENERIC: "webhook-signature",
        Adapter.WOOCOMMERCE: "X-WC-Webhook-Signature",
        Adapter.SHOPIFY: "X-Shopify-Hmac-SHA256",
    }[adapter]


def _forgeries(
    shop: Sender, other: Sender, known: bytes, chance: random.Random
) -> Iterator[Forged]:
    """Yield every kind of forgery and replay, again and again, each with figures of its own."""
    adapter = shop.endpoint.adapter
    name = _signature(adapter)
    number = 1000
    while True:
        number += 1
        body, delivery = _body(adapter, number), f"d-{number}"
        good = shop.headers(body, delivery)
        yield body, {**good, name: "v1," + mac(chance.randbytes(32), body)}
        yield body, {**good, name: mac(chance.randbytes(32), body)}
        yield body[: chance.randrange(1, len(body))], good
        altered = bytearray(body)
        altered[chance.randrange(len(body))] ^= 1 << chance.randrange(7)
        yield bytes(altered), good
        yield body + b" ", good
        yield body, {**good, name: good[name][: chance.randrange(len(good[name]) - 1)]}
        yield body, other.headers(body, delivery)
        yield body, {**good, name: ""}
        yield body, {key: value for key, value in good.items() if key != name}
        yield body, {**good, name: "v1," + mac(b"", f"{delivery}.1.".encode() + body)}
        yield body, {**good, name: mac(b"", body)}
        yield body, {**good, name: good[name].replace("=", "")}
        yield body, {**good, name: good[name] + "\u00e9"}
        yield body, {**good, name: f"{good[name]},{good[name]}"}
        yield from _forged_times(shop, body, good, number)
        yield from _replays(shop, known, number)


def _forged_times(shop: Sender, body: bytes, good: dict[str, str], number: int) -> Iterator[Forged]:
    if shop.endpoint.adapter is not Adapter.GENERIC:
        return
    for age in (timedelta(minutes=6), timedelta(days=400), -timedelta(minutes=6)):
        yield body, shop.headers(body, f"d-{number}", age=age)
    yield body, {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)}
    yield body, {**good, "webhook-timestamp": good["webhook-timestamp"] + ".0"}
    yield body, {**good, "webhook-timestamp": "\u0661\u0662\u0663"}
    yield body, {**good, "webhook-id": f"d-{number + 1}"}
    yield body, {**good, "webhook-id": ""}


def _replays(shop: Sender, known: bytes, number: int) -> Iterator[Forged]:
    """Yield what is well signed, and was there before."""
    yield known, shop.headers(known, "d-known")
    yield known, shop.headers(known, f"d-{number}-again")
    if shop.endpoint.adapter is not Adapter.GENERIC:
        topics = {Adapter.WOOCOMMERCE: "order.deleted", Adapter.SHOPIFY: "orders/cancelled"}
        topic = topics[shop.endpoint.adapter]
        yield known, shop.headers(known, f"d-{number}-topic", topic=topic)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("adapter", ADAPTERS)
def test_of_ten_thousand_forged_and_replayed_webhooks_none_is_accepted(
    client: Browser, staff: MemberRow, adapter: Adapter
) -> None:
    shop, other = _sender(adapter, staff), _sender(adapter, staff, "other")
    if adapter is Adapter.SHOPIFY:  # two shops, two secrets
        _endpoint, secret = service.rotate(
            other.channel, "shpss_another_0123456789abcdef", actor_id=staff.id
        )
        other = Sender(other.channel, other.endpoint, secret)
    known = _body(adapter)
    assert shop.send(client, known, "d-known").status_code == 202
    forged = _forgeries(shop, other, known, random.Random(3))
    seen: dict[int, int] = {}
    for _n in range(FORGERIES // len(ADAPTERS) + 1):
        body, headers = next(forged)
        status = shop.send(client, body, headers=headers).status_code
        seen[status] = seen.get(status, 0) + 1
    assert set(seen) == {200, 401}, seen  # 200: a replay, answered kindly, changing nothing
    assert seen[401] > seen[200] * 3
    assert _rows() == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Order)) == 0


def test_wrong_signatures_from_one_address_are_slowed_down(
    client: Browser, staff: MemberRow
) -> None:
    from app.kernel.startup import limiter

    shop, body = _sender(Adapter.GENERIC, staff), _body(Adapter.GENERIC)
    limiter.enabled = True
    try:
        limiter.reset()
        wrong = {**shop.headers(body), "webhook-signature": "v1,AAAA"}
        seen = [shop.send(client, body, headers=wrong).status_code for _n in range(62)]
        assert seen == [401] * 60 + [429] * 2
    finally:
        limiter.reset()
    assert _rows() == 0
