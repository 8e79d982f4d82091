"""Reading a thread on: orders, resuming, unread marks, views, related ones, sharing."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from app.community import queries, service
from app.community.queries.tables_reading import SHARE, THREAD_READ, VIEWS_DAY
from app.community.service import reads, watching
from app.community.types import BarredError, SeedReply
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from tests.community.reading import drifts, text_of, titles
from tests.factories.community import a_photo, a_thread, many_threads
from tests.factories.identity import Browser, a_member
from tests.factories.work import sqlite_steps

EN = {"Accept-Language": "en"}
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 12) Chrome/107"}


@pytest.fixture(autouse=True)
def nothing_held() -> None:
    reads.forget_views()


def a_talk(alice: MemberRow, bob: MemberRow, replies: int) -> str:
    """Return the code of Alice's thread; every third reply is hers, Bob wrote the others."""
    made = a_thread(alice)
    at = clock.now()
    service.seed_replies(
        [
            SeedReply(made.thread_id, alice.id if n % 3 == 0 else bob.id, f"话 {n}", at)
            for n in range(1, replies + 1)
        ]
    )
    return made.thread_code


def floors(page: Any) -> list[int]:
    source = text_of(page).partition('class="replies')[2]
    return [int(piece.partition('"')[0]) for piece in source.split('id="f-')[1:]]


def test_replies_stand_in_the_order_one_asks_for(
    client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_talk(alice, bob, 45)
    service.like_reply(bob.id, code, 7)
    url = f"/p/{code}"
    assert floors(client.get(url)) == list(range(1, 21))
    assert floors(client.get(f"{url}?order=newest")) == list(range(45, 25, -1))
    assert floors(client.get(f"{url}?order=newest&page=3")) == [5, 4, 3, 2, 1]
    assert floors(client.get(f"{url}?order=liked"))[:2] == [7, 45]
    assert floors(client.get(f"{url}?order=author")) == list(range(3, 46, 3))
    assert floors(client.get(f"{url}?order=author&after=30")) == [33, 36, 39, 42, 45]
    assert floors(client.get(f"{url}?order=nonsense&page=99")) == [41, 42, 43, 44, 45]


def test_one_jumps_to_a_floor(client: Browser, alice: MemberRow, bob: MemberRow) -> None:
    code = a_talk(alice, bob, 45)
    assert client.get(f"/p/{code}/jump?floor=37").location == f"/p/{code}?page=2#f-37"
    assert client.get(f"/p/{code}/jump?floor=999").location == f"/p/{code}?page=3#f-45"
    assert client.get(f"/p/{code}/jump?floor=x").location == f"/p/{code}#f-1"


def test_one_resumes_where_one_left(
    alice_client: Browser, client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_talk(bob, alice, 45)
    assert "Go on at" not in text_of(alice_client.get(f"/p/{code}", headers=EN))
    for floor in (30, 12, 10**7):  # a mark never goes back, and never beyond the last floor
        alice_client.post(f"/p/{code}/seen", data={"floor": floor}, headers=PHONE)
        page = text_of(alice_client.get(f"/p/{code}", headers=EN))
        assert ("Go on at #31, 15 new" in page) is (floor <= 30), floor
    assert db.session.scalar(sa.select(THREAD_READ.c.floor)) == 45
    assert "Go on at" not in text_of(client.get(f"/p/{code}", headers=EN))


def test_what_is_new_is_marked_until_it_is_read(
    alice_client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_thread(bob).thread_code
    marked = 'class="pip-new"'
    assert marked in text_of(alice_client.get("/"))
    alice_client.post(f"/p/{code}/seen", data={"floor": 0}, headers=PHONE)
    assert marked not in text_of(alice_client.get("/"))
    clock.tick(timedelta(minutes=1))
    service.reply(bob.id, code, "还有")
    assert marked in text_of(alice_client.get("/b/pot"))
    clock.tick(timedelta(minutes=1))
    alice_client.post("/b/pot/read")
    assert marked not in text_of(alice_client.get("/b/pot"))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(THREAD_READ)) == 0
    clock.tick(timedelta(minutes=1))
    service.reply(bob.id, code, "再来")
    assert marked in text_of(alice_client.get("/b/pot"))
    clock.tick(timedelta(days=41))
    assert marked not in text_of(alice_client.get("/b/pot"))


def test_old_read_marks_are_swept(alice: MemberRow, bob: MemberRow) -> None:
    reads.read_thread(alice.id, a_thread(bob).thread_code, 0)
    assert reads.prune_reads() == 0
    clock.tick(timedelta(days=41))
    assert [reads.prune_reads(), reads.prune_reads()] == [1, 0]


def test_views_are_counted_once_a_person_and_never_for_bots(
    client: Browser, alice_client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_thread(bob).thread_code
    url = f"/p/{code}/seen"
    for _ in range(3):
        assert client.post(url, headers=PHONE).status_code == 204
        assert alice_client.post(url, headers=PHONE).status_code == 204
    for agent in ("Googlebot/2.1", "curl/8", "", "facebookexternalhit/1.1"):
        client.post(url, headers={"User-Agent": agent})
    client.post("/p/0000000000000/seen", headers=PHONE)
    assert reads.flush_views() == 3
    assert "2 views" in text_of(client.get(f"/p/{code}", headers=EN))
    clock.tick(timedelta(minutes=31))
    client.post(url, headers=PHONE)
    reads.flush_views()
    assert db.session.scalar(sa.select(sa.func.sum(VIEWS_DAY.c.views))) == 3
    assert drifts("community.reading") == []


def test_looking_at_a_page_counts_nothing(client: Browser, alice: MemberRow) -> None:
    client.get(f"/p/{a_thread(alice).thread_code}", headers=PHONE)
    assert reads.flush_views() == 0


def test_a_shared_link_tells_what_it_brought(
    client: Browser, alice_client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_thread(bob).thread_code
    nora = a_member("Nora")
    service.follow(alice.id, bob.yid)
    for browser in (client, alice_client):
        browser.post(f"/p/{code}/seen", data={"from": nora.yid}, headers=PHONE)
    reads.flush_views()
    row = db.session.execute(sa.select(SHARE)).one()
    assert (row.member_id, row.visits, row.crossed) == (nora.id, 2, 1)
    page = text_of(alice_client.get(f"/p/{code}/share", headers={"Host": "localhost"}))
    assert f'value="http://localhost/p/{code}?from={alice.yid}"' in page


def test_related_posts_share_a_tag_or_the_board(
    client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    many_threads(bob, 10)
    a_thread(bob, "同一个话题", "#汤", board="dips")
    code = a_thread(alice, "汤", "#汤").thread_code
    page = text_of(client.get(f"/p/{code}"))
    more = page[page.index('id="more-h"') :]
    assert more.index("同一个话题") < more.index("第 9 锅")
    assert more.count('class="note note-text"') == 6, "cards without a photo leave no hole"


def test_a_muted_member_disappears(
    alice_client: Browser, client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    bad = a_thread(bob, "烦人的锅", "#锅").thread_code
    code = a_thread(alice, "我的锅").thread_code
    service.reply(bob.id, code, "烦人的话")
    service.like_thread(bob.id, code)
    watching.mute(alice.id, bob.yid)
    for url in ("/", "/?tab=latest", "/b/pot", "/b/pot?sort=hot"):
        assert titles(alice_client.get(url)) == ["我的锅"], url
        assert len(titles(client.get(url))) == 2, url
    page = text_of(alice_client.get(f"/p/{code}", headers=EN))
    assert "烦人的话" not in page.partition('class="replies')[2].partition("read-mark")[0]
    assert "From a member you muted" in page
    assert "bob" not in text_of(alice_client.get(f"/p/{code}/likes", headers=EN))
    assert "bob" in text_of(client.get(f"/p/{code}/likes", headers=EN))
    pairs = {(alice.id, bob.id), (bob.id, alice.id)}
    assert watching.unwelcome_pairs(pairs) == {(alice.id, bob.id)}
    assert f"/p/{bad}" not in text_of(alice_client.get("/search?q=烦人"))
    assert f"/p/{bad}" in text_of(client.get("/search?q=烦人"))
    alice_client.post(f"/u/{bob.yid}/unblock")
    assert len(titles(alice_client.get("/"))) == 2


def test_blocking_parts_two_members(
    alice_client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    service.follow(alice.id, bob.yid)
    service.follow(bob.id, alice.yid)
    assert alice_client.post(f"/u/{bob.yid}/block").status_code == 303
    assert drifts("community.counters") == []
    assert "Blocked" in text_of(alice_client.get("/settings/hidden", headers=EN))
    profile = queries.find_profile(alice.yid, None)
    assert profile is not None
    assert (profile.follower_count, profile.following_count) == (0, 0)
    with pytest.raises(BarredError):
        service.follow(bob.id, alice.yid)


def test_the_picture_to_share_shows_photo_and_code(
    app: Flask, client: Browser, alice: MemberRow
) -> None:
    for photos in ([], [a_photo(alice, 600, 800)]):
        code = a_thread(alice, "一个很长的标题" * 4, photo_ids=photos).thread_code
        answer = client.get(f"/p/{code}/card.png")
        assert answer.content_type == "image/png"
        with Image.open(BytesIO(answer.data)) as image:
            assert image.width == 900
            assert image.height == (1196 if photos else 344)
        assert client.get(f"/p/{code}/card.png").data == answer.data
        service.remove_thread(alice.id, code)
        assert client.get(f"/p/{code}/card.png").status_code == 404


def test_feeds_and_sitemap_name_every_visible_post(
    client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_thread(alice, "锅 <&> 汤", "#锅").thread_code
    gone = a_thread(bob, "走了", "#锅").thread_code
    service.remove_thread(bob.id, gone)
    for url in ("/feed.atom", "/b/pot/feed.atom", "/t/锅/feed.atom", f"/u/{alice.yid}/feed.atom"):
        answer = client.get(url)
        assert answer.mimetype == "application/atom+xml", url
        assert "锅 &lt;&amp;&gt; 汤" in text_of(answer), url
        assert f"/p/{code}</id>" in text_of(answer), url
        assert gone not in text_of(answer), url
    index = text_of(client.get("/sitemap.xml"))
    assert "/sitemap/threads/0</loc>" in index
    part = text_of(client.get("/sitemap/threads/0"))
    assert f"/p/{code}</loc>" in part
    assert gone not in part
    pages = text_of(client.get("/sitemap-pages.xml"))
    for path in ("/b/pot", "/products", "/about", "/about/people"):
        assert f"{path}</loc>" in pages


def test_search_engines_read_a_posting(client: Browser, alice: MemberRow, bob: MemberRow) -> None:
    code = a_thread(alice, "锅</script><b>").thread_code
    service.reply(bob.id, code, "香")
    page = text_of(client.get(f"/p/{code}"))
    data = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert '"@type": "DiscussionForumPosting"' in data
    assert '"commentCount": 1' in data
    assert "<b>" not in data
    assert json.loads(data)["text"] == "煮了两个小时。"
    assert 'hreflang="zh-CN"' in page
    assert f'<link rel="canonical" href="http://localhost/p/{code}">' in page
    other = text_of(client.get(f"/p/{code}?lang=en"))  # each language stands for itself
    assert f'<link rel="canonical" href="http://localhost/p/{code}?lang=en">' in other
    assert '<meta property="og:locale" content="en_US">' in other
    assert "/icons/filling-512.png" in other.partition('property="og:image"')[2][:120]


@pytest.mark.parametrize("replies", [10, 20_000])
def test_the_last_page_of_a_long_thread_costs_what_the_first_does(
    app: Flask, alice_client: Browser, alice: MemberRow, bob: MemberRow,
    count_statements: Any, replies: int,
) -> None:  # fmt: skip
    made = a_thread(alice, body="#锅")
    at, written = clock.now(), range(1, replies + 1)
    row = [SeedReply(made.thread_id, bob.id, "真**香**", at, n - 1 or None) for n in written]
    for start in range(0, replies, 5_000):
        service.seed_replies(row[start : start + 5_000])
    last = max(1, replies // 20)
    for query in ("", f"?page={last}", "?order=newest", f"?order=newest&page={last}",
                  "?order=liked&page=5", "?order=author", f"?reply_to={replies}"):  # fmt: skip
        with count_statements() as seen:
            answer = alice_client.get(f"/p/{made.thread_code}{query}")
        assert answer.status_code == 200
        assert len(seen) <= 9, f"{query}:\n" + "\n".join(seen)
        assert len(floors(answer)) <= 20
    if replies > last * 2 and db.engine.dialect.name == "sqlite":  # rows read, not time
        for order in ("", "order=newest"):
            costs = [_steps(alice_client, f"/p/{made.thread_code}?{order}&page={page}")
                     for page in (1, last // 2, last)]  # fmt: skip
            assert max(costs) <= 1.2 * min(costs), (order, costs)


def _steps(by: Browser, url: str) -> int:
    """Return how many steps the database takes for a page."""
    with sqlite_steps(db.engine) as steps:
        assert by.get(url).status_code == 200
        return steps()
