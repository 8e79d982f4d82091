"""The inbox, a conversation, what is told of it: pages as members see them."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, SeedMember
from app.kernel import clock, i18n
from app.messages import queries, service
from app.messages.types import SeedChat, Wish
from app.notify import queries as notices
from app.notify.types import kind_of
from tests.community.reading import text_of, toasts, value_of
from tests.factories.identity import Browser, a_member, letters
from tests.factories.photos import a_file, a_picture
from tests.messages.talking import (
    EN,
    a_chat,
    as_browser,
    friends,
    nothing_drifts,
    side_of,
    texts,
    write,
)


def post(by: Browser, page: str, **fields: Any) -> Any:
    """Fill in the form of a page and send it."""
    shown = by.get(page, headers=EN)
    form = {"request_key": value_of(shown, "request_key"), "seen": value_of(shown, "seen")}
    target = page.partition("?")[0]
    return by.post(target, data={**form, **fields}, headers=EN)


def test_a_member_writes_from_a_profile_and_the_other_answers(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    hers, his = as_browser(app, alice), as_browser(app, bob)
    to_bob = f"/messages/to/{bob.yid}"
    assert to_bob in text_of(hers.get(f"/u/{bob.yid}"))
    assert to_bob not in text_of(his.get(f"/u/{bob.yid}"))
    assert "goes as a request" in text_of(hers.get(to_bob, headers=EN))
    sent = post(hers, to_bob, body="看 https://evil.example/x **真的**")
    chat = sent.location.partition("#")[0]
    assert (sent.status_code, sent.location) == (303, f"{chat}#m-1")
    mine = hers.get(chat, headers=EN)
    assert "Sent. As soon as it is accepted you can go on writing." in toasts(mine)
    assert 'href="https://evil.example/x"' in text_of(mine)
    assert hers.get(to_bob).location == chat
    theirs = text_of(his.get(chat, headers=EN))
    assert "https://evil.example/x **真的**" in theirs
    assert 'href="https://evil.example' not in theirs
    assert "· 1" in text_of(his.get("/messages", headers=EN))
    assert his.post(f"{chat}/accept").status_code == 303
    assert 'href="https://evil.example/x"' in text_of(his.get(chat))
    assert post(his, chat, body="好看").location == f"{chat}#m-2"
    assert "好看" in text_of(hers.get("/messages"))


def test_declining_leads_back_and_the_sender_reads_the_same_as_before(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = f"/messages/{write(alice, bob).conversation_id}"
    hers, his = as_browser(app, alice), as_browser(app, bob)
    waiting = text_of(hers.get(chat, headers=EN))
    assert "As soon as it is accepted you can go on." in waiting
    assert his.post(f"{chat}/decline").location == "/messages?box=requests"
    assert "Nobody is waiting" in text_of(his.get("/messages?box=requests", headers=EN))
    declined = text_of(hers.get(chat, headers=EN))
    assert "As soon as it is accepted you can go on." in declined
    assert 'name="body"' not in declined


def test_one_form_sent_twice_makes_one_message(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    hers = as_browser(app, alice)
    page = f"/messages/to/{bob.yid}"
    form = {"body": "你好", "request_key": value_of(hers.get(page), "request_key")}
    first, second = (hers.post(page, data=form) for _ in range(2))
    assert first.location == second.location
    assert texts() == ["你好"]
    assert side_of(bob).unread_count == 1


def test_a_conversation_is_read_from_its_newest_page_back_by_day(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    start = clock.now() - timedelta(days=3)
    lines = [(n % 2, start + timedelta(hours=n), f"第 {n + 1} 句") for n in range(70)]
    service.seed_chats([SeedChat((alice.id, bob.id), lines)])
    hers = as_browser(app, alice)
    page = text_of(hers.get("/messages"))
    links = (part.split('"')[0] for part in page.split('href="/messages/')[1:])
    chat = next(link.split("#")[0] for link in links if "#" in link)
    newest = text_of(hers.get(f"/messages/{chat}", headers=EN))
    assert "第 70 句" in newest
    assert "第 40 句" not in newest
    assert newest.index("第 41 句") < newest.index("第 70 句")
    assert newest.count('class="talk-day"') == 2
    earlier = text_of(hers.get(f"/messages/{chat}?before=41", headers=EN))
    assert "第 40 句" in earlier
    assert "第 41 句" not in earlier
    assert "?before=11" in earlier
    over = text_of(hers.get(f"/messages/{chat}?before=1", headers=EN))
    assert "That was the oldest one." in over


def test_an_open_page_asks_for_what_is_new(app: Flask, alice: MemberRow, bob: MemberRow) -> None:
    chat = friends(alice, bob)
    his = as_browser(app, bob)
    ask = {**EN, "HX-Request": "true"}
    assert 'hx-trigger="every 20s"' in text_of(his.get(f"/messages/{chat}"))
    assert his.get(f"/messages/{chat}?after=1", headers=ask).status_code == 204
    service.send(alice.id, chat, "再来一句")
    news = text_of(his.get(f"/messages/{chat}?after=1", headers=ask))
    assert "再来一句" in news
    assert "<html" not in news
    assert "talk-day" not in news
    assert f"/messages/{chat}/read?up_to=2" in news


def test_reading_is_told_by_the_page_and_clears_badge_and_notice(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = friends(alice, bob)
    for number in range(2):
        service.send(alice.id, chat, f"{number}")
    his = as_browser(app, bob)
    assert '<em>1<span class="vh"> new' in text_of(his.get("/me", headers=EN))
    assert his.get(f"/messages/{chat}").status_code == 200
    assert side_of(bob).unread_count == 3, "looking alone writes nothing"
    assert his.post(f"/messages/{chat}/read?up_to=2", csrf=False).status_code == 204
    assert side_of(bob).unread_count == 1
    assert his.post(f"/messages/{chat}/read?up_to=999", data={"back": "1"}).status_code == 303
    assert (side_of(bob).unread_count, side_of(bob).read_number) == (0, 3)
    assert '<span class="vh"> new' not in text_of(his.get("/me", headers=EN))
    assert all(notice.is_read for notice in notices.notices(bob.id, limit=1).items)
    assert nothing_drifts()


def test_answering_reads_what_the_page_showed_and_no_more(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = friends(alice, bob)
    service.send(bob.id, chat, "第一句", seen=1)
    his = as_browser(app, bob)
    service.send(alice.id, chat, "第二句")
    page = his.get(f"/messages/{chat}")
    service.send(alice.id, chat, "没看到")
    form = {"request_key": value_of(page, "request_key"), "seen": value_of(page, "seen")}
    his.post(f"/messages/{chat}", data={**form, "body": "好"})
    assert (side_of(bob).read_number, side_of(bob).unread_count) == (3, 1)
    assert nothing_drifts()


def test_seen_marks_stand_only_where_the_reader_wants_them(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = friends(alice, bob)
    service.mark_read(bob.id, chat, 1)
    hers, his = as_browser(app, alice), as_browser(app, bob)
    assert "<span>Seen</span>" not in text_of(hers.get(f"/messages/{chat}", headers=EN))
    kept = his.post("/settings/messages", data={"who": "everybody", "shows_seen": "y"})
    assert kept.status_code == 303
    assert queries.wish_of(bob.id) == Wish(shows_seen=True)
    assert "<span>Seen</span>" in text_of(hers.get(f"/messages/{chat}", headers=EN))


def test_who_may_write_is_chosen_on_its_page_and_among_the_notices(alice_client: Browser) -> None:
    for page in ("/settings/messages", "/settings/notices"):
        assert "People I follow" in text_of(alice_client.get(page, headers=EN))
    wrong = alice_client.post("/settings/messages", data={"who": "robots"}, headers=EN)
    assert wrong.status_code == 422
    kept = alice_client.post(
        "/settings/messages", data={"who": "nobody", "next": "/settings/notices"}
    )
    assert kept.location == "/settings/notices"


def test_a_message_is_deleted_for_oneself_after_a_question(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = friends(alice, bob)
    service.send(alice.id, chat, "说错了")
    his = as_browser(app, bob)
    address = f"/messages/{chat}/m/2/remove"
    assert "Delete this message for you?" in text_of(his.get(address, headers=EN))
    assert his.post(address).location == f"/messages/{chat}"
    assert "说错了" not in text_of(his.get(f"/messages/{chat}"))
    assert "说错了" in text_of(as_browser(app, alice).get(f"/messages/{chat}"))
    assert his.get(address).status_code == 404
    assert nothing_drifts()


def test_leaving_takes_the_conversation_away_from_one_of_the_two(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = friends(alice, bob)
    his = as_browser(app, bob)
    assert "Delete this conversation?" in text_of(his.get(f"/messages/{chat}/leave", headers=EN))
    assert his.post(f"/messages/{chat}/leave").location == "/messages"
    assert "No conversations yet" in text_of(his.get("/messages", headers=EN))
    assert f"/messages/{chat}" in text_of(as_browser(app, alice).get("/messages"))
    assert nothing_drifts()


def test_a_photo_goes_with_a_message_and_is_seen_once_it_is_accepted(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    hers, his = as_browser(app, alice), as_browser(app, bob)
    page = f"/messages/to/{bob.yid}"
    picture = BytesIO(a_file(a_picture(320, 240)).read())
    sent = post(hers, page, body="", photos=(picture, "pot.jpg"))
    assert sent.status_code == 303
    chat = sent.location.partition("#")[0]
    assert "/media/" in text_of(hers.get(chat)).split("talk-lines")[1]
    request = text_of(his.get(chat, headers=EN)).split("talk-lines")[1]
    assert "you see it once you accept" in request
    assert "/media/" not in request
    his.post(f"{chat}/accept")
    assert "/media/" in text_of(his.get(chat)).split("talk-lines")[1]
    assert "A photo" in text_of(his.get("/messages", headers=EN))
    broken = post(his, chat, body="看", photos=(BytesIO(b"no picture"), "x.jpg"))
    assert broken.status_code == 422
    assert "看</textarea>" in text_of(broken)


def test_notices_gather_and_never_carry_a_word_of_the_text(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = friends(alice, bob)
    for _ in range(2):
        service.send(alice.id, chat, "只给你看的秘方")
    (notice, *_rest) = notices.notices(bob.id).items
    with i18n.in_locale("en"):
        said = kind_of(notice.kind).words(notice.params)
    assert said.title == "alice sent you 3 messages"
    page = text_of(as_browser(app, bob).get("/notices", headers=EN))
    assert "alice sent you 3 messages" in page
    assert "秘方" not in page + said.text
    sent = [letter.subject + letter.body for letter in letters(app, "bob@example.com")]
    assert "秘方" not in "".join(sent)
    service.mark_read(bob.id, chat, 3)
    (notice, *_rest) = notices.notices(bob.id).items
    assert kind_of(notice.kind).words(notice.params).is_moot


def test_a_request_is_told_as_one(app: Flask, alice: MemberRow, bob: MemberRow) -> None:
    write(alice, bob)
    page = text_of(as_browser(app, bob).get("/notices", headers=EN))
    assert "alice would like to write to you" in page


@pytest.mark.parametrize("many", [3, 40])
def test_pages_and_sending_take_few_statements_at_few_and_many_rows(
    many: int, app: Flask, alice: MemberRow, bob: MemberRow, count_statements: Any
) -> None:
    people = identity.seed_members([SeedMember(f"p{n}", clock.now()) for n in range(many)])
    now = clock.now()
    service.seed_chats(
        [SeedChat((each.id, alice.id), [(0, now, "你好")], unread=1) for each in people]
    )
    chat = a_chat(bob, alice, [f"{n}" for n in range(many * 3)], unread=2)
    hers = as_browser(app, alice)
    form = {"request_key": "k" * 20, "body": "好", "seen": str(many * 3)}
    first = {"request_key": "f" * 20, "body": "好"}
    stranger = a_member("stranger", password=None)
    asked: list[tuple[int, Callable[[], Any]]] = [
        (6, partial(hers.get, "/messages")),
        (6, partial(hers.get, "/messages?box=requests")),
        (8, partial(hers.get, f"/messages/{chat}")),
        (8, partial(hers.get, f"/messages/{chat}?before=5")),
        (8, partial(hers.get, f"/messages/to/{stranger.yid}")),
        (20, partial(hers.post, f"/messages/{chat}", data=form)),
        (20, partial(hers.post, f"/messages/to/{stranger.yid}", data=first)),
        (20, partial(hers.post, f"/messages/{chat}/read?up_to=9")),
        (20, partial(hers.post, f"/messages/{chat}/leave")),
    ]
    for most, ask in asked:
        with count_statements() as seen:
            assert ask().status_code in {200, 204, 303}
        assert len(seen) <= most, "\n".join(seen)
    assert nothing_drifts()
