"""Passwords, contacts and devices of a member."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import queries, service
from app.identity.models import MemberContact
from app.identity.types import MemberRow
from app.kernel import clock, contacts
from app.kernel.db import db
from tests.factories.identity import PASSWORD, Browser, browser, letters, sign_in

NEW = "nine-Crisp-tofu-puffs"
WRONG = "not-This-one-either"


def _can_sign_in(app: Flask, contact: str, password: str) -> bool:
    client = browser(app)
    client.get("/signin")
    response = client.post("/signin", data={"contact": contact, "password": password})
    return response.status_code == 303


# --- a forgotten password ------------------------------------------------------------------------


def _ask_for_reset(client: Browser, contact: str = "alice@example.com") -> str:
    client.get("/signin/forgot")
    sent = client.post("/signin/forgot", data={"contact": contact})
    assert sent.status_code == 303
    client.get(sent.location)
    return sent.location


def test_a_reset_sets_the_password_signs_in_and_kills_every_other_session(
    app: Flask, client: Browser, alice: MemberRow, alice_client: Browser
) -> None:
    page = _ask_for_reset(client)
    code = letters(app, "alice@")[0].code
    done = client.post(page, data={"code": code, "password": NEW})
    assert done.status_code == 303
    assert client.get("/me").status_code == 200
    assert alice_client.get("/me").status_code == 303
    assert not _can_sign_in(app, "alice@example.com", PASSWORD)
    assert _can_sign_in(app, "alice@example.com", NEW)
    assert "changed" in letters(app, "alice@")[-1].subject


def test_a_weak_new_password_leaves_the_code_usable(
    app: Flask, client: Browser, alice: MemberRow
) -> None:
    page = _ask_for_reset(client)
    code = letters(app, "alice@")[0].code
    weak = client.post(page, data={"code": code, "password": "password123"})
    assert weak.status_code == 422
    assert f'value="{code}"' in weak.text
    assert client.post(page, data={"code": code, "password": NEW}).status_code == 303


def test_a_reset_code_works_once_and_a_password_change_kills_it(
    app: Flask, client: Browser, alice: MemberRow
) -> None:
    first, second = _ask_for_reset(client), _ask_for_reset(client)
    old, new = (letter.code for letter in letters(app, "alice@"))
    assert client.post(second, data={"code": new, "password": NEW}).location == "/"
    other = browser(app)
    other.get("/signin/forgot")
    for page, code in ((second, new), (first, old)):
        again = other.post(page, data={"code": code, "password": "another-Good-one-77"})
        assert again.location == "/signin/forgot"
    assert _can_sign_in(app, "alice@example.com", NEW)


def test_an_unknown_contact_gets_the_same_reset_page_and_no_code(
    app: Flask, client: Browser, alice: MemberRow
) -> None:
    known, unknown = _ask_for_reset(client), _ask_for_reset(client, "nobody@example.com")
    told = letters(app, "nobody@")
    assert len(told) == 1
    assert "No account" in told[0].subject
    answers = {
        page: client.post(page, data={"code": "000000", "password": NEW}).status_code
        for page in (known, unknown)
    }
    assert set(answers.values()) == {422}


def test_the_sixth_reset_of_a_contact_in_a_day_is_refused(
    app: Flask, client: Browser, alice: MemberRow
) -> None:
    for _ in range(5):
        _ask_for_reset(client)
    assert client.post("/signin/forgot", data={"contact": "alice@example.com"}).status_code == 429
    assert len(letters(app, "alice@")) == 5


# --- changing the password -----------------------------------------------------------------------


def _change(client: Browser, current: str = PASSWORD, new: str = NEW) -> int:
    data = {"current": current, "password": new}
    return client.post("/settings/account/password", data=data).status_code


def test_changing_the_password_keeps_this_device_and_signs_the_others_out(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    other = sign_in(browser(app), alice)
    token = alice_client.get_cookie("potluck")
    assert _change(alice_client) == 303
    fresh = alice_client.get_cookie("potluck")
    assert token is not None
    assert fresh is not None
    assert fresh.value != token.value
    assert alice_client.get("/me").status_code == 200
    assert other.get("/me").status_code == 303
    assert not _can_sign_in(app, "alice@example.com", PASSWORD)


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        (WRONG, NEW, "current"),
        (PASSWORD, PASSWORD, "password"),
        (PASSWORD, "alice@example.com", "password"),
        (PASSWORD, "1234567", "password"),
    ],
)
def test_a_password_change_says_what_is_wrong(
    alice_client: Browser, current: str, new: str, field: str
) -> None:
    data = {"current": current, "password": new}
    response = alice_client.post("/settings/account/password", data=data)
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text


def test_the_password_of_today_can_be_guessed_ten_times_only(alice_client: Browser) -> None:
    for _ in range(10):
        assert _change(alice_client, WRONG) == 422
    assert _change(alice_client) == 429


def test_a_session_opened_with_the_old_password_while_it_changes_is_dead_from_birth(
    app: Flask, alice: MemberRow
) -> None:
    known_then = service.auth_version_of(alice.id)
    service.sign_out_everywhere(alice.id)
    late = service.begin_session(alice.id, known_then)
    thief = browser(app)
    thief.set_cookie("potluck", late.token)
    assert thief.get("/me").status_code == 303


# --- devices -------------------------------------------------------------------------------------


def test_devices_are_listed_with_this_one_marked_and_can_be_signed_out(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    other = browser(app)
    other.get("/signin")
    agent = {"User-Agent": "Mozilla/5.0 (iPhone; like Mac OS X) MicroMessenger/8.0"}
    data = {"contact": "alice@example.com", "password": PASSWORD}
    other.post("/signin", data=data, headers=agent)
    page = alice_client.get("/settings/devices").text
    assert "WeChat on iPhone" in page
    assert page.count("This device") == 1
    lines = queries.devices_of(alice.id, since=clock.now() - timedelta(days=1))
    phone = next(line for line in lines if line.browser == "WeChat")
    out = alice_client.post(f"/settings/devices/{phone.id}/signout")
    assert out.status_code == 303
    assert other.get("/me").status_code == 303
    assert alice_client.get("/me").status_code == 200
    assert alice_client.post(f"/settings/devices/{phone.id}/signout").status_code == 404


def test_signing_out_everywhere_ends_this_device_too(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    other = sign_in(browser(app), alice)
    out = alice_client.post("/settings/devices/signout-everywhere")
    assert out.location == "/signin"
    assert "Clear-Site-Data" in out.headers
    for client in (other, alice_client):
        assert client.get("/me").status_code == 303


def test_nobody_signs_another_members_device_out(
    app: Flask, alice: MemberRow, alice_client: Browser, bob: MemberRow
) -> None:
    line = queries.devices_of(alice.id, since=clock.now() - timedelta(days=1))[0]
    bobs = sign_in(browser(app), bob)
    assert bobs.post(f"/settings/devices/{line.id}/signout").status_code == 404
    assert alice_client.get("/me").status_code == 200


# --- contacts ------------------------------------------------------------------------------------


def _add(client: Browser, contact: str, password: str = PASSWORD) -> str:
    data = {"contact": contact, "current": password}
    response = client.post("/settings/account/contacts/add", data=data)
    return response.location if response.status_code == 303 else str(response.status_code)


def test_another_contact_is_proved_told_about_and_signs_in(
    app: Flask, alice_client: Browser
) -> None:
    page = _add(alice_client, "13912345678")
    code = letters(app, "+86139")[0].code
    assert alice_client.post(page, data={"code": code}).location == "/settings/account"
    assert _can_sign_in(app, "+86 139 1234 5678", PASSWORD)
    told = letters(app, "alice@")
    assert len(told) == 1
    assert "+86139" in told[0].body
    assert "12345678" not in told[0].body


def test_adding_a_contact_needs_the_password(app: Flask, alice_client: Browser) -> None:
    assert _add(alice_client, "13912345678", WRONG) == "422"
    assert letters(app) == []


def test_somebody_elses_contact_can_not_be_taken(
    app: Flask, alice_client: Browser, bob: MemberRow
) -> None:
    page = _add(alice_client, "bob@example.com")
    assert page.startswith("/settings/account/contacts/code/")
    assert "already" in letters(app, "bob@")[0].subject
    assert alice_client.post(page, data={"code": "123456"}).status_code == 422


def test_a_code_for_a_contact_works_for_who_asked_only(
    app: Flask, alice_client: Browser, bob: MemberRow
) -> None:
    page = _add(alice_client, "13912345678")
    code = letters(app, "+86139")[0].code
    bobs = sign_in(browser(app), bob)
    refused = bobs.post(page, data={"code": code})
    assert refused.location == "/settings/account/contacts/add"
    assert alice_client.post(page, data={"code": code}).status_code == 303


def test_a_contact_can_go_but_not_the_last_one(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    page = _add(alice_client, "13912345678")
    alice_client.post(page, data={"code": letters(app, "+86139")[0].code})
    mail, phone = queries.contacts_of(alice.id)
    out = alice_client.post(f"/settings/account/contacts/{mail.id}/remove")
    assert out.status_code == 303
    assert not _can_sign_in(app, "alice@example.com", PASSWORD)
    last = alice_client.post(f"/settings/account/contacts/{phone.id}/remove")
    assert last.status_code == 409
    assert _can_sign_in(app, "13912345678", PASSWORD)


@pytest.mark.race
def test_two_removals_at_once_leave_one_contact(app: Flask, alice: MemberRow) -> None:
    from app.identity.service import members
    from app.kernel.db import use_case

    @use_case
    def add() -> None:
        row = members.contact_row(alice.id, contacts.parse("13912345678"), clock.now())
        db.session.execute(sa.insert(MemberContact), [row])

    add()
    barrier, lines = Barrier(2), queries.contacts_of(alice.id)

    def remove(contact_id: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                service.remove_contact(alice.id, contact_id)
            except Exception:  # noqa: BLE001 - one of them must lose; what is left is counted
                db.session.rollback()

    threads = [Thread(target=remove, args=(line.id,)) for line in lines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert len(queries.contacts_of(alice.id)) == 1


def test_contacts_are_found_after_the_secret_was_replaced(app: Flask, alice: MemberRow) -> None:
    old = app.config["SECRET_KEY"]
    try:
        app.config["SECRET_KEY"] = "another-secret-that-only-the-tests-know-42"
        assert queries.find_account(contacts.parse("alice@example.com")) is None
        app.config["SECRET_KEY_FALLBACKS"] = [old]
        assert queries.find_account(contacts.parse("alice@example.com")) is not None
        assert service.rekey_contacts() == 1
        assert service.rekey_contacts() == 0
        app.config["SECRET_KEY_FALLBACKS"] = []
        assert queries.find_account(contacts.parse("alice@example.com")) is not None
    finally:
        app.config.update(SECRET_KEY=old, SECRET_KEY_FALLBACKS=[])
