"""Messages on devices: encrypted for one browser, sent once, forgotten with it."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.kernel.outbound import Answer, Asked, OutboundError
from app.notify import keys, queries, service, types, webpush
from app.notify.queries import DELIVERY, PUSH
from app.notify.types import Channel, DeliveryState, Group, Link, NoticeKind, Params, Said
from tests.factories.identity import Browser, a_member, sign_in

KIND = "test.rings"
SECRET = base64.urlsafe_b64encode(b"0123456789abcdef").decode().rstrip("=")


class Device:
    """A browser with its keys, and the service that carries its messages."""

    def __init__(self, name: str = "one") -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.endpoint = f"https://fcm.googleapis.com/fcm/send/{name}"
        self.p256dh = webpush.b64(webpush.raw_public(self.key))
        self.status = 201
        self.asked: list[Asked] = []

    def subscribe(self, member: MemberRow) -> None:
        service.subscribe(member.id, self.endpoint, self.p256dh, SECRET)

    def fetch(self, asked: Asked) -> Answer:
        assert asked.url == self.endpoint
        self.asked.append(asked)
        if self.status == 0:
            raise OutboundError("unreachable")
        return Answer(self.status, {}, b"")

    def shown(self) -> list[dict[str, str]]:
        """Decrypt what came (RFC 8291, as a browser does)."""
        return [json.loads(self._open(each.body or b"")) for each in self.asked]

    def _open(self, body: bytes) -> bytes:
        salt, point, sealed = body[:16], body[21:86], body[86:]
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        shared = self.key.exchange(ec.ECDH(), theirs)
        own = webpush.raw_public(self.key)
        seed = webpush._derive(shared, webpush.unb64(SECRET), b"WebPush: info\0" + own + point, 32)
        content = webpush._derive(seed, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = webpush._derive(seed, salt, b"Content-Encoding: nonce\0", 12)
        return AESGCM(content).decrypt(nonce, sealed, None).rstrip(b"\x02")


def words(params: Params) -> Said:
    return Said(f"Thing {params['n']}", "Come and see", is_moot=params["n"] == 0)


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    before = dict(types._kinds)
    types._kinds.clear()
    types.register(NoticeKind(KIND, "Rings", "heart", words, group=Group.TALK, by_push=True))
    yield
    types._kinds.clear()
    types._kinds.update(before)


@pytest.fixture
def device(app: Flask, alice: MemberRow) -> Device:
    made = Device()
    made.subscribe(alice)
    return made


def tell(member: MemberRow, n: int = 1) -> None:
    service.tell(member.id, KIND, key=str(n), params={"n": n}, link=Link("ledger.wallet"))


def run(device: Device, after: timedelta = timedelta(0)) -> int:
    clock.tick(after)
    return service.push_due(device.fetch, lambda link: "/there" if link else "/notices")


def states() -> list[tuple[DeliveryState, int]]:
    rows = db.session.execute(
        sa.select(DELIVERY.c.state, DELIVERY.c.attempts).order_by(DELIVERY.c.id)
    )
    found = [(row.state, row.attempts) for row in rows]
    db.session.rollback()
    return found


def browsers() -> int:
    count = db.session.scalar(sa.select(sa.func.count()).select_from(PUSH)) or 0
    db.session.rollback()
    return count


# --- the wire ------------------------------------------------------------------------------------


def test_encryption_is_that_of_the_standard() -> None:
    """RFC 8291, section 5."""
    number = int.from_bytes(webpush.unb64("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    sealed = webpush.encrypt(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        key=ec.derive_private_key(number, ec.SECP256R1()),
        salt=webpush.unb64("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert webpush.b64(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
        "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
        "lcy4a-fN"
    )


def test_messages_are_signed_for_one_service_only(app: Flask) -> None:
    """RFC 8292."""
    header = webpush.authorization(
        keys.push_key(), "https://push.example:444/x", "mailto:a@b.c", clock.now()
    )
    token = header.removeprefix("vapid t=").partition(",")[0]
    head, claims, signature = token.split(".")
    assert json.loads(webpush.unb64(claims)) == {
        "aud": "https://push.example:444", "sub": "mailto:a@b.c",
        "exp": int((clock.now() + timedelta(hours=12)).timestamp()),
    }  # fmt: skip
    raw = webpush.unb64(signature)
    pair = [int.from_bytes(part, "big") for part in (raw[:32], raw[32:])]
    keys.push_key().public_key().verify(
        utils.encode_dss_signature(*pair), f"{head}.{claims}".encode(), ec.ECDSA(SHA256())
    )
    assert header.endswith(f"k={keys.public_push_key()}")
    assert (app.config["POTLUCK"].instance_dir / keys.FILE_NAME).stat().st_mode & 0o077 == 0


# --- sending -------------------------------------------------------------------------------------


def test_a_notice_rings_once(alice: MemberRow, device: Device) -> None:
    tell(alice)
    assert run(device) == 2
    assert run(device) == 0
    (shown,) = device.shown()
    assert (shown["title"], shown["body"], shown["url"]) == ("Thing 1", "Come and see", "/there")
    assert device.asked[0].headers["Content-Encoding"] == "aes128gcm"
    assert device.asked[0].method == "POST"
    assert states() == [(DeliveryState.DONE, 1)]


def test_several_are_one_message(alice: MemberRow, device: Device) -> None:
    alice_en = alice
    for n in (1, 2, 3):
        tell(alice_en, n)
    run(device)
    (shown,) = device.shown()
    assert shown["title"] == "Thing 3"
    assert "2" in shown["body"]
    assert shown["url"] == "/notices"


def test_what_was_not_settled_is_sent_again_under_the_same_name(
    alice: MemberRow, device: Device
) -> None:
    tell(alice)
    service.dispatch()
    from app.notify.service import pushing

    (parcel,) = pushing._claim(10)  # then the worker is killed, before or after sending
    pushing._post(queries.browsers_of(alice.id)[0], pushing._message(
        pushing._worth_sending(parcel), lambda _link: "/there"), device.fetch)  # fmt: skip
    db.session.rollback()
    assert run(device) == 0
    assert run(device, timedelta(minutes=1)) == 1
    first, again = device.shown()
    assert first["tag"] == again["tag"]


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_a_service_that_is_away_is_tried_again_more_and_more_seldom(
    alice: MemberRow, device: Device, status: int
) -> None:
    device.status = status
    tell(alice)
    run(device)
    assert states() == [(DeliveryState.WAITING, 1)]
    assert run(device, timedelta(seconds=29)) == 0
    run(device, timedelta(seconds=2))
    assert states() == [(DeliveryState.WAITING, 2)]
    device.status = 201
    assert run(device, timedelta(minutes=3)) == 1
    assert states() == [(DeliveryState.DONE, 3)]


def test_who_never_answers_is_given_up(alice: MemberRow, device: Device) -> None:
    device.status = 500
    tell(alice)
    for _ in range(9):
        run(device, timedelta(hours=12))
    assert states() == [(DeliveryState.FAILED, 6)]
    assert len(device.asked) == 6


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_has_gone_is_forgotten(
    alice: MemberRow, device: Device, status: int
) -> None:
    device.status = status
    tell(alice)
    run(device)
    assert browsers() == 0
    assert states() == [(DeliveryState.SKIPPED, 1)]


def test_a_refusal_is_noted(alice: MemberRow, device: Device) -> None:
    device.status = 403
    tell(alice)
    run(device)
    assert states() == [(DeliveryState.FAILED, 1)]


def test_what_is_read_or_unwanted_or_nothing_does_not_ring(
    alice: MemberRow, device: Device
) -> None:
    tell(alice)
    tell(alice, 0)
    service.dispatch()
    service.read_all(alice.id, queries.notices(alice.id).items[-1].place)
    run(device)
    service.choose(alice.id, {KIND: [Channel.WEB]})
    tell(alice, 3)
    run(device)
    assert device.asked == []


def test_who_has_no_device_has_no_rows(bob: MemberRow, device: Device) -> None:
    tell(bob)
    run(device)
    assert states() == []


# --- subscribing ---------------------------------------------------------------------------------


def said(device: Device) -> dict[str, Any]:
    return {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": SECRET}}


def test_a_browser_turns_messages_on_and_off(alice: MemberRow, alice_client: Browser) -> None:
    device = Device()
    for _ in range(2):
        assert alice_client.post("/settings/notices/push", json=said(device)).status_code == 204
    assert browsers() == 1
    assert "1 device rings" in alice_client.get("/settings/notices?lang=en").text
    off = alice_client.post("/settings/notices/push/off", json={"endpoint": device.endpoint})
    assert off.status_code == 204
    assert browsers() == 0


def test_one_browser_serves_one_member_and_a_member_ten(bob: MemberRow, device: Device) -> None:
    device.subscribe(bob)
    assert [row.member_id for row in db.session.execute(sa.select(PUSH.c.member_id))] == [bob.id]
    for n in range(12):
        clock.tick(timedelta(seconds=1))
        Device(f"n{n}").subscribe(bob)
    assert browsers() == 10


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "https://evil.example/fcm.googleapis.com"},
        {"endpoint": "http://fcm.googleapis.com/x"},
        {"endpoint": "https://fcm.googleapis.com.evil.example/x"},
        {"endpoint": "https://fcm.googleapis.com/" + "x" * 500},
        {"endpoint": 7},
        {"keys": {"p256dh": "AAAA", "auth": SECRET}},
        {"keys": {"p256dh": "B" + "A" * 86, "auth": SECRET}},
        {"keys": {"p256dh": Device().p256dh, "auth": "short"}},
        {"keys": None},
    ],
)
def test_what_is_no_browser_is_refused(
    alice: MemberRow, alice_client: Browser, change: dict[str, Any]
) -> None:
    answer = alice_client.post("/settings/notices/push", json={**said(Device()), **change})
    assert answer.status_code in {400, 422}
    assert browsers() == 0
    assert alice_client.post("/settings/notices/push", data=b"[").status_code in {400, 422}


def test_it_is_offered_after_the_first_reply_and_not_again_soon(
    alice: MemberRow, alice_client: Browser
) -> None:
    assert "<push-switch" not in alice_client.get("/notices").text
    tell(alice)
    page = alice_client.get("/notices").text
    assert f'data-key="{keys.public_push_key()}"' in page
    assert alice_client.post("/notices/push-later").status_code == 303
    assert "<push-switch" not in alice_client.get("/notices").text
    clock.tick(timedelta(days=91))
    sign_in(alice_client, alice)
    tell(alice, 2)
    Device().subscribe(a_member("other"))
    assert "<push-switch" in alice_client.get("/notices").text
    Device().subscribe(alice)
    assert "<push-switch" not in alice_client.get("/notices").text


def test_the_service_worker_stands_at_the_root(client: Browser) -> None:
    answer = client.get("/sw.js")
    assert answer.status_code == 200
    assert answer.mimetype in {"text/javascript", "application/javascript"}
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "notificationclick" in answer.text
