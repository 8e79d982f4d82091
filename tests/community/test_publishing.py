"""A fan publishes, changes, takes down and brings back a thread."""

import io
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from app.community import service
from app.community.events import ThreadPublished
from app.community.models import Thread
from app.community.queries import Pace
from app.community.service import threads as publishing
from app.community.types import SilencedError, is_title_too_long
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import changed, db, use_case
from app.kernel.facts import FactRow
from app.kernel.media import service as media
from app.kernel.media.models import Media
from app.kernel.permissions import Role
from app.ledger import queries as ledger
from tests.community.reading import drifts, text_of, titles, toasts, value_of
from tests.factories.community import a_photo, a_thread
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.photos import a_file, a_picture, as_form

EN = {"Accept-Language": "en"}


def post(by: Browser, **fields: Any) -> TestResponse:
    form = {"title": "番茄牛腩锅", "body": "煮了**两个**小时。", "board": "pot", **fields}
    if "request_key" not in form:
        form["request_key"] = value_of(by.get("/compose"), "request_key")
    return by.post("/compose", **as_form(form), headers=EN)


def threads() -> list[Any]:
    return list(db.session.execute(sa.select(Thread.__table__).order_by(Thread.id)))


# --- it works ------------------------------------------------------------------------------------


def test_a_post_stands_on_the_table_at_once_and_says_what_it_earned(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    sent = post(alice_client)
    assert sent.status_code == 303
    page = alice_client.get(sent.location, headers=EN)
    assert toasts(page) == ["Posted, +10 points. The club can see it"]
    assert "番茄牛腩锅" in text_of(page)
    assert "<strong>两个</strong>" in text_of(page)
    assert titles(alice_client.get("/")) == ["番茄牛腩锅"]
    assert ledger.balance(alice.id).available == 10
    assert drifts() == []


def test_a_photo_earns_more(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    photos = [a_photo(alice), a_photo(alice, 300, 400)]
    sent = post(alice_client, photo_ids=[str(photo) for photo in photos])
    page = alice_client.get(sent.location, headers=EN)
    assert toasts(page) == ["Posted, +20 points. The club can see it"]
    assert text_of(page).count("data-pswp-width") == 2
    assert (threads()[0].cover_media_id, threads()[0].photo_count) == (photos[0], 2)
    assert drifts() == []


def test_photos_keep_the_order_they_were_given(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    small, large = a_photo(alice, 200, 200), a_photo(alice, 400, 200)
    sent = post(alice_client, photo_ids=[str(large), str(small)])
    page = text_of(alice_client.get(sent.location))
    assert page.index('data-pswp-width="400"') < page.index('data-pswp-width="200"')


def test_without_javascript_the_photos_come_with_the_form(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    files = [(a_file(a_picture(w, 300)), f"{w}.jpg") for w in (300, 400)]
    sent = post(alice_client, photos=files)
    assert sent.status_code == 303
    assert threads()[0].photo_count == 2


def test_photos_of_a_post_are_not_swept_away_and_others_are(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    kept, dropped = a_photo(alice), a_photo(alice, 100, 100)
    sent = post(alice_client, photo_ids=[str(kept)])
    clock.tick(timedelta(hours=25))
    assert media.forget_waiting() == 2  # one marked as used, one forgotten
    assert media.forget_waiting() == 0
    assert set(db.session.scalars(sa.select(Media.id))) == {kept}
    assert dropped != kept
    assert "data-pswp-width" in text_of(alice_client.get(sent.location))


def test_a_photo_alone_needs_no_words(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    sent = post(alice_client, body="", photo_ids=[str(a_photo(alice))])
    assert sent.status_code == 303


def test_the_board_of_the_link_is_chosen_already(
    alice_client: Browser, boards: dict[str, int]
) -> None:
    page = text_of(alice_client.get("/compose?board=dips"))
    chosen = [tag for tag in page.split("<input") if "checked" in tag and 'name="board"' in tag]
    assert len(chosen) == 1
    assert 'value="dips"' in chosen[0]


def test_the_day_has_its_cap_and_the_page_says_so(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    sent = [post(alice_client, title=f"第 {n} 锅") for n in range(6)][-1]
    assert "Today's points for posts are all yours already" in toasts(
        alice_client.get(sent.location, headers=EN)
    )[0].replace("&#39;", "'")  # fmt: skip
    assert ledger.balance(alice.id).available == 50


def test_a_fact_is_noted(alice: MemberRow, boards: dict[str, int]) -> None:
    made = a_thread(alice)
    fact = db.session.execute(
        sa.select(FactRow.__table__).where(FactRow.name == ThreadPublished.name)
    ).one()
    assert (fact.actor_id, fact.subject_kind, fact.subject_id) == (
        alice.id, "thread", made.thread_id,
    )  # fmt: skip
    assert (fact.scope_kind, fact.scope_id) == ("board", boards["pot"])
    assert "番茄" not in fact.payload


# --- once ----------------------------------------------------------------------------------------


def test_a_second_submit_of_one_form_publishes_once(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    key = value_of(alice_client.get("/compose"), "request_key")
    first = post(alice_client, request_key=key)
    second = post(alice_client, request_key=key)
    assert first.location == second.location
    assert len(threads()) == 1
    assert ledger.balance(alice.id).available == 10
    shown = toasts(alice_client.get(second.location, headers=EN))
    assert "This is posted already. Here it is" in shown


def test_the_same_key_of_another_member_is_another_form(
    alice: MemberRow, bob: MemberRow, boards: dict[str, int]
) -> None:
    first = a_thread(alice, request_key="k" * 20)
    second = a_thread(bob, request_key="k" * 20)
    assert first.thread_id != second.thread_id


def test_two_forms_are_two_posts(alice_client: Browser, boards: dict[str, int]) -> None:
    assert post(alice_client).location != post(alice_client).location


# --- bad input: a clear message, the form as it was left, nothing written ------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": ""}, "Give it a title"),
        ({"title": "\u200b\u3164"}, "Give it a title"),
        ({"title": "锅" * 31}, "Keep the title to 30 Chinese characters or 80 letters."),
        ({"title": "x" * 81}, "Keep the title to 30 Chinese characters or 80 letters."),
        ({"body": ""}, "Write a few words, or add a photo."),
        ({"body": " \u200b\n---\n"}, "Write a few words, or add a photo."),
        ({"body": "长" * 20_001}, "This text is too long."),
        ({"board": ""}, "Choose a board."),
        ({"board": "nowhere"}, "Choose a board."),
        ({"request_key": "short"}, "Reload the page and send again."),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_lost(
    alice_client: Browser, boards: dict[str, int], fields: dict[str, str], message: str
) -> None:
    sent = post(alice_client, **{"title": "我的标题", "body": "我的正文", **fields})
    page = text_of(sent)
    assert sent.status_code == 422
    assert message in page
    assert "<title>Error: " in page
    for name, kept in {"title": "我的标题", "body": "我的正文"}.items():
        if name not in fields:
            assert kept in page
    assert threads() == []


def test_uploaded_photos_survive_an_error_in_the_text(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    uploaded = a_photo(alice)
    fresh = (a_file(a_picture(333, 222)), "new.jpg")
    sent = post(alice_client, title="", photo_ids=[str(uploaded)], photos=[fresh])
    assert sent.status_code == 422
    ids = [row.id for row in db.session.execute(sa.select(Media.__table__).order_by(Media.id))]
    assert len(ids) == 2
    for media_id in ids:
        assert f'name="photo_ids" value="{media_id}"' in text_of(sent)
    again = post(alice_client, photo_ids=[str(media_id) for media_id in ids])
    assert again.status_code == 303
    assert threads()[0].photo_count == 2


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"<svg onload=alert(1)>", 422, "This isn't a JPEG, PNG, WebP or GIF picture."),
        (a_file().getvalue()[:700], 422, "This photo is damaged"),
        (b"\xff\xd8\xff" + b"\0" * (20 * 1024 * 1024), 413, "This photo is over 20 MB."),
    ],
)
def test_a_bad_photo_is_named_and_the_text_stays(
    alice_client: Browser, boards: dict[str, int], content: bytes, status: int, message: str
) -> None:
    sent = post(alice_client, photos=[(io.BytesIO(content), "IMG_7.jpg")])
    page = text_of(sent).replace("&#39;", "'")
    assert sent.status_code == status
    assert f"IMG_7.jpg: {message}" in page
    assert "番茄牛腩锅" in page
    assert "煮了**两个**小时。" in page
    assert threads() == []


def test_ten_photos_are_one_too_many(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    ids = [str(a_photo(alice, 60 + n, 60)) for n in range(10)]
    sent = post(alice_client, photo_ids=ids)
    assert sent.status_code == 422
    assert "Nine photos at most." in text_of(sent)
    assert threads() == []
    assert post(alice_client, photo_ids=ids[:9]).status_code == 303


def test_a_photo_that_was_swept_away_says_so(alice_client: Browser, boards: dict[str, int]) -> None:
    sent = post(alice_client, photo_ids=["123"])
    assert sent.status_code == 422
    assert "A photo waited too long and is gone. Add it again." in text_of(sent)


def test_nobody_takes_another_members_photo(
    alice_client: Browser, bob: MemberRow, boards: dict[str, int]
) -> None:
    his = a_photo(bob)
    sent = post(alice_client, photo_ids=[str(his)])
    assert sent.status_code == 422
    assert threads() == []
    assert f'value="{his}"' not in text_of(sent)


@pytest.mark.parametrize("odd", ["abc", "-1", "9" * 30, "1; DROP TABLE thread", "", "0x1"])
def test_an_odd_photo_id_is_no_crash(
    alice_client: Browser, boards: dict[str, int], odd: str
) -> None:
    assert post(alice_client, photo_ids=[odd]).status_code in {303, 422}


def test_too_many_posts_an_hour_say_when_to_come_back_and_keep_the_text(
    alice_client: Browser, boards: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "PACE", Pace(1, timedelta(hours=1)))
    assert post(alice_client).status_code == 303
    clock.tick(timedelta(minutes=59))
    sent = post(alice_client, title="第二锅")
    assert sent.status_code == 429
    assert "Too fast. Try again in 61 s." in text_of(sent)
    assert "第二锅" in text_of(sent)
    clock.tick(timedelta(seconds=61))
    assert post(alice_client, title="第二锅").status_code == 303


def test_before_there_are_boards_the_page_says_so(alice_client: Browser) -> None:
    page = text_of(alice_client.get("/compose", headers=EN))
    assert "No boards yet" in page
    assert "<textarea" not in page


@pytest.mark.parametrize(
    ("title", "is_long"),
    [
        ("锅" * 30, False), ("锅" * 31, True), ("a" * 80, False), ("a" * 81, True),
        ("锅a" * 21, False), ("锅a" * 22, True), ("，" * 31, True),
    ],
)  # fmt: skip
def test_a_title_has_room_for_thirty_han_characters_or_eighty_letters(
    title: str, is_long: bool
) -> None:
    assert is_title_too_long(title) is is_long


def test_hostile_text_is_text(alice_client: Browser, boards: dict[str, int]) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    sent = post(
        alice_client, title="<i onclick=x>锅</i>", body=f"{attack}\n\n[x](javascript:alert(1))"
    )
    for url in (sent.location, "/", "/b/pot", "/b", f"{sent.location}/share"):
        page = text_of(alice_client.get(url))
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<i onclick" not in page
        assert "javascript:alert" not in page.replace("](javascript:alert(1))", "")
    assert "&lt;script&gt;" in text_of(alice_client.get(sent.location))


# --- who may -------------------------------------------------------------------------------------


def test_a_muted_member_is_told_and_keeps_his_text(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    mute(alice.id)
    sent = post(alice_client)
    assert sent.status_code == 403
    assert "You can read but not post for now." in text_of(sent)
    assert "番茄牛腩锅" in text_of(sent)
    with pytest.raises(SilencedError):
        a_thread(alice)
    assert threads() == []


@use_case
def mute(member_id: int) -> None:
    from app.identity.models import Member
    from app.identity.types import MemberState

    changed(sa.update(Member).where(Member.id == member_id).values(state=MemberState.MUTED))


# --- changing ------------------------------------------------------------------------------------


def edit(by: Browser, code: str, **fields: Any) -> TestResponse:
    form = {"title": "新标题", "body": "新正文", "board": "pot", **fields}
    form["request_key"] = value_of(by.get(f"/p/{code}/edit"), "request_key") or "k" * 20
    return by.post(f"/p/{code}/edit", **as_form(form), headers=EN)


def test_its_author_changes_a_thread(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    photos = [a_photo(alice), a_photo(alice, 200, 200)]
    made = a_thread(alice, photo_ids=photos)
    form = text_of(alice_client.get(f"/p/{made.thread_code}/edit"))
    assert "煮了两个小时。" in form
    assert all(f'value="{photo}"' in form for photo in photos)
    more = a_photo(alice, 100, 100)
    clock.tick(timedelta(minutes=6))  # slips of the first minutes are not marked
    sent = edit(alice_client, made.thread_code, board="dips", photo_ids=[str(photos[1]), str(more)])
    assert sent.status_code == 303
    page = text_of(alice_client.get(sent.location, headers=EN))
    for shown in ("新标题", "新正文", "edited", "Dip lab"):
        assert shown in page
    row = threads()[0]
    assert (row.cover_media_id, row.photo_count) == (photos[1], 2)
    left = {m.id: m.used_at for m in db.session.execute(sa.select(Media.__table__))}
    assert left[photos[0]] is None
    assert left[more] is not None
    assert drifts() == []


def test_a_bad_change_keeps_what_was_typed(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    made = a_thread(alice)
    sent = edit(alice_client, made.thread_code, title="", body="改到一半")
    assert sent.status_code == 422
    assert "改到一半" in text_of(sent)
    assert threads()[0].body == "煮了两个小时。"


def test_a_photo_that_another_thread_shows_stays(alice: MemberRow, boards: dict[str, int]) -> None:
    photo = a_photo(alice)
    first, second = (a_thread(alice, f"{n}", photo_ids=[photo]) for n in (1, 2))
    service.edit_thread(alice.id, first.thread_code, board_slug="pot", title="x", body="y")
    clock.tick(timedelta(hours=25))
    media.forget_waiting()
    assert db.session.scalar(sa.select(Media.used_at).where(Media.id == photo)) is not None
    service.edit_thread(alice.id, second.thread_code, board_slug="pot", title="x", body="y")
    assert db.session.scalar(sa.select(Media.used_at).where(Media.id == photo)) is None


# --- down and back -------------------------------------------------------------------------------


def test_a_thread_is_taken_down_without_a_question_and_brought_back(
    app: Flask, alice_client: Browser, alice: MemberRow, bob: MemberRow, boards: dict[str, int]
) -> None:
    made = a_thread(alice)
    url = f"/p/{made.thread_code}"
    other = browser(app)
    sign_in(other, bob)
    down = alice_client.post(f"{url}/remove", headers=EN)
    assert (down.status_code, down.location) == (303, url)
    mine = text_of(alice_client.get(url, headers=EN))
    assert "You removed this. Only you can see it." in mine
    assert "Bring it back" in mine
    gone = other.get(url, headers=EN)
    assert gone.status_code == 410
    assert "Its author removed this post on" in text_of(gone)
    assert "番茄牛腩锅" not in text_of(gone)
    assert titles(other.get("/")) == titles(alice_client.get("/")) == []
    assert drifts() == []
    alice_client.post(f"{url}/bring-back")
    assert other.get(url).status_code == 200
    assert titles(other.get("/b/pot")) == ["番茄牛腩锅"]
    assert drifts() == []


def test_taking_down_twice_counts_once(alice: MemberRow, boards: dict[str, int]) -> None:
    made = a_thread(alice)
    for act in (service.remove_thread, service.bring_back_thread):
        for _ in range(2):
            act(alice.id, made.thread_code)
            assert drifts() == []


# --- statements ----------------------------------------------------------------------------------


def test_publishing_takes_at_most_twenty_statements(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int], count_statements: Any
) -> None:
    photos = [str(a_photo(alice, 60 + n, 60)) for n in range(9)]
    for photo_ids, most in (([], 19), (photos, 20)):  # the first post makes the wallets
        key = value_of(alice_client.get("/compose"), "request_key")
        with count_statements() as seen:
            sent = post(alice_client, photo_ids=photo_ids, request_key=key)
        assert sent.status_code == 303
        assert len(seen) <= most, "\n".join(seen)


def test_new_tags_take_three_statements_more_even_in_a_very_first_post(
    alice_client: Browser, boards: dict[str, int], count_statements: Any
) -> None:
    key = value_of(alice_client.get("/compose"), "request_key")
    with count_statements() as seen:
        sent = post(alice_client, title="#第一锅# 来了", body="煮好了 #周末 #麻辣", request_key=key)
    assert sent.status_code == 303
    assert len(seen) <= 22, "\n".join(seen)  # nineteen, as every first post, and three for its tags
    assert drifts() == []


def test_staff_write_like_everybody(app: Flask, boards: dict[str, int]) -> None:
    mona = a_member("mona", (Role.MODERATOR,))
    made = browser(app)
    sign_in(made, mona)
    assert post(made).status_code == 303
