"""Sign-up: contact, name, password, consent; a code; a member."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.identity import queries, service
from app.identity.models import Member, MemberConsent, OneTimeCode
from app.identity.types import ContactTakenError, Device, MemberRow, SignedIn
from app.kernel import clock, contacts, facts
from app.kernel.db import db
from tests.factories.identity import PASSWORD, Browser, a_member, browser, letters

Counting = Callable[[], AbstractContextManager[list[str]]]
TICKET = re.compile(r"/signup/code/[\w-]+")
FORM = {
    "contact": "mei@example.com",
    "name": "麻辣小李",
    "password": "nine-Crisp-tofu-puffs",
    "consent": "y",
}


def _sign_up(client: Browser, **changes: str) -> TestResponse:
    client.get("/signup")
    return client.post("/signup", data={**FORM, **changes})


def _members() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(Member)) or 0


def test_a_fan_joins_with_his_mail_and_is_signed_in(app: Flask, client: Browser) -> None:
    sent = _sign_up(client, next="/b")
    assert sent.status_code == 303
    assert _members() == 0  # nobody is a member before the code fits
    page = client.get(sent.location)
    assert "m***@example.com" in page.text
    joined = client.post(
        sent.location, data={"code": letters(app, "mei@")[0].code, "next": "/checkin"}
    )
    assert (joined.status_code, joined.location) == (303, "/checkin")
    me = client.get("/me")
    assert me.status_code == 200
    assert "麻辣小李" in me.text


def test_a_fan_joins_with_his_number_written_any_way(app: Flask, client: Browser) -> None:
    sent = _sign_up(client, contact="138 0013 8000")
    message = letters(app, "+8613800138000")[0]
    assert client.post(sent.location, data={"code": message.code}).status_code == 303
    again = browser(app)
    again.get("/signin")
    signed_in = again.post(
        "/signin", data={"contact": "＋86 138-0013-8000", "password": FORM["password"]}
    )
    assert signed_in.status_code == 303


def test_joining_notes_consent_and_a_fact_without_anything_personal(
    app: Flask, client: Browser
) -> None:
    sent = _sign_up(client)
    client.post(sent.location, data={"code": letters(app)[0].code})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(MemberConsent)) == 1
    fact = db.session.execute(sa.select(facts.FactRow.__table__)).one()
    assert fact.name == "member.joined"
    assert "mei" not in fact.payload


@pytest.mark.parametrize("written", ["{}", " {} ", "{:.3} {:.0}"])
def test_the_code_may_be_pasted_with_spaces_or_full_width(
    app: Flask, client: Browser, written: str
) -> None:
    sent = _sign_up(client)
    code = letters(app)[0].code
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    typed = f"{wide[:3]} {wide[3:]}" if ".3" in written else written.format(code)
    assert client.post(sent.location, data={"code": typed}).status_code == 303


def test_a_code_works_once(app: Flask, client: Browser) -> None:
    sent = _sign_up(client)
    code = {"code": letters(app)[0].code}
    assert client.post(sent.location, data=code).location == "/"
    again = browser(app)
    again.get("/signup")
    assert again.post(sent.location, data=code).location == "/signup"
    assert _members() == 1


def test_a_code_dies_after_ten_minutes(app: Flask, client: Browser) -> None:
    sent = _sign_up(client)
    code = letters(app)[0].code
    clock.tick(timedelta(minutes=10))
    assert client.post(sent.location, data={"code": code}).location == "/signup"
    assert _members() == 0


def test_the_sixth_try_of_a_code_fails_even_with_the_right_one(app: Flask, client: Browser) -> None:
    sent = _sign_up(client)
    code = letters(app)[0].code
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert client.post(sent.location, data={"code": wrong}).status_code == 422
    refused = client.post(sent.location, data={"code": code})
    assert refused.status_code == 422
    assert _members() == 0


def test_a_code_for_a_reset_opens_no_sign_up_and_the_other_way_round(
    app: Flask, client: Browser, alice: MemberRow
) -> None:
    up = _sign_up(client)
    client.get("/signin/forgot")
    reset = client.post("/signin/forgot", data={"contact": "alice@example.com"})
    joining, resetting = letters(app, "mei@")[0].code, letters(app, "alice@")[0].code
    ticket_up, ticket_reset = up.location.split("/")[3], reset.location.rsplit("/", 1)[1]
    crossed = client.post(f"/signup/code/{ticket_reset}", data={"code": resetting})
    assert crossed.location == "/signup"
    crossed = client.post(
        f"/signin/forgot/{ticket_up}", data={"code": joining, "password": "nine-Crisp-tofu-puffs"}
    )
    assert crossed.location == "/signin/forgot"
    assert _members() == 1


def test_another_code_can_be_sent_and_kills_the_first(app: Flask, client: Browser) -> None:
    first = _sign_up(client)
    second = client.post(f"{first.location}/again")
    old, new = (letter.code for letter in letters(app, "mei@"))
    assert client.post(first.location, data={"code": old}).location == "/signup"
    assert client.post(second.location, data={"code": new}).location == "/"


def test_a_known_contact_gets_the_same_page_and_a_letter_instead_of_a_code(
    app: Flask, client: Browser, alice: MemberRow
) -> None:
    fresh = _sign_up(client)
    fresh_page = client.get(fresh.location)
    known = _sign_up(client, contact="Alice@Example.com")
    known_page = client.get(known.location)
    assert fresh.status_code == known.status_code == 303
    assert fresh.text.replace(fresh.location, "") == known.text.replace(known.location, "")
    assert _without_tokens(fresh_page.text, "m***") == _without_tokens(known_page.text, "a***")
    told = letters(app, "alice@")
    assert len(told) == 1
    assert "already" in told[0].subject
    again = client.post(f"{known.location}/again")
    assert again.status_code == 303
    wrong_known = client.post(again.location, data={"code": "000000"})
    wrong_fresh = client.post(fresh.location, data={"code": "000000"})
    assert wrong_known.status_code == wrong_fresh.status_code == 422


def _without_tokens(page: str, masked: str) -> list[str]:
    """Return a page without what differs from request to request."""
    lines = (line for line in page.splitlines() if "csrf_token" not in line)
    return [TICKET.sub("/signup/code/?", line.replace(masked, "?***")) for line in lines]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"contact": "nobody"}, "contact"),
        ({"contact": "a@b"}, "contact"),
        ({"contact": "12345"}, "contact"),
        ({"contact": ""}, "contact"),
        ({"contact": "x" * 300 + "@example.com"}, "contact"),
        ({"name": ""}, "name"),
        ({"name": "x" * 25}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "\u0430lice"}, "name"),
        ({"name": "Admin"}, "name"),
        ({"password": "short"}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "mei@example.com"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"consent": ""}, "consent"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_the_form_stays_as_it_was(
    app: Flask, client: Browser, changes: dict[str, str], field: str
) -> None:
    response = _sign_up(client, **changes)
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert "<title>Error: " in response.text
    for name in ("contact", "name"):
        if name != field:
            assert f'value="{FORM[name]}"' in response.text
    assert letters(app) == []


def test_the_sixth_sign_up_of_one_contact_in_a_day_is_refused(app: Flask, client: Browser) -> None:
    for _ in range(5):
        assert _sign_up(client).status_code == 303
    refused = _sign_up(client)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert 'value="mei@example.com"' in refused.text
    assert len(letters(app)) == 5
    assert _sign_up(client, contact="lee@example.com").status_code == 303


def test_sign_up_stays_within_its_statements(
    app: Flask, client: Browser, count_statements: Counting
) -> None:
    with count_statements() as shown:
        client.get("/signup")
    with count_statements() as asked:
        sent = client.post("/signup", data=FORM)
    code = letters(app)[0].code
    with count_statements() as page:
        client.get(sent.location)
    with count_statements() as joined:
        client.post(sent.location, data={"code": code})
    assert len(shown) == 0
    assert len(page) == 1
    assert len(asked) <= 8, asked
    assert len(joined) <= 19, joined


def test_nothing_of_a_used_or_expired_code_is_kept(app: Flask, client: Browser) -> None:
    sent = _sign_up(client)
    client.post(sent.location, data={"code": letters(app)[0].code})
    row = db.session.execute(sa.select(OneTimeCode.value, OneTimeCode.payload)).one()
    assert (row.value, row.payload) == ("", {})
    clock.tick(timedelta(minutes=10))
    assert service.prune_codes() == 1


@pytest.mark.race
def test_sixteen_sign_ups_of_one_number_at_once_make_one_member(app: Flask) -> None:
    codes = []
    for number in range(5):
        ticket = service.start_sign_up(
            "13800138000", PASSWORD, f"fan{number}", locale="en", address=f"10.0.0.{number}"
        )
        codes.append((ticket, letters(app)[-1].code))
    barrier, outcomes = Barrier(15), list[object]()

    def run(ticket: str, code: str, address: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                outcomes.append(
                    service.finish_sign_up(ticket, code, device=Device(), address=address)
                )
            except Exception as error:  # noqa: BLE001 - every outcome is looked at below
                outcomes.append(error)

    threads = [
        Thread(target=run, args=(ticket, code, f"10.1.0.{number}"))
        for number, (ticket, code) in enumerate(codes * 3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(outcome, SignedIn) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, ContactTakenError) for outcome in outcomes) >= 4
    assert _members() == 1
    assert queries.find_account(contacts.parse("13800138000")) is not None


def test_two_members_of_one_name_are_two_people(app: Flask) -> None:
    first, second = a_member("mei"), a_member("mei", email="mei2@example.com")
    assert first.yid != second.yid
