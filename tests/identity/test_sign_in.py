"""Sign-in, sign-out, limits; nobody learns who has an account."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from werkzeug.test import TestResponse

from app.identity import service
from app.identity.models import Member, MemberCredential, MemberSession
from app.identity.types import Device, MemberRow
from app.kernel import clock
from app.kernel.db import changed, db, use_case
from app.kernel.errors import DomainError
from app.kernel.permissions import Role
from tests.factories.identity import PASSWORD, Browser, a_member, browser, letters, sign_in

Counting = Callable[[], AbstractContextManager[list[str]]]
WRONG = "not-This-one-either"


def _try(
    app: Flask, contact: str = "alice@example.com", password: str = PASSWORD, **more: str
) -> TestResponse:
    """Sign in as a fresh browser from an address."""
    client = browser(app)
    client.get("/signin")
    data = {"contact": contact, "password": password, "next": more.pop("next", "/")}
    environ = {"REMOTE_ADDR": more.pop("address", "10.0.0.1")}
    return client.post("/signin", data=data, headers=more, environ_base=environ)


def test_a_member_signs_in_and_goes_back_to_where_he_was(app: Flask, alice: MemberRow) -> None:
    client = browser(app)
    asked = client.get("/me")
    assert (asked.status_code, asked.location) == (303, "/signin?next=/me")
    client.get(asked.location)
    done = client.post(
        "/signin", data={"contact": "ALICE@example.com", "password": PASSWORD, "next": "/me"}
    )
    assert (done.status_code, done.location) == (303, "/me")
    assert "alice" in client.get("/me").text


@pytest.mark.parametrize(
    "target",
    ["//evil.example/x", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"],
)
def test_sign_in_never_leads_to_another_site(app: Flask, alice: MemberRow, target: str) -> None:
    assert _try(app, next=target).location == "/"


def test_an_unknown_contact_and_a_wrong_password_get_the_same_answer(
    app: Flask, alice: MemberRow
) -> None:
    wrong = _try(app, password=WRONG)
    unknown = _try(app, contact="nobody@example.com", password=WRONG)
    assert wrong.status_code == unknown.status_code == 422
    assert _plain(wrong, "alice") == _plain(unknown, "nobody")
    assert "Set-Cookie" not in wrong.headers or "potluck=" not in wrong.headers["Set-Cookie"]


def _plain(response: TestResponse, name: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", response.text).replace(name, "?")


def test_a_closed_account_answers_like_an_unknown_one(app: Flask, alice: MemberRow) -> None:
    _close(alice.id)
    assert _try(app).status_code == 422


@use_case
def _close(member_id: int) -> None:
    changed(sa.update(Member).where(Member.id == member_id).values(state="closed"))


def test_what_was_typed_stays_except_the_password(app: Flask, alice: MemberRow) -> None:
    response = _try(app, password=WRONG, next="/b")
    assert 'value="alice@example.com"' in response.text
    assert 'value="/b"' in response.text
    assert WRONG not in response.text
    assert response.headers["Cache-Control"] == "no-store"


# --- limits --------------------------------------------------------------------------------------


def test_the_eleventh_failure_of_an_account_in_five_minutes_is_refused_even_if_right(
    app: Flask, alice: MemberRow
) -> None:
    for number in range(10):
        assert _try(app, password=WRONG, address=f"10.0.1.{number}").status_code == 422
    refused = _try(app, address="10.0.2.1")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    assert 'value="alice@example.com"' in refused.text
    clock.tick(timedelta(minutes=5))
    assert _try(app, address="10.0.2.1").status_code == 303


def test_an_unknown_account_is_limited_just_the_same(app: Flask) -> None:
    for number in range(10):
        contact, address = "nobody@example.com", f"10.0.1.{number}"
        assert _try(app, contact=contact, password=WRONG, address=address).status_code == 422
    assert _try(app, contact="nobody@example.com", address="10.0.2.1").status_code == 429


def test_the_eleventh_failure_from_an_address_is_refused_for_every_account(
    app: Flask, alice: MemberRow
) -> None:
    for number in range(10):
        assert _try(app, contact=f"fan{number}@example.com", password=WRONG).status_code == 422
    assert _try(app).status_code == 429
    assert _try(app, address="10.0.0.2").status_code == 303


def test_signing_in_rightly_uses_no_allowance_up(app: Flask, alice: MemberRow) -> None:
    for _ in range(9):
        assert _try(app, password=WRONG).status_code == 422
    for _ in range(12):
        assert _try(app).status_code == 303
    assert _try(app, password=WRONG).status_code == 422
    assert _try(app).status_code == 429


@pytest.mark.race
def test_thirty_tries_at_once_are_ten_tries_and_twenty_refusals(
    app: Flask, alice: MemberRow
) -> None:
    barrier, outcomes = Barrier(30), list[str]()

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                service.sign_in(
                    "alice@example.com", WRONG, device=Device(), address=f"10.3.0.{number}"
                )
            except DomainError as error:
                outcomes.append(error.code)

    threads = [Thread(target=run, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (outcomes.count("sign_in_failed"), outcomes.count("too_many")) == (10, 20)


# --- sessions ------------------------------------------------------------------------------------


def _cookie(client: Browser) -> str | None:
    cookie = client.get_cookie("potluck")
    return cookie.value if cookie else None


def test_signing_in_always_begins_under_a_fresh_id(app: Flask, alice: MemberRow) -> None:
    """Fixation: an id that somebody planted is worth nothing, and the old one dies."""
    client = browser(app)
    client.set_cookie("potluck", "planted-by-somebody-else")
    client.get("/signin")
    client.set_cookie("potluck", "planted-by-somebody-else")
    client.post("/signin", data={"contact": "alice@example.com", "password": PASSWORD})
    first = _cookie(client)
    assert first not in {None, "planted-by-somebody-else"}
    client.get("/me")
    client.post("/signin", data={"contact": "alice@example.com", "password": PASSWORD})
    second = _cookie(client)
    assert second != first
    thief = browser(app)
    thief.set_cookie("potluck", first or "")
    assert thief.get("/me").status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    app: Flask, alice: MemberRow
) -> None:
    cookies = _try(app).headers.getlist("Set-Cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("potluck="))
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(session.split("; "))
    assert str(db.session.scalar(sa.select(MemberSession.digest))) not in session


def test_signing_out_ends_the_session_and_clears_the_browser(
    app: Flask, alice_client: Browser
) -> None:
    token = _cookie(alice_client) or ""
    out = alice_client.post("/signout")
    assert (out.status_code, out.location) == (303, "/signin")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert _cookie(alice_client) is None
    kept = browser(app)
    kept.set_cookie("potluck", token)
    assert kept.get("/me").status_code == 303


def test_signing_out_needs_the_token(alice_client: Browser) -> None:
    assert alice_client.post("/signout", csrf=False).status_code == 400
    assert alice_client.get("/signout").status_code == 405
    assert alice_client.get("/me").status_code == 200


def test_another_members_token_does_not_fit(
    app: Flask, alice_client: Browser, bob: MemberRow
) -> None:
    bobs = sign_in(browser(app), bob)
    alice_client.csrf_secret = bobs.csrf_secret
    assert alice_client.post("/signout").status_code == 400


def test_a_guest_costs_no_statement_and_a_member_one(
    app: Flask, client: Browser, alice_client: Browser, count_statements: Counting
) -> None:
    with count_statements() as guest:
        client.get("/signin")
    with count_statements() as member:
        alice_client.get("/settings")
    assert (len(guest), len(member)) == (0, 1)


def test_reading_never_writes(app: Flask, alice_client: Browser) -> None:
    clock.tick(timedelta(hours=1))
    before = db.session.scalar(sa.select(MemberSession.seen_at))
    for path in ("/me", "/settings", "/settings/devices", "/settings/account"):
        assert alice_client.get(path).status_code == 200
    db.session.rollback()
    assert db.session.scalar(sa.select(MemberSession.seen_at)) == before


def test_a_change_notes_that_he_was_here_at_most_every_five_minutes(
    app: Flask, alice_client: Browser
) -> None:
    start = clock.now()
    for minutes, noted in ((4, start), (2, start + timedelta(minutes=6))):
        clock.tick(timedelta(minutes=minutes))
        alice_client.post("/theme", data={"theme": "dark"})
        db.session.rollback()
        assert db.session.scalar(sa.select(MemberSession.seen_at)) == noted


@pytest.mark.parametrize(
    ("roles", "idle", "whole"),
    [((), timedelta(days=14), timedelta(days=30)), (("moderator",), timedelta(hours=4),
     timedelta(hours=12))],
)  # fmt: skip
def test_sessions_end_by_themselves(
    app: Flask, roles: tuple[str, ...], idle: timedelta, whole: timedelta
) -> None:
    member = a_member("mona", roles)
    resting = sign_in(browser(app), member)
    clock.tick(idle - timedelta(seconds=1))
    assert resting.get("/me").status_code == 200
    clock.tick(timedelta(seconds=1))
    assert resting.get("/me").status_code == 303
    busy = sign_in(browser(app), member)
    for _ in range(20):
        clock.tick(whole / 20)
        assert busy.post("/theme", data={"theme": "dark"}).status_code == 303
    assert busy.get("/me").status_code == 303


def test_a_role_shortens_a_running_session(app: Flask, alice: MemberRow) -> None:
    client = sign_in(browser(app), alice)
    clock.tick(timedelta(hours=13))
    assert client.get("/me").status_code == 200
    service.grant_role(None, alice.id, Role.MODERATOR)
    assert client.get("/me").status_code == 303


def test_leaving_kills_the_session_at_once(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    _close(alice.id)
    gone = alice_client.get("/me")
    assert gone.status_code == 303
    assert _cookie(alice_client) is None  # a dead cookie is taken away


def test_a_new_kind_of_device_is_told_by_letter_and_a_known_one_not(
    app: Flask, alice: MemberRow
) -> None:
    chrome = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0"
    for agent, told in ((chrome, 0), (chrome, 0), (phone, 1), (phone, 1)):
        assert _try(app, **{"User-Agent": agent}).status_code == 303
        assert len(letters(app, "alice@")) == told
    assert "WeChat, iPhone" in letters(app)[0].body


def test_an_old_hash_is_made_anew_at_sign_in(app: Flask, alice: MemberRow) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    _store_hash(alice.id, weak)
    assert _try(app).status_code == 303
    db.session.rollback()
    stored = db.session.scalar(sa.select(MemberCredential.password_hash)) or ""
    assert "m=19456,t=2,p=1" in stored
    assert _try(app).status_code == 303


@use_case
def _store_hash(member_id: int, value: str) -> None:
    changed(
        sa.update(MemberCredential)
        .where(MemberCredential.member_id == member_id)
        .values(password_hash=value)
    )


def test_signing_in_stays_within_its_statements(
    app: Flask, alice: MemberRow, count_statements: Counting
) -> None:
    client = browser(app)
    client.get("/signin")
    with count_statements() as seen:
        client.post("/signin", data={"contact": "alice@example.com", "password": PASSWORD})
    assert len(seen) <= 10, seen


def test_a_member_who_is_in_is_led_on(alice_client: Browser) -> None:
    assert alice_client.get("/signin?next=/settings").location == "/settings"
    assert alice_client.get("/signup?next=//evil.example").location == "/"


@pytest.mark.parametrize(("language", "heading"), [("en", "Back to the table"), ("zh-CN", "")])
def test_the_page_speaks_the_readers_language(app: Flask, language: str, heading: str) -> None:
    client = browser(app)
    client.language = language
    page = client.get("/signin").text
    assert f'<html lang="{"en" if language == "en" else "zh-Hans-CN"}"' in page
    assert heading in page
