"""Letters have an HTML form beside the plain one: escaped, quiet, dark where wished, stoppable."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from flask import Flask

from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock, contacts, jobs, mail
from app.kernel.db import use_case
from app.kernel.mail_looks import RULES, dressed
from app.moderation.types import HideReason
from app.notify import service, types
from app.notify.types import Group, Link, NoticeKind, Params, Said
from tests.factories.community import a_photo, a_thread
from tests.factories.identity import Browser, a_member

SLOW, URGENT = "test.slow", "test.urgent"
EVIL = '<b onload="x">&"锅" class="btn"'


def words(params: Params) -> Said:
    return Said(f"Thing {params['n']} {EVIL}", f"Come and see {EVIL}")


@pytest.fixture(autouse=True)
def kinds(app: Flask) -> Iterator[None]:
    before = dict(types._kinds)
    types.register(
        NoticeKind(SLOW, "Slow", "heart", words, has_mail=True, group=Group.TALK, is_urgent=False)
    )
    types.register(NoticeKind(URGENT, "Urgent", "heart", words, has_mail=True))
    yield
    types._kinds.clear()
    types._kinds.update(before)


class Page(HTMLParser):
    """A letter as a mail program reads it: its tags and its words."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "img", "br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def sent(app: Flask) -> list[EmailMessage]:
    """Send what waits; return every letter as it went out."""
    while mail.send_due():
        pass
    folder = app.config["POTLUCK"].instance_dir / "mail"
    found = []
    for path in sorted(folder.glob("*.eml"), key=lambda each: int(each.stem)):
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        found.append(message)
    return found


def part(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def tell(member: MemberRow, n: int = 1, kind: str = URGENT) -> None:
    service.tell(
        member.id, kind, key=str(n), params={"n": n}, also_by_mail=True,
        link=Link("ledger.wallet"),
    )  # fmt: skip


def a_letter(app: Flask, member: MemberRow) -> EmailMessage:
    tell(member)
    jobs.run("notify.mail")
    (letter,) = sent(app)
    return letter


def a_digest(app: Flask) -> EmailMessage:
    jobs.run("notify.mail")
    clock.tick(timedelta(days=1))
    jobs.run("notify.mail")
    (letter,) = sent(app)
    return letter


@pytest.mark.parametrize(
    ("locale", "lang", "hello"),
    [("en", "en", "Hello alice,"), ("zh_Hans_CN", "zh-Hans-CN", "alice")],
)
def test_a_letter_has_a_plain_form_and_a_better_one(
    app: Flask, locale: str, lang: str, hello: str
) -> None:
    letter = a_letter(app, a_member("alice", locale=locale))
    assert letter.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in letter.iter_parts()] == [
        "text/plain", "text/html",
    ]  # fmt: skip
    assert f"Thing 1 {EVIL}" in part(letter, "plain")
    page = Page(part(letter, "html"))
    assert page.open == []
    assert page.all("html")[0]["lang"] == lang
    assert hello in page.text
    assert f"Thing 1 {EVIL}" in page.text  # as words, never as tags
    assert page.all("b") == []
    hrefs = [each["href"] for each in page.all("a")]
    assert "http://localhost/me/wallet" in hrefs
    assert "http://localhost/settings/notices" in hrefs


def test_one_tap_stops_it_in_the_head_and_in_the_foot(app: Flask, alice: MemberRow) -> None:
    letter = a_letter(app, alice)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip("<>")
    assert address in [each["href"] for each in Page(part(letter, "html")).all("a")]


def test_a_letter_loads_nothing_and_runs_nothing(app: Flask, alice: MemberRow) -> None:
    source = part(a_letter(app, alice), "html")
    page = Page(source)
    assert {name for name, _ in page.tags} <= {
        "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "h1", "h2",
        "p", "a",
    }  # fmt: skip
    assert not any(name.startswith("on") for _tag, attrs in page.tags for name in attrs)
    assert "url(" not in source
    assert "@import" not in source
    assert "prefers-color-scheme:dark" in source
    preheader = page.all("div")[0]
    assert "display:none" in str(preheader["style"])
    dressed_tags = [attrs for _tag, attrs in page.tags if "class" in attrs]
    assert dressed_tags
    assert all(attrs.get("style") for attrs in dressed_tags)


def test_text_that_looks_like_a_class_is_not_dressed() -> None:
    from markupsafe import escape

    said = str(escape(' class="btn"'))
    assert dressed(f"<p>{said}</p>", "#e2381c") == f"<p>{said}</p>"
    assert "style=" in dressed('<p class="p">x</p>', "#e2381c")


def test_every_class_of_the_letters_has_a_look() -> None:
    import re
    from pathlib import Path

    named = {
        name
        for path in Path("templates/notify/mail").glob("*.html")
        for names in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8"))
        for name in names.split()
    }
    assert named == set(RULES)


def test_a_digest_shows_the_warmest_posts_with_words_for_their_photos(
    app: Flask, bob: MemberRow, moderator: MemberRow
) -> None:
    alice = a_member("alice", locale="en")
    plain = a_thread(bob, f"一锅 {EVIL}")
    pictured = a_thread(bob, "有图的锅", photo_ids=[a_photo(bob)])
    community.like_thread(moderator.id, pictured.thread_code)
    hidden = a_thread(bob, "藏起来的")
    community.hide_thread(moderator.id, hidden.thread_id, HideReason.OTHER)
    a_thread(alice, "她自己的")
    for n in range(2):
        tell(alice, n, SLOW)
    letter = a_digest(app)
    page = Page(part(letter, "html"))
    assert page.open == []
    assert "Thing 0" in page.text
    assert "Also on the table" in page.text
    assert "她自己的" not in page.text
    assert "藏起来的" not in page.text
    (photo,) = page.all("img")
    assert photo["alt"] == "有图的锅"
    assert str(photo["src"]).startswith("http://localhost/media/")
    assert (photo["width"], photo["height"]) == ("72", "72")
    hrefs = [each["href"] for each in page.all("a")]
    assert f"http://localhost/p/{plain.thread_code}" in hrefs
    assert f"一锅 {EVIL}" in page.text
    assert f"http://localhost/p/{plain.thread_code}" in part(letter, "plain")


def test_whom_the_reader_blocked_is_in_no_digest(app: Flask, bob: MemberRow) -> None:
    from app.community.service import watching

    alice = a_member("alice", locale="en")
    a_thread(bob, "布布的锅")
    watching.block(alice.id, bob.yid)
    tell(alice, 1, SLOW)
    letter = a_digest(app)
    assert "布布的锅" not in part(letter, "html") + part(letter, "plain")
    assert "Also on the table" not in part(letter, "html")


def test_a_letter_without_an_html_form_stays_plain(app: Flask, alice: MemberRow) -> None:
    use_case(mail.write)(contacts.parse("mei@example.com"), "no_account", locale="en")
    (letter,) = sent(app)
    assert letter.get_content_type() == "text/plain"


@pytest.mark.parametrize("lang", ["zh_Hans_CN", "en"])
def test_the_team_sees_every_letter_in_both_languages(
    alice_client: Browser, staff_client: Browser, lang: str
) -> None:
    from app.notify.letters_shown import LETTERS

    page = staff_client.get("/staff/letters").text
    for name in LETTERS:
        url = f"/staff/letters/{name}/{lang}"
        assert url in page
        answer = staff_client.get(url)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        letter = Page(answer.text)
        assert letter.open == []
        assert "小李" in letter.text
        assert letter.all("html")[0]["lang"] == lang.replace("_", "-")
        assert alice_client.get(url).status_code in {403, 404}
    assert staff_client.get("/staff/letters/other/en").status_code == 404
    assert staff_client.get("/staff/letters/notice/xx").status_code == 404
