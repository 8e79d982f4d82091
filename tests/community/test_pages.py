"""What the pages show, to whom, and how many statements that takes."""

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries, service
from app.community.types import SeedLike, SeedReply
from app.identity import service as identity
from app.identity.types import MemberRow, SeedMember
from app.kernel import clock
from app.kernel.db import db
from tests.community.reading import next_page, text_of, titles
from tests.factories.community import a_painted_photo, a_photo, a_thread, many_threads
from tests.factories.identity import Browser, a_member

EN = {"Accept-Language": "en"}
ZH = {"Accept-Language": "zh-CN"}
HTMX = {"HX-Request": "true"}


# --- home ----------------------------------------------------------------------------------------


def test_the_newest_post_stands_first(
    client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    for n in range(3):
        a_thread(alice, f"第 {n} 锅")
        clock.tick(timedelta(minutes=1))
    assert titles(client.get("/")) == ["第 2 锅", "第 1 锅", "第 0 锅"]


def test_the_feed_goes_on_page_by_page_without_gaps_or_repeats(
    client: Browser, alice: MemberRow
) -> None:
    many_threads(alice, 45)
    seen: list[str] = []
    url: str | None = "/"
    pages = 0
    while url:
        page = client.get(url)
        seen += titles(page)
        url = next_page(page)
        pages += 1
    assert pages == 3
    assert seen == [f"第 {n} 锅" for n in reversed(range(45))]


def test_threads_of_one_moment_are_not_lost_between_pages(
    client: Browser, alice: MemberRow
) -> None:
    for _ in range(25):
        many_threads(alice, 1)
    first = client.get("/")
    second = client.get(next_page(first) or "")
    assert len(titles(first)) + len(titles(second)) == 25


def test_a_post_that_arrives_meanwhile_does_not_shift_the_pages(
    client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    many_threads(alice, 30)
    link = next_page(client.get("/"))
    a_thread(bob, "刚刚发的")
    assert titles(client.get(link or ""))[0] == "第 9 锅"


def test_htmx_gets_the_next_cells_only(client: Browser, alice: MemberRow) -> None:
    many_threads(alice, 45)
    answer = client.get(next_page(client.get("/")) or "", headers=HTMX)
    assert text_of(answer).lstrip().startswith('<ul class="feed" id="feed">')
    assert "<html" not in text_of(answer)
    assert len(titles(answer)) == 20
    assert next_page(answer)
    assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.parametrize("key", ["x", "-", "zz-zz", "f" * 400, "0-0", "-1--1", "'; DROP--", "%00"])
def test_a_key_that_makes_no_sense_is_no_crash(
    client: Browser, alice: MemberRow, boards: dict[str, int], key: str
) -> None:
    a_thread(alice)
    assert client.get(f"/?after={key}").status_code == 200


def test_guests_see_the_feed_and_a_card_to_join_but_no_forms(
    client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    code = a_thread(alice).thread_code
    home = client.get("/", headers=EN)
    assert titles(home) == ["番茄牛腩锅"]
    assert "/signup" in text_of(home)
    for url in ("/", "/b", "/b/pot", f"/p/{code}", f"/u/{alice.yid}", f"/p/{code}/share"):
        answer = client.get(url)
        assert 'name="csrf_token"' not in text_of(answer), url
        assert answer.headers["Cache-Control"].startswith("public, max-age="), url
        assert "Set-Cookie" not in answer.headers, url
    assert "Sign in to reply" in text_of(client.get(f"/p/{code}", headers=EN))


def test_a_guest_on_the_following_tab_is_invited(
    client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    a_thread(alice)
    page = client.get("/?tab=following", headers=EN)
    assert titles(page) == []
    assert "Sign in to see what the members you follow are cooking." in text_of(page)


def test_members_see_pages_made_for_them_only(
    alice_client: Browser, boards: dict[str, int]
) -> None:
    assert alice_client.get("/").headers["Cache-Control"] == "private, no-cache"


def test_empty_places_say_how_they_fill(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    for url, words in {
        "/": "The first post is yours: show your pot.",
        "/b/pot": "Yours could be the first.",
        "/b": "Nothing here yet: be the first",
        f"/u/{alice.yid}": "Your first pot belongs here",
    }.items():
        assert words in text_of(alice_client.get(url, headers=EN)), url


def test_a_card_has_its_cover_and_its_place(
    client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    a_thread(alice, photo_ids=[a_photo(alice, 600, 800), a_photo(alice)])
    page = text_of(client.get("/"))
    card = page[page.index('id="feed"') :]
    assert re.search(r'<li class="h\d+">', card)
    assert 'width="600" height="800"' in card
    assert "srcset=" in card
    assert "note-count" in card


# --- boards --------------------------------------------------------------------------------------


def test_boards_show_name_purpose_and_newest_thread_in_both_languages(
    client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    a_thread(alice, "老锅")
    clock.tick(timedelta(minutes=5))
    a_thread(alice, "新锅")
    zh, en = (text_of(client.get("/b", headers=h)) for h in (ZH, EN))
    assert "晒锅" in zh
    assert "今天这一锅，端上来看看" in zh
    assert "Pot of the day" in en
    assert "新锅" in en
    assert "老锅" not in en


def test_a_board_shows_its_own_threads_only(
    client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    a_thread(alice, "锅的")
    a_thread(alice, "料的", board="dips")
    assert titles(client.get("/b/dips")) == ["料的"]
    assert client.get("/b/nowhere").status_code == 404


# --- thread --------------------------------------------------------------------------------------


def test_a_shared_link_carries_title_words_and_picture(
    client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    made = a_thread(alice, body="**煮了**两个小时 <b>", photo_ids=[a_photo(alice, 1200, 900)])
    page = text_of(client.get(f"/p/{made.thread_code}", headers={"Host": "localhost"}))
    assert '<meta property="og:title" content="番茄牛腩锅">' in page
    assert '<meta property="og:description" content="煮了两个小时 &lt;b&gt;">' in page
    url = f"http://localhost/p/{made.thread_code}"
    assert f'<meta property="og:url" content="{url}">' in page
    assert re.search(
        r'<meta property="og:image" content="http://localhost/media/../\w{64}-960', page
    )
    share = text_of(client.get(f"/p/{made.thread_code}/share"))
    assert f'value="{url}"' in share


def test_words_say_which_language_they_are_in(
    client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    made = a_thread(alice, "My first pot", "Slow cooked for two hours.")
    assert '<h1 lang="en">My first pot</h1>' in text_of(client.get(f"/p/{made.thread_code}"))


@pytest.mark.parametrize("code", ["nope", "0000000000000", "💥", "a" * 500])
def test_a_thread_that_is_not_there_is_not_found(client: Browser, code: str) -> None:
    assert client.get(f"/p/{code}").status_code == 404


def test_a_code_typed_by_hand_is_understood(
    client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    code = a_thread(alice).thread_code
    assert client.get(f"/p/{code.lower()}").status_code == 200


@pytest.mark.parametrize("floor", [0, 2**31, 2**63, 10**30])
def test_a_floor_out_of_this_world_is_not_found(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int], floor: int
) -> None:
    code = a_thread(alice).thread_code
    assert alice_client.post(f"/p/{code}/f/{floor}/like").status_code == 404
    assert alice_client.get(f"/p/{code}/f/{floor}/edit").status_code == 404


def test_a_statement_line_leads_to_what_it_was_for(
    alice_client: Browser, alice: MemberRow, bob: MemberRow, boards: dict[str, int]
) -> None:
    made = a_thread(bob)
    service.reply(bob.id, made.thread_code, "谢谢")
    reply_id = queries.find_owned_reply(made.thread_code, 1)
    assert reply_id is not None
    service.like_thread(alice.id, made.thread_code)
    service.like_reply(alice.id, made.thread_code, 1)
    url = f"/p/{made.thread_code}"
    assert alice_client.get(f"/go/thread/{made.thread_id}").location == url
    assert alice_client.get(f"/go/reply/{reply_id.id}").location == f"{url}#f-1"
    for table, target in ((queries.THREAD_LIKE, url), (queries.REPLY_LIKE, f"{url}#f-1")):
        like_id = db.session.scalar(sa.select(table.c.id))
        assert alice_client.get(f"/go/{table.name}/{like_id}").location == target
    service.remove_thread(bob.id, made.thread_code)
    assert alice_client.get(f"/go/thread/{made.thread_id}").status_code == 404
    assert alice_client.get(f"/go/reply/{reply_id.id}").status_code == 404
    assert alice_client.get("/go/thread/1").status_code == 404


# --- profile -------------------------------------------------------------------------------------


def test_a_profile_shows_face_figures_and_threads(
    client: Browser, alice: MemberRow, bob: MemberRow, boards: dict[str, int]
) -> None:
    made = a_thread(alice, "我的锅")
    a_thread(bob, "别人的锅")
    service.like_thread(bob.id, made.thread_code)
    service.follow(bob.id, alice.yid)
    page = client.get(f"/u/{alice.yid}", headers=EN)
    assert titles(page) == ["我的锅"]
    figures = re.findall(r"<dt>(\w+)</dt><dd class=\"num\">(\w+)</dd>", text_of(page))
    assert figures == [("Posts", "1"), ("Likes", "1"), ("Followers", "1"), ("Following", "0")]


def test_only_ones_own_profile_has_an_edit_button(
    alice_client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    own = text_of(alice_client.get(f"/u/{alice.yid}", headers=EN))
    other = text_of(alice_client.get(f"/u/{bob.yid}", headers=EN))
    assert "Edit profile" in own
    assert "follow-form" not in own
    assert "Edit profile" not in other
    assert "follow-form" in other


def test_marks_stand_beside_the_name(
    client: Browser, koc: MemberRow, boards: dict[str, int]
) -> None:
    code = a_thread(koc).thread_code
    for url in ("/", f"/p/{code}", f"/u/{koc.yid}"):
        assert "mark-koc" in text_of(client.get(url)), url


# --- statements ----------------------------------------------------------------------------------


def a_crowd(alice: MemberRow, threads: int, replies: int) -> str:
    """Fill the place: Alice's threads with photos, many replies and likes; return one code."""
    fans = identity.seed_members([SeedMember(f"fan{n}", clock.now()) for n in range(50)])
    made = many_threads(alice, threads, photo_id=a_painted_photo(alice))
    newest = made[-1]
    at = clock.now()
    for start in range(0, replies, 5_000):
        service.seed_replies(
            [
                SeedReply(newest.id, fans[n % 50].id, "真的**香**", at, n - n % 3 or None)
                for n in range(start, min(start + 5_000, replies))
            ]
        )
    service.seed_likes([SeedLike(newest.id, fan.id, at) for fan in fans])
    service.seed_likes([SeedLike(t.id, fans[0].id, at) for t in made[-2_000:]])
    return newest.code


BUDGETS = {"/": 8, "/?tab=following": 8, "/b": 8, "/b/pot": 8, "thread": 9, "last": 9, "profile": 9}


@pytest.mark.parametrize("rows", [10, 10_000])
def test_pages_take_few_statements_however_many_rows(
    app: Flask, alice_client: Browser, client: Browser, alice: MemberRow,
    count_statements: Any, rows: int,
) -> None:  # fmt: skip
    code = a_crowd(alice, rows, rows)
    nora = a_member("Nora")
    service.follow(alice.id, nora.yid)
    many_threads(nora, 30)
    addresses = {
        "thread": f"/p/{code}",
        "last": f"/p/{code}?page={max(1, rows // 20)}",
        "profile": f"/u/{alice.yid}",
    }
    for name, most in BUDGETS.items():
        url = addresses.get(name, name)
        for browser in (alice_client, client):
            with count_statements() as seen:
                answer = browser.get(url)
            assert answer.status_code == 200
            assert len(seen) <= most, f"{url}:\n" + "\n".join(seen)
            assert not [s for s in seen if not s.lstrip().upper().startswith("SELECT")], url
