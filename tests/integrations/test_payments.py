"""Payment services tell what was paid: each payment once; what fits no order is never lost."""

import json
import os
import re
import subprocess
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from app.identity.types import MemberRow
from app.integrations import queries as integrations
from app.integrations import service
from app.kernel import clock, verify
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.rewards import queries
from app.rewards import service as rewards
from app.rewards.models import MONEY_BACK, PAYMENT
from app.rewards.types import Ordered
from tests.conftest import NOON, ROOT
from tests.factories import mall
from tests.factories.identity import Browser
from tests.integrations.sending import signed_headers
from tests.ledger.book import earn

CHECKS = ("rewards.stocks", "rewards.orders", "rewards.steps", "rewards.money", "ledger")


class Till:
    """A payment service that holds the secret."""

    def __init__(self, client: Browser, staff: MemberRow) -> None:
        self.client = client
        self.door, self.secret = service.turn_payments_on(actor_id=staff.id)

    def tell(
        self, order: str, delivery_id: str = "d-1", *, body: str = "", **more: Any
    ) -> TestResponse:
        """Tell a payment of 9.90."""
        raw = (body or self.body(order, **more)).encode()
        return self.send(raw, signed_headers(raw, delivery_id, self.secret))

    def send(self, raw: bytes, headers: dict[str, str]) -> TestResponse:
        path = f"/hooks/payments/{self.door.code}"
        return self.client.post(path, data=raw, headers=headers, csrf=False)

    @staticmethod
    def body(order: str, **more: Any) -> str:
        told = {
            "order": order, "amount_minor": 990, "currency": "CNY",
            "paid_at": NOON.isoformat(), "reference": "pay-1", **more,
        }  # fmt: skip
        return json.dumps(told)


@pytest.fixture
def till(client: Browser, staff: MemberRow) -> Till:
    return Till(client, staff)


@pytest.fixture
def order(alice: MemberRow) -> Ordered:
    earn(alice.id, 250)
    mall.an_item(price_minor=990)
    return mall.buy(alice.id, seen_minor=990)


def all_is_well() -> None:
    for report in verify.run(CHECKS):
        assert not report.drifts, report


def state_of(member: MemberRow, order: Ordered) -> str:
    return queries.order_page(member.id, order.code).line.state.value


def payments() -> list[tuple[str, str | None]]:
    rows = db.session.execute(sa.select(PAYMENT).order_by(PAYMENT.c.id)).all()
    return [(row.state.value, row.why.value if row.why else None) for row in rows]


def owed() -> list[tuple[int, str, str]]:
    rows = db.session.execute(sa.select(MONEY_BACK).order_by(MONEY_BACK.c.id)).all()
    return [(row.minor, row.currency, row.why.value) for row in rows]


def test_a_payment_lets_its_order_go_on_once(till: Till, alice: MemberRow, order: Ordered) -> None:
    answer = till.tell(order.code)
    assert (answer.status_code, answer.json) == (202, {"status": "accepted"})
    assert state_of(alice, order) == "to_pack"
    assert ledger.balance(alice.id).held == 0
    page = queries.order_page(alice.id, order.code)
    assert page.paid_at is not None
    again = {"status": "known"}
    assert till.tell(order.code).json == again
    assert till.tell(order.code, "d-2").json == again  # the same body under another number
    later = (NOON + timedelta(minutes=1)).isoformat()
    assert till.tell(order.code, "d-3", paid_at=later).json == again  # the same reference
    assert till.tell(order.code, "d-1", reference="pay-2").status_code == 409
    assert payments() == [("taken", None)]
    all_is_well()


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"amount_minor": 989}, "amount"),
        ({"amount_minor": 10**9}, "amount"),
        ({"currency": "USD"}, "currency"),
        ({"order": "0000000000"}, "unknown"),
        ({"order": "nothing of ours"}, "unknown"),
    ],
)
def test_what_fits_no_order_is_set_aside_with_the_reason(
    till: Till, alice: MemberRow, order: Ordered, more: dict[str, Any], why: str
) -> None:
    answer = till.tell(**{"order": order.code, **more})
    assert (answer.status_code, answer.json) == (202, {"status": "set_aside", "reason": why})
    assert payments() == [("kept", why)]
    assert state_of(alice, order) == "waiting_money"
    assert till.tell(order.code, "d-9", reference="pay-9").json == {"status": "accepted"}
    all_is_well()


def test_a_second_payment_of_an_order_is_set_aside(
    till: Till, alice: MemberRow, order: Ordered
) -> None:
    till.tell(order.code)
    twice = {"status": "set_aside", "reason": "paid"}
    assert till.tell(order.code, "d-2", reference="pay-2").json == twice
    assert till.tell(order.code, "d-3", amount_minor=5).json == {
        "status": "set_aside", "reason": "reference",
    }  # fmt: skip
    rewards.cancel(alice.id, order.code)
    assert till.tell(order.code, "d-4", reference="pay-4").json == twice
    assert owed() == [(990, "CNY", "ended")]
    all_is_well()


def test_money_that_comes_after_the_end_goes_back(
    till: Till, alice: MemberRow, order: Ordered
) -> None:
    rewards.cancel(alice.id, order.code)
    answer = till.tell(order.code, amount_minor=500, currency="USD")
    assert answer.json == {"status": "set_aside", "reason": "ended"}
    assert till.tell(order.code, "d-2", amount_minor=500, currency="USD").json == {
        "status": "known"
    }
    assert payments() == [("back", "ended")]
    assert owed() == [(500, "USD", "late")]
    assert state_of(alice, order) == "cancelled"
    assert ledger.balance(alice.id).available == 250
    all_is_well()


def test_a_payment_whose_order_can_not_go_on_waits_for_staff(
    till: Till, alice: MemberRow, order: Ordered
) -> None:
    ledger_service.freeze(alice.id)
    assert till.tell(order.code).json == {"status": "set_aside", "reason": "failed"}
    assert state_of(alice, order) == "waiting_money"
    assert payments() == [("kept", "failed")]


@pytest.mark.parametrize(
    ("more", "path", "trouble"),
    [
        ({"amount_minor": "990"}, "amount_minor", "wrong_type"),
        ({"amount_minor": True}, "amount_minor", "wrong_type"),
        ({"amount_minor": 0}, "amount_minor", "bad_amount"),
        ({"amount_minor": -990}, "amount_minor", "bad_amount"),
        ({"amount_minor": 10**30}, "amount_minor", "bad_amount"),
        ({"currency": "XYZ"}, "currency", "currency"),
        ({"currency": None}, "currency", "missing"),
        ({"paid_at": "today"}, "paid_at", "bad_moment"),
        ({"paid_at": None}, "paid_at", "missing"),
        ({"paid_at": "2126-01-01T00:00:00Z"}, "paid_at", "in_future"),
        ({"reference": ""}, "reference", "missing"),
        ({"reference": "x" * 129}, "reference", "too_long"),
        ({"order": None}, "order", "missing"),
        ({"tip": 1}, "tip", "unknown_field"),
    ],
)
def test_a_slip_of_the_pen_is_told_at_once(
    till: Till, more: dict[str, Any], path: str, trouble: str
) -> None:
    answer = till.tell("0000000000", body=Till.body(**{"order": "0000000000", **more}))
    assert answer.status_code == 422
    assert answer.json is not None
    error = answer.json["error"]
    assert (error["code"], error["path"], error["trouble"]) == ("schema", path, trouble)
    assert payments() == []


def test_nobody_comes_in_without_the_secret(
    till: Till, alice: MemberRow, order: Ordered, staff: MemberRow
) -> None:
    raw = Till.body(order.code).encode()
    good = signed_headers(raw, "d-1", till.secret)
    old = signed_headers(raw, "d-1", till.secret, age=timedelta(minutes=6))
    other = signed_headers(raw, "d-1", "whsec_" + "A" * 43 + "=")
    for headers in (
        old,
        other,
        {**good, "webhook-id": "d-2"},
        {"Content-Type": "application/json"},
    ):
        assert till.send(raw, headers).status_code == 401
    assert till.send(raw + b" ", good).status_code == 401
    assert till.send(b"\xff", signed_headers(b"\xff", "d-1", till.secret)).status_code == 400
    assert till.send(b"[]", signed_headers(b"[]", "d-1", till.secret)).status_code == 422
    assert till.send(raw, {**good, "Content-Type": "text/plain"}).status_code == 415
    big = b'{"order": "' + b"x" * 20_000 + b'"}'
    assert till.send(big, signed_headers(big, "d-1", till.secret)).status_code == 413
    assert till.client.get(f"/hooks/payments/{till.door.code}").status_code == 405
    assert payments() == []
    service.turn_payments_off(actor_id=staff.id)
    assert till.send(raw, good).status_code == 404
    assert state_of(alice, order) == "waiting_money"


def test_a_changed_secret_leaves_the_former_one_an_hour(
    till: Till, order: Ordered, staff: MemberRow
) -> None:
    former = till.secret
    _door, till.secret = service.rotate_payments(actor_id=staff.id)
    raw = Till.body(order.code).encode()
    with clock.frozen(NOON + timedelta(hours=1)):
        assert till.send(raw, signed_headers(raw, "d-1", former)).status_code == 401
    with clock.frozen(NOON + timedelta(minutes=59)):
        assert till.send(raw, signed_headers(raw, "d-1", former)).status_code == 202
    with clock.frozen(NOON + timedelta(hours=2)):
        assert service.rekey_payments() == 1
        assert service.rekey_payments() == 0


def test_the_documented_command_signs_well(till: Till, order: Ordered) -> None:
    """The command of the page, run by a shell, with what it would send caught instead of sent."""
    page = (ROOT / "docs" / "payment-webhook.md").read_text(encoding="utf-8")
    lines = page.partition("```sh\n")[2].partition("```")[0].partition("curl")[0].splitlines()
    lines = [line for line in lines if not line.startswith(("SECRET=", "BODY=", "STAMP="))]
    body, stamp = Till.body(order.code), str(int(clock.now().timestamp()))
    script = "\n".join([*lines, 'printf "%s %s" "$ID" "$SIGNATURE"'])
    given = {**os.environ, "SECRET": till.secret, "BODY": body, "STAMP": stamp}
    done = subprocess.run(
        ["/bin/sh", "-ec", script], env=given, capture_output=True, text=True, check=True
    )
    message, _space, signature = done.stdout.partition(" ")
    headers = {
        "Content-Type": "application/json", "webhook-id": message, "webhook-timestamp": stamp,
        "webhook-signature": signature,
    }  # fmt: skip
    assert till.send(body.encode(), headers).json == {"status": "accepted"}


# --- the door ------------------------------------------------------------------------------------

DOOR = "/staff/webhooks/payments"


def test_staff_open_the_door_see_its_secret_once_change_it_and_close_it(
    staff_client: Browser, client: Browser, order: Ordered
) -> None:
    assert "Turn on" in staff_client.get(DOOR).text
    answer = staff_client.post(DOOR)
    assert (answer.status_code, answer.location) == (303, DOOR)
    assert "whsec_" not in str(answer.headers)
    first = _secret(staff_client.get(DOOR).text)
    assert first
    assert _secret(staff_client.get(DOOR).text) is None
    assert staff_client.post(f"{DOOR}/secret").status_code == 303
    page = staff_client.get(DOOR).text
    secret = _secret(page)
    assert secret not in {None, first}
    door = integrations.payment_door()
    assert door is not None
    assert f"/hooks/payments/{door.code}" in page
    assert first not in door.sealed_secret
    raw = Till.body(order.code).encode()
    path = f"/hooks/payments/{door.code}"
    sent = client.post(path, data=raw, headers=signed_headers(raw, "d-1", str(secret)), csrf=False)
    assert sent.status_code == 202
    assert staff_client.get(f"{DOOR}/off").status_code == 200
    assert staff_client.post(f"{DOOR}/off").status_code == 303
    assert staff_client.post(f"{DOOR}/off").status_code == 404
    assert staff_client.post(f"{DOOR}/secret").status_code == 404
    acts = db.session.scalars(
        sa.select(AuditEntry.action).where(AuditEntry.action.like("payments.%"))
    )
    assert sorted(acts) == ["payments.door_off", "payments.door_on", "payments.door_rotated"]


def test_the_door_is_for_who_keeps_the_mall(alice_client: Browser) -> None:
    for path in (DOOR, f"{DOOR}/off"):
        assert alice_client.get(path).status_code in {403, 404}
    for path in (DOOR, f"{DOOR}/off", f"{DOOR}/secret"):
        assert alice_client.post(path).status_code in {403, 404}


def _secret(page: str) -> str | None:
    found = re.search(r'<code class="copy-text" id="secret"[^>]*>([^<]+)</code>', page)
    return found.group(1) if found else None
