"""The console of earning rules by its forms: draft, parts, check, publish; JavaScript is off."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.ledger.types import Fund
from app.loyalty import service
from app.loyalty.queries import books, budgets, drafts
from app.loyalty.types import Campaign, Cap, Rule, Window
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.loyalty import use_rules

Counting = Callable[[], AbstractContextManager[list[str]]]
REPLY = "reply.published"
DRAFT = "/staff/rules/draft"


@pytest.fixture
def desk(app: Flask, operator: MemberRow) -> Browser:
    """The operator's browser, with a draft begun."""
    made = browser(app)
    sign_in(made, operator)
    made.post(DRAFT)
    return made


def fields_of(page: str, **changes: Any) -> dict[str, Any]:
    """Return what the first form with fields would send, as a browser reads it off the page."""
    form = max(re.findall(r"<form class=\"form.*?</form>", page, re.DOTALL), key=len)
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        box = kind and kind[1] in {"checkbox", "radio"}
        if name and name[1] != "csrf_token" and (not box or "checked" in tag):
            held = value[1] if value else ("y" if box else "")
            sent.setdefault(name[1], []).append(held)
    for name, inside in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        options = re.findall(r'<option([^>]*)value="([^"]*)"([^>]*)>', inside)
        chosen = [v for a, v, b in options if "selected" in a + b] or [options[0][1]]
        sent[name] = chosen
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        sent[name] = [text.strip()]
    return {**sent, **{key.replace("__", "-"): value for key, value in changes.items()}}


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# --- looking -------------------------------------------------------------------------------------


def test_the_version_that_holds_is_told_in_plain_words(desk: Browser) -> None:
    page = words_of(desk.get("/staff/rules").text)

    assert "Version 1 holds" in page
    assert "10 points each time, up to 50 a day." in page
    assert "1 point for each full 1.00 paid" in page


def test_fans_and_analysts_have_their_places(app: Flask, alice_client: Browser) -> None:
    analyst = browser(app)
    sign_in(analyst, a_member("anna", (Role.ANALYST,)))

    assert alice_client.get("/staff/rules").status_code == 403
    assert analyst.get("/staff/rules").status_code == 200
    assert analyst.post(DRAFT).status_code == 403
    assert analyst.get(DRAFT).status_code == 403


# --- writing a rule ------------------------------------------------------------------------------


def test_a_rule_is_changed_in_the_draft_and_holds_only_when_published(desk: Browser) -> None:
    page = desk.get(f"{DRAFT}/rules/{REPLY}").text
    saved = desk.post(f"{DRAFT}/rules/{REPLY}", data=fields_of(page, points="3", growth="3"))

    assert saved.status_code == 303
    assert books.current().rule(REPLY).points == 2
    draft = desk.get(DRAFT).text
    assert "3 points each time, up to 20 a day." in words_of(draft)

    page = desk.get(f"{DRAFT}/publish").text
    assert "2 points each time" in words_of(page)
    done = desk.post(f"{DRAFT}/publish", data=fields_of(page, note="Replies are worth more"))

    assert done.status_code == 303
    assert books.current().rule(REPLY).points == 3
    told = words_of(desk.get("/staff/rules/versions/2").text)
    assert "Replies are worth more" in told
    assert "3 points each time" in told
    assert "oscar" in told
    assert drafts.draft() is None


def test_rows_are_added_and_taken_out_without_losing_what_was_typed(desk: Browser) -> None:
    where = f"{DRAFT}/rules/{REPLY}"
    page = desk.get(where).text

    page = desk.post(where, data=fields_of(page, points="not yet", add="caps")).text
    assert 'value="not yet"' in page
    page = desk.post(where, data=fields_of(page, add_attribute="length", add="conditions")).text
    sent = fields_of(
        page, points="3", add_attribute="has_photo", add="conditions",
        **{"conditions-0-value": "20", "caps-1-times": "30", "caps-1-window": "week"},
    )  # fmt: skip
    page = desk.post(where, data=sent).text
    assert "Nothing is known" not in page
    page = desk.post(where, data=fields_of(page, add_attribute="board", add="conditions")).text
    page = desk.post(where, data=fields_of(page, take_out="conditions-1")).text
    assert desk.post(where, data=fields_of(page)).status_code == 303

    found = drafts.draft()
    assert found
    rule = found.book.rule(REPLY)
    assert [(each.attribute, each.value) for each in rule.conditions] == [("length", 20)]
    assert rule.caps == (Cap(Window.DAY, 20), Cap(Window.WEEK, None, 30))
