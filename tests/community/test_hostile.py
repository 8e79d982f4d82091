"""Bad input gets a clear answer; nothing is lost, nothing runs, nobody else's post changes."""

import unicodedata
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service
from app.community.models import Thread
from app.community.service.writing import unstacked
from app.identity.types import MemberRow
from app.kernel.db import db
from app.kernel.text import Card, Marks, render_markdown
from tests.community.reading import text_of, value_of
from tests.factories.community import a_thread
from tests.factories.identity import Browser, browser, sign_in

EN = {"Accept-Language": "en"}
STACK = "a" + "\u0301" * 19_000


def post(by: Browser, **fields: Any) -> Any:
    key = fields.pop("request_key", None) or value_of(by.get("/compose"), "request_key")
    form = {"title": "一锅", "body": "好", "board": "pot", "request_key": key, **fields}
    return by.post("/compose", data=form, headers=EN)


def test_a_megabyte_of_combining_signs_is_answered_and_not_kept(
    alice_client: Browser, boards: dict[str, int]
) -> None:
    sent = post(alice_client, body="a" + "\u0301" * 500_000)
    assert sent.status_code == 422
    assert "too long" in text_of(sent)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Thread)) == 0
    huge = alice_client.post(
        "/compose/draft", data={"request_key": "k" * 20, "body": "\u0301" * 500_000}
    )
    assert huge.status_code == 422


def test_signs_stacked_on_a_letter_stay_few(alice: MemberRow, boards: dict[str, int]) -> None:
    a_thread(alice, title="\u0301".join("锅锅") + "\u0302" * 60, body=STACK)
    row = db.session.execute(sa.select(Thread.title, Thread.body)).one()
    assert sum(map(bool, map(unicodedata.combining, row.title))) <= 9
    assert len(row.body) == 9
    assert unstacked("नमस्ते שָׁלוֹם é") == "नमस्ते שָׁלוֹם é"


def test_letters_that_turn_the_direction_of_text_are_taken_out(
    alice_client: Browser, boards: dict[str, int]
) -> None:
    sent = post(alice_client, title="锅\u202egnp.exe\u2066", body="好\u202e吃\u2069 \u200f")
    page = text_of(alice_client.get(sent.location))
    assert not any(
        sign in page for sign in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200f"
    )


@pytest.mark.parametrize(
    "body",
    [
        ">" * 9_000 + "x",
        "- " * 6_000 + "x",
        "[" * 9_000 + "x" + "](u)" * 100,
        "*" * 9_999 + "x",
        "`" * 9_999 + "@a" * 100,
        "#" * 9_999,
        "@" * 9_999 + "#" * 9_999,
        "<" * 9_999,
        "https://a.example/" * 1_000,
    ],
    ids=["quotes", "lists", "brackets", "stars", "ticks", "hashes", "ats", "tags", "links"],
)
def test_nesting_and_runs_end_well(
    body: str, alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    shown = alice_client.post("/compose/preview", data={"body": body})
    assert shown.status_code == 200
    assert service.beautified(body)


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](x onerror=alert(1))",
        "<img src=x onerror=alert(1)>", "[x]: javascript:alert(1)\n\n[x]", '<https://a"onx=1>',
        '[a](https://x.example "t\\" onclick=alert(1)")', "&lt;svg/onload=alert(1)&gt;",
        '```"><script>alert(1)</script>\n```', "@<b>", "#<img/src=x>#", "<a href='//x'>y</a>",
    ],
)  # fmt: skip
def test_what_would_run_is_shown_as_text(
    body: str, alice_client: Browser, boards: dict[str, int]
) -> None:
    sent = post(alice_client, body=body + " x", kind="howto", step=["1"], **{"step_text-1": body})
    page = text_of(alice_client.get(sent.location))
    article = page.split("<article", 1)[1].split("</article>")[0]
    for bad in (
        "<script",
        "<img src=x",
        "<svg/",
        'href="javascript',
        " onerror=alert(1)>",
        "<a href='",
    ):
        assert bad not in article


def test_names_and_cards_cannot_bring_markup_in() -> None:
    yid = "0" * 13
    evil = '"><script>x</script>'
    url = "https://x.example/a"
    html = str(
        render_markdown(
            f"@{yid}\n\n#t#\n\n{url}",
            Marks({yid: evil}, {"t": "javascript:x"}, {url: Card(evil, evil, evil)}),
        )
    )
    assert "<script" not in html
    assert "javascript" not in html
    assert 'class="link-card" href="https://x.example/a"' in html


def test_a_reply_to_a_vanished_thread_is_handed_back(
    app: Flask, alice: MemberRow, bob: MemberRow, boards: dict[str, int]
) -> None:
    made = a_thread(alice)
    other = browser(app)
    sign_in(other, bob)
    key = value_of(other.get(f"/p/{made.thread_code}"), "request_key")
    service.remove_thread(alice.id, made.thread_code)
    sent = other.post(
        f"/p/{made.thread_code}/reply",
        data={"body": "想了很久的话", "request_key": key},
        headers=EN,
    )
    assert sent.status_code == 410
    assert "想了很久的话" in text_of(sent)
    assert "Copy it" in text_of(sent)


def test_nobody_changes_the_post_of_somebody_else(
    app: Flask, alice: MemberRow, bob: MemberRow, boards: dict[str, int]
) -> None:
    made = a_thread(alice)
    other = browser(app)
    sign_in(other, bob)
    for act in ("post", "preview", "save", "beautify"):
        sent = other.post(f"/p/{made.thread_code}/edit", data={"body": "我的", "act": act})
        assert sent.status_code == 404
    assert other.get(f"/p/{made.thread_code}/history").status_code == 404


def test_fields_that_make_no_sense_are_left_out(
    alice_client: Browser, boards: dict[str, int]
) -> None:
    page = alice_client.post(
        "/compose",
        data={
            "act": "template:nowhere", "kind": "nonsense", "step": ["x", "9" * 30, "-1", "2"],
            "photo_ids": ["0", "abc", "９"], "publish_at": "x" * 500, "origin": "'; --",
            "draft": "1", "request_key": "short",
        },
    )  # fmt: skip
    assert page.status_code == 200
    assert (
        alice_client.get("/compose?draft=99999999999999999999&kind=%00&origin=").status_code == 200
    )
    assert alice_client.get("/compose?draft=7").status_code == 404


def test_ten_thousand_mentions_cost_no_more_than_a_few(
    alice_client: Browser, bob: MemberRow, boards: dict[str, int], count_statements: Any
) -> None:
    too_long = f"@{bob.name} " * 10_000
    refused = post(alice_client, title="都来", body=too_long)
    assert refused.status_code == 422
    assert text_of(refused).count(f"@{bob.name} ") >= 9_999  # nothing typed is lost
    form = {"title": "都来", "body": f"@{bob.name} " * 800 + " ".join(f"@x{n}" for n in range(900))}
    key = value_of(alice_client.get("/compose"), "request_key")
    with count_statements() as seen:
        sent = post(alice_client, **form, request_key=key)
    assert sent.status_code == 303
    assert len(seen) <= 21, "\n".join(seen)  # a very first post, and two for whom it names
    page = text_of(alice_client.get(sent.location))
    article = page.split("<article", 1)[1].split("</article>")[0]
    assert 0 < article.count(f'href="/u/{bob.yid}"') <= 45
