"""Bad input gets a clear answer, nothing typed is lost, other people's conversations are none."""

import unicodedata
from typing import Any

import pytest
from flask import Flask

from app.community.service import watching
from app.identity.types import MemberRow
from app.messages import service
from tests.community.reading import text_of
from tests.factories.identity import Browser, a_member
from tests.messages.talking import EN, as_browser, friends, new_key, texts, write


def post(by: Browser, address: str, body: str, **more: Any) -> Any:
    form = {"request_key": new_key(), "body": body, **more}
    return by.post(address, data=form, headers=EN)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "Write something, or add a photo."),
        (" \n\u200b\u202e\u3164 ", "Write something, or add a photo."),
        ("a" + "\u0301" * 500_000, "too long for one message"),
        ("锅" * 2_001, "too long for one message"),
    ],
    ids=["empty", "invisible", "a megabyte of signs", "long"],
)
def test_what_cannot_be_sent_is_answered_and_not_kept(
    body: str, says: str, app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    sent = post(as_browser(app, alice), f"/messages/to/{bob.yid}", body)
    assert sent.status_code == 422
    assert says in text_of(sent)
    assert texts() == []


def test_signs_stay_few_and_directions_as_they_are(alice: MemberRow, bob: MemberRow) -> None:
    write(alice, bob, "a" + "\u0301" * 1_900)
    (text,) = texts()
    assert sum(map(bool, map(unicodedata.combining, text))) <= 9


def test_letters_that_turn_the_direction_of_text_are_taken_out(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    post(as_browser(app, alice), f"/messages/to/{bob.yid}", "锅\u202egnp.exe\u2066")
    assert texts() == ["锅gnp.exe"]


@pytest.mark.parametrize("body", [
    "<script>alert(1)</script>", "[x](javascript:alert(1))", "<img src=x onerror=alert(1)>",
    "![x](https://x.example/spy.png)",
])  # fmt: skip
def test_what_would_run_is_shown_as_text_to_both(
    body: str, app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = write(alice, bob, body).conversation_id
    pages = [text_of(as_browser(app, who).get(f"/messages/{chat}")) for who in (alice, bob)]
    service.accept(bob.id, chat)
    pages.append(text_of(as_browser(app, bob).get(f"/messages/{chat}")))
    for page in pages:
        talk = page.split('class="talk-lines"')[1].split("</ol>")[0]
        for bad in ("<script", "<img src=x", 'href="javascript', '<img src="https'):
            assert bad not in talk


def test_other_peoples_conversations_are_none(app: Flask, alice: MemberRow, bob: MemberRow) -> None:
    chat = friends(alice, bob)
    eve = as_browser(app, a_member("eve"))
    for address in (f"/messages/{chat}", f"/messages/{chat}/leave", f"/messages/{chat}/m/1/remove"):
        assert eve.get(address).status_code == 404
    for address in ("", "/accept", "/decline", "/read?up_to=1", "/leave", "/m/1/remove"):
        assert post(eve, f"/messages/{chat}{address}", "hm").status_code == 404
    for nothing in (f"/messages/{2**70}", "/messages/1", "/messages/to/nobody"):
        assert eve.get(nothing).status_code == 404
    assert len(texts()) == 1


def test_guests_are_asked_to_sign_in(client: Browser, bob: MemberRow) -> None:
    for address in ("/messages", "/messages/1", f"/messages/to/{bob.yid}", "/settings/messages"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert "/signin" in answer.location


def test_who_was_blocked_reads_a_neutral_word_and_keeps_what_he_typed(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = friends(alice, bob)
    watching.block(bob.id, alice.yid)
    hers, his = as_browser(app, alice), as_browser(app, bob)
    sent = post(hers, f"/messages/{chat}", "怎么了？")
    assert sent.status_code == 403
    page = text_of(sent)
    assert "You can&#39;t write to this member right now." in page
    assert "怎么了？</textarea>" in page
    assert "blocked" not in page.split("talk-lines")[1].split("</main>")[0]
    assert "You have blocked alice." in text_of(his.get(f"/messages/{chat}", headers=EN))
    assert len(texts()) == 1


def test_to_oneself_and_with_an_odd_key_is_refused(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    hers = as_browser(app, alice)
    assert hers.get(f"/messages/to/{alice.yid}", headers=EN).status_code == 422
    assert post(hers, f"/messages/to/{alice.yid}", "hm").status_code == 422
    without = hers.post(
        f"/messages/to/{bob.yid}", data={"body": "hm", "request_key": "x"}, headers=EN
    )
    assert without.status_code == 422
    assert "hm</textarea>" in text_of(without)
    odd = hers.get("/messages?after=x&box=%00", headers=EN)
    assert odd.status_code == 200
    assert post(hers, f"/messages/to/{bob.yid}", "hm", photo_ids="1; drop").status_code == 303
    assert texts() == ["hm"]
