"""The page: who sees what, what it says when there is nothing, what bad input gets."""

import json
from datetime import timedelta
from typing import Any

from app.community import service as community
from app.community.types import SeedThread
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.kernel.startup import limiter
from app.moderation.types import HideReason
from app.search import service
from tests.factories.community import a_painted_photo, a_thread, many_threads, some_boards
from tests.factories.goods import a_product
from tests.factories.identity import Browser, a_member

HOSTILE = (
    '"',
    '""',
    'marks : "x"',
    "title:锅 OR body:*",
    "NEAR(锅 底, 2)",
    "锅*",
    "^锅",
    "锅'; DROP TABLE search_entry; --",
    "\\ ' \" ` ; -- /* */",
    "a & b | !c <-> d :*",
    "\u202e锅\u202c",
    "\u2066锅\u2069 \u200f",
    "🍲",
    "👨‍👩‍👧‍👦锅",
    "\x00锅\x01",
    "e\u0301" * 30,
    "\u0301" * 200,
    "\ue000 \ue001kindthread",
    "%E9%94%85%",
    "＂锅＂",
    "x" * 500,
    "锅 " * 100,
    "null",
    "-1",
)


def page(client: Browser, q: str, **more: Any) -> str:
    answer = client.get("/search", query_string={"q": q, **more})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_guest_finds_a_thread_with_the_words_marked(client: Browser, alice: MemberRow) -> None:
    made = a_thread(alice, "番茄<b>牛腩锅</b>", "先把火鍋底料炒香。" * 3)
    html = page(client, "火锅底料")
    assert f"/p/{made.thread_code}" in html
    assert "<mark>火鍋底料</mark>" in html
    assert "番茄&lt;b&gt;牛腩锅&lt;/b&gt;" in html
    assert "番茄&lt;b&gt;<mark>牛腩锅</mark>&lt;/b&gt;" in page(client, "牛腩锅")


def test_every_kind_has_its_tab_with_a_count(client: Browser, alice: MemberRow) -> None:
    made = a_thread(alice, "牛油锅底测评")
    community.reply(alice.id, made.thread_code, "牛油锅底好香")
    a_member("牛油锅底王")
    a_product(name_zh="牛油锅底")
    html = page(client, "牛油锅底")
    for tab in ("Posts 1", "Replies 1", "Members 1", "Products 1"):
        assert tab in html
    assert "#f-1" in page(client, "牛油锅底", type="reply")
    assert "牛油锅底王" in page(client, "niuyouguodiwang", type="member")
    assert "/products/beef-1" in page(client, "牛油锅底", type="product")


def test_without_posts_the_page_shows_what_there_is(client: Browser, alice: MemberRow) -> None:
    html = page(client, alice.name)
    assert f"/u/{alice.yid}" in html


def test_what_was_hidden_or_removed_is_found_by_nobody(
    client: Browser, alice_client: Browser, alice: MemberRow, moderator: MemberRow
) -> None:
    made = a_thread(alice, "独一无二锅")
    answered = community.reply(alice.id, made.thread_code, "举世无双")
    community.hide_reply(moderator.id, answered.reply_id, HideReason.RUDE)
    assert "#f-1" not in page(client, "举世无双", type="reply")
    community.restore_reply(moderator.id, answered.reply_id)
    assert "#f-1" in page(client, "举世无双", type="reply")
    community.hide_thread(moderator.id, made.thread_id, HideReason.RUDE)
    for browser in (client, alice_client):
        assert made.thread_code not in page(browser, "独一无二锅")
        assert "#f-1" not in page(browser, "举世无双", type="reply")  # nor what answers it
    community.restore_thread(moderator.id, made.thread_id)
    assert made.thread_code in page(client, "独一无二锅")
    community.remove_thread(alice.id, made.thread_code)
    assert made.thread_code not in page(client, "独一无二锅")
    community.bring_back_thread(alice.id, made.thread_code)
    assert made.thread_code in page(client, "独一无二锅")


def test_what_is_hidden_is_not_shown_even_where_the_index_has_it(
    client: Browser, alice: MemberRow
) -> None:
    made = a_thread(alice, "独一无二锅")
    from app.community.models import Thread

    db.session.query(Thread).filter_by(id=made.thread_id).update({"hidden_at": clock.now()})
    db.session.commit()
    assert made.thread_code not in page(client, "独一无二锅")


def test_an_edit_is_found_at_once(client: Browser, alice: MemberRow) -> None:
    made = a_thread(alice, "番茄锅")
    community.edit_thread(alice.id, made.thread_code, board_slug="dips", title="菌汤锅", body="鲜")
    assert made.thread_code not in page(client, "番茄")
    assert made.thread_code in page(client, "菌汤")
    assert made.thread_code in page(client, "菌汤", board="dips")
    assert made.thread_code not in page(client, "菌汤", board="pot")


def test_filters_narrow_and_can_be_taken_off(
    client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    some_boards()
    product_id = a_product()
    now = clock.now()
    old, new = community.seed_threads(
        [
            SeedThread(alice.id, "pot", "火锅一", "香", now - timedelta(days=40)),
            SeedThread(bob.id, "dips", "火锅二", "香", now, (a_painted_photo(bob),)),
        ]
    )
    from app.commerce.models import ProductTag

    db.session.add(
        ProductTag(
            id=1, thread_id=old.id, position=0, product_id=product_id, author_id=alice.id,
            kind="shown", is_visible=True, created_at=now,
        )
    )  # fmt: skip
    db.session.commit()
    day = (now - timedelta(days=7)).date().isoformat()
    for asked, only in (
        ({"board": "pot"}, old),
        ({"board": "dips"}, new),
        ({"author": bob.yid}, new),
        ({"since": day}, new),
        ({"until": day}, old),
        ({"photo": "1"}, new),
        ({"product": "beef-1"}, old),
    ):
        html = page(client, "火锅", **asked)
        other = old if only is new else new
        assert only.code in html, asked
        assert other.code not in html, asked
        assert 'aria-label="Without' in html
    assert "Nothing fits these filters" in page(client, "火锅", board="nowhere")
    form = client.get("/search/filters?q=火锅&board=pot").get_data(as_text=True)
    assert '<option value="pot" selected>' in form


def test_a_mistyped_word_is_understood(client: Browser, alice: MemberRow) -> None:
    made = a_thread(alice, "Mushroom broth", "slowly")
    while service.learn():
        pass
    html = page(client, "mushrom broth")
    assert "Showing results for mushroom broth." in html
    assert made.thread_code in html
    assert made.thread_code not in page(client, "mushrom broth", exact="1")
    assert "Did you mean" in page(client, "mushrom", board="pot")


def test_nothing_found_leads_on(client: Browser, alice: MemberRow) -> None:
    html = page(client, "量子力学")
    assert "Nobody has said that yet" in html
    assert "/compose" in html
    assert "There is no word in that" in page(client, "🍲🍲")


def test_odd_input_is_text_and_nothing_else(client: Browser, alice: MemberRow) -> None:
    a_thread(alice, "火锅")
    odd = {"after": "x-y", "since": "2026-13-40", "sort": "?", "type": "member"}
    for words in HOSTILE:
        for more in ({}, odd):
            answer = client.get("/search", query_string={"q": words, **more})
            assert answer.status_code == 200, words


def test_what_is_too_long_is_cut(client: Browser, alice: MemberRow) -> None:
    a_thread(alice, "火锅")
    assert "We looked for the first 100 characters" in page(client, "锅" * 150)
    answer = client.get("/search", query_string={"q": "锅" * 350_000})
    assert answer.status_code == 303
    assert len(answer.headers["Location"]) < 1_000


def test_whoever_asks_too_fast_is_asked_to_wait(client: Browser) -> None:
    limiter.enabled = True
    limiter.reset()  # what others asked for counts to the same minute
    try:
        codes = {client.get("/search").status_code for _ in range(64)}
    finally:
        limiter.reset()
    assert codes == {200, 429}


def test_odd_keys_begin_anew(client: Browser, alice: MemberRow) -> None:
    made = a_thread(alice, "火锅")
    for key in ("", "9-ffff", "1-" + "f" * 40, "-1-5", "1", "\x00"):
        assert made.thread_code in page(client, "火锅", after=key)


def test_popular_words_and_suggestions_come_from_what_many_say(
    client: Browser, alice: MemberRow
) -> None:
    for title in ("麻辣火锅", "番茄火锅", "菌汤火锅", "花椒油"):
        a_thread(alice, title)
    while service.learn():
        pass
    start = client.get("/search").get_data(as_text=True)
    assert ">火锅<" in start
    assert "花椒" not in start  # one post is nobody's business
    words = json.loads(client.get("/search/suggest?q=火").get_data(as_text=True))
    assert words == ["火锅"]
    assert json.loads(client.get("/search/suggest?q=").get_data(as_text=True)) == []


def test_words_that_nothing_has_any_more_are_forgotten(app: object, alice: MemberRow) -> None:
    from app.search import queries

    made = [a_thread(alice, f"菌汤火锅 {n} Tasty") for n in range(3)]
    while service.learn():
        pass
    assert "火锅" in queries.popular()
    for each in made:
        community.remove_thread(alice.id, each.thread_code)
    after: str | None = ""
    while after is not None:
        after = service.recount(after)
    assert queries.popular() == []
    assert queries.corrected(["tastz"]) == {}


def test_words_that_count_or_say_nothing_are_not_popular(app: object, alice: MemberRow) -> None:
    for n in range(3):
        a_thread(alice, f"第{n}锅毛肚", "十分钟就好，一点也不难，半碗汤，刚好，毛肚")
    while service.learn():
        pass
    from app.search import queries

    found = queries.popular("zh-CN")
    assert "毛肚" in found
    assert not [word for word in found if word[0] in "一十半第" or word in {"分钟", "刚好"}]


def test_popular_words_come_in_the_readers_language_first(app: object, alice: MemberRow) -> None:
    from app.search import queries

    for n in range(4):
        a_thread(alice, f"菌汤火锅 {n} Simmer minutes")
    while service.learn():
        pass

    assert queries.popular("zh-CN")[0] == "火锅"
    assert queries.popular("en")[0].lower() == "simmer"
    assert "minutes" not in queries.popular()


def test_a_members_searches_are_his_own(
    client: Browser, alice_client: Browser, bob: MemberRow, alice: MemberRow
) -> None:
    a_thread(alice, "火锅")
    assert 'data-noted="火锅"' in page(alice_client, "火锅")
    assert "data-noted" not in page(client, "火锅")
    for words in ("火锅", "番茄", "火鍋"):
        with clock.frozen(clock.now() + timedelta(seconds=len(words))):
            assert alice_client.post("/search/recent", data={"q": words}).status_code == 204
    start = alice_client.get("/search").get_data(as_text=True)
    assert "You looked for" in start
    assert "番茄" in start
    assert ">火锅<" not in start  # the same in other signs: written as last time
    assert "You looked for" not in client.get("/search").get_data(as_text=True)
    assert client.post("/search/recent", data={"q": "x"}).status_code in {303, 400}
    assert alice_client.post("/search/recent/clear").status_code == 303
    assert "You looked for" not in alice_client.get("/search").get_data(as_text=True)


def test_only_the_last_ten_searches_are_kept(app: object, alice: MemberRow) -> None:
    from app.search import queries

    for n in range(14):
        with clock.frozen(clock.now() + timedelta(seconds=n)):
            service.note_search(alice.id, f"锅{n}")
    assert queries.recent_searches(alice.id) == [f"锅{n}" for n in range(13, 3, -1)]


def test_search_takes_at_most_five_statements(
    client: Browser, alice_client: Browser, alice: MemberRow, count_statements: Any
) -> None:
    asked: tuple[dict[str, str], ...] = (
        {"q": "锅"},
        {"q": "锅", "board": "pot", "author": alice.yid},
        {"q": "alice"},
        {"q": "alice", "board": "pot"},
        {"q": "mushrom"},
        {"q": "mushrom", "board": "pot"},
        {"q": "没有人说过"},
        {"q": "锅", "type": "product"},
        {"q": "锅", "sort": "newest", "after": "0-7fffffffffffffff"},
        {},
    )
    a_thread(alice, "Mushroom broth")
    while service.learn():
        pass
    for more in (4, 400):
        many_threads(alice, more)
        for browser in (client, alice_client):
            for query in asked:
                with count_statements() as seen:
                    answer = browser.get("/search", query_string=query)
                assert answer.status_code == 200
                assert len(seen) <= 5, f"{query}:\n" + "\n".join(seen)


def test_the_next_page_comes_as_a_piece(client: Browser, alice: MemberRow) -> None:
    many_threads(alice, 45)
    first = page(client, "锅")
    assert first.count('class="line hit') == 20
    after = first.partition("after=")[2].partition('"')[0]
    piece = client.get(f"/search?q=锅&after={after}", headers={"HX-Request": "true"})
    html = piece.get_data(as_text=True)
    assert html.count('class="line hit') == 20
    assert "<html" not in html


def test_a_search_is_not_written_by_looking(alice_client: Browser, count_statements: Any) -> None:
    with count_statements() as seen:
        alice_client.get("/search?q=锅")
    assert [s for s in seen if not s.lstrip().upper().startswith(("SELECT", "WITH"))] == []
