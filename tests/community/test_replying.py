"""Replies stand on floors; their authors change them, take them down and bring them back."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.community import service
from app.community.models import Reply
from app.community.queries import Pace
from app.community.service import replies as replying
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.ledger import queries as ledger
from tests.community.reading import drifts, text_of, toasts, value_of
from tests.community.test_publishing import mute
from tests.factories.community import a_thread
from tests.factories.identity import Browser, browser, sign_in

EN = {"Accept-Language": "en"}


@pytest.fixture
def code(bob: MemberRow) -> str:
    """A thread of Bob's."""
    return a_thread(bob).thread_code


def answer(
    by: Browser, code: str, body: str = "真香", query: str = "", **more: str
) -> TestResponse:
    key = more.pop("request_key", None) or value_of(by.get(f"/p/{code}"), "request_key")
    form = {"body": body, "request_key": key, **more}
    return by.post(f"/p/{code}/reply{query}", data=form, headers=EN)


def rows() -> list[Any]:
    return list(db.session.execute(sa.select(Reply.__table__).order_by(Reply.floor)))


def test_a_reply_stands_on_the_next_floor_and_earns(
    alice_client: Browser, alice: MemberRow, code: str
) -> None:
    sent = answer(alice_client, code, "**真香**")
    assert (sent.status_code, sent.location) == (303, f"/p/{code}#f-1")
    page = alice_client.get(f"/p/{code}", headers=EN)
    assert toasts(page) == ["Sent, +2 points"]
    assert 'id="f-1"' in text_of(page)
    assert "<strong>真香</strong>" in text_of(page)
    assert answer(alice_client, code).location == f"/p/{code}#f-2"
    assert ledger.balance(alice.id).available == 4
    assert drifts() == []


def test_a_reply_to_a_floor_quotes_it(
    app: Flask, alice_client: Browser, bob: MemberRow, code: str
) -> None:
    service.reply(bob.id, code, "锅底是**牛油**")
    bar = text_of(alice_client.get(f"/p/{code}?reply_to=1", headers=EN))
    assert "Reply to bob, #1" in bar
    assert f'action="/p/{code}/reply?reply_to=1"' in bar
    answer(alice_client, code, "难怪", "?reply_to=1")
    page = text_of(alice_client.get(f"/p/{code}"))
    quote = page[page.index("reply-quote") :][:200]
    assert "锅底是牛油" in quote
    assert f"/p/{code}#f-1" in quote
    service.remove_reply(bob.id, code, 1)
    page = text_of(alice_client.get(f"/p/{code}", headers=EN))
    assert "锅底是" not in page
    assert "This reply is gone" in page


@pytest.mark.parametrize("floor", ["0", "-1", "9", "999999999999999999999", "x", ""])
def test_a_reply_to_a_floor_that_is_not_there_is_a_plain_reply(
    alice_client: Browser, code: str, floor: str
) -> None:
    assert alice_client.get(f"/p/{code}?reply_to={floor}").status_code == 200
    assert answer(alice_client, code, query=f"?reply_to={floor}").status_code == 303
    assert rows()[0].reply_to is None


def test_a_second_submit_of_one_form_replies_once(
    alice_client: Browser, alice: MemberRow, code: str
) -> None:
    key = value_of(alice_client.get(f"/p/{code}"), "request_key")
    sent = [answer(alice_client, code, request_key=key).location for _ in range(2)]
    assert sent == [f"/p/{code}#f-1"] * 2
    assert len(rows()) == 1
    assert ledger.balance(alice.id).available == 2


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "Write a few words first."),
        (" \u200b \n", "Write a few words first."),
        ("长" * 5_001, "This text is too long."),
    ],
)
def test_a_bad_reply_says_why_and_keeps_the_text(
    alice_client: Browser, code: str, body: str, message: str
) -> None:
    sent = answer(alice_client, code, body)
    assert sent.status_code == 422
    assert message in text_of(sent)
    assert body.strip("\u200b \n") in text_of(sent)
    assert rows() == []


def test_replying_too_fast_says_when_to_come_back(
    alice_client: Browser, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replying, "PACE", Pace(1, timedelta(minutes=10)))
    answer(alice_client, code)
    sent = answer(alice_client, code, "再来一句")
    assert sent.status_code == 429
    assert "再来一句" in text_of(sent)
    clock.tick(timedelta(minutes=11))
    assert answer(alice_client, code).status_code == 303


def test_a_muted_member_does_not_reply(alice_client: Browser, alice: MemberRow, code: str) -> None:
    mute(alice.id)
    assert answer(alice_client, code).status_code == 403
    assert rows() == []


def test_nobody_replies_to_what_is_gone(alice_client: Browser, bob: MemberRow, code: str) -> None:
    key = value_of(alice_client.get(f"/p/{code}"), "request_key")
    service.remove_thread(bob.id, code)
    assert answer(alice_client, code, request_key=key).status_code == 410
    assert answer(alice_client, "0000000000000", request_key=key).status_code == 404
    assert rows() == []


def test_an_authors_reply_carries_his_mark(app: Flask, bob: MemberRow, code: str) -> None:
    service.reply(bob.id, code, "谢谢大家")
    made = browser(app)
    assert "Author" in text_of(made.get(f"/p/{code}", headers=EN))


# --- pages ---------------------------------------------------------------------------------------


def test_a_long_thread_pages_by_floor(
    app: Flask, alice_client: Browser, alice: MemberRow, code: str
) -> None:
    for n in range(1, 46):
        service.reply(alice.id, code, f"第 {n} 楼的话")
    for query, floors in {
        "": (1, 20), "?page=2": (21, 40), "?page=3": (41, 45), "?floor=37": (21, 40),
        "?page=99": (41, 45), "?page=-3": (1, 20), "?page=x": (1, 20), "?floor=0": (1, 20),
    }.items():  # fmt: skip
        page = text_of(alice_client.get(f"/p/{code}{query}"))
        shown = [n for n in range(1, 46) if f'id="f-{n}"' in page]
        assert (shown[0], shown[-1]) == floors, query
    assert answer(alice_client, code).location == f"/p/{code}?page=3#f-46"


# --- changing, down and back ---------------------------------------------------------------------


def test_its_author_changes_a_reply(alice_client: Browser, alice: MemberRow, code: str) -> None:
    service.reply(alice.id, code, "真相")
    assert "真相" in text_of(alice_client.get(f"/p/{code}/f/1/edit"))
    bad = alice_client.post(f"/p/{code}/f/1/edit", data={"body": " "}, headers=EN)
    assert bad.status_code == 422
    assert "Write a few words first." in text_of(bad)
    clock.tick(timedelta(minutes=6))  # slips of the first minutes are not marked
    sent = alice_client.post(f"/p/{code}/f/1/edit", data={"body": "真香"})
    assert sent.location == f"/p/{code}#f-1"
    page = text_of(alice_client.get(f"/p/{code}", headers=EN))
    assert "真香" in page
    assert "edited" in page


def test_a_reply_is_taken_down_and_brought_back_and_keeps_its_floor(
    app: Flask, alice_client: Browser, alice: MemberRow, bob: MemberRow, code: str
) -> None:
    service.reply(alice.id, code, "秘密配方")
    service.reply(bob.id, code, "什么配方？")
    alice_client.post(f"/p/{code}/f/1/remove")
    mine = text_of(alice_client.get(f"/p/{code}", headers=EN))
    assert "You removed this reply." in mine
    other = browser(app)
    seen = text_of(sign_in(other, bob).get(f"/p/{code}", headers=EN))
    assert "秘密配方" not in seen
    assert "Removed by its author" in seen
    assert 'id="f-2"' in seen
    assert drifts() == []
    alice_client.post(f"/p/{code}/f/1/bring-back")
    assert "秘密配方" in text_of(other.get(f"/p/{code}"))
    assert drifts() == []


def test_floors_go_on_after_a_removed_one(alice: MemberRow, code: str) -> None:
    for n in (1, 2):
        assert service.reply(alice.id, code, f"{n}").floor == n
    service.remove_reply(alice.id, code, 2)
    assert service.reply(alice.id, code, "3").floor == 3
    assert drifts() == []


def test_replying_takes_at_most_twenty_statements(
    alice_client: Browser, code: str, count_statements: Any
) -> None:
    for _ in range(2):  # the first one makes the wallets
        key = value_of(alice_client.get(f"/p/{code}"), "request_key")
        with count_statements() as seen:
            assert answer(alice_client, code, request_key=key).status_code == 303
        assert len(seen) <= 20, "\n".join(seen)
