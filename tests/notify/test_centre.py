"""The page of notices: filtered, unread only, all read and unread again, always five statements."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock, ids, jobs
from app.kernel.db import db
from app.notify import queries, service, types
from app.notify.queries import NOTICE
from app.notify.types import Group, NoticeKind, Params, Said, Tell
from tests.factories.community import a_thread, some_boards
from tests.factories.identity import Browser, a_member, browser, sign_in

Counting = Callable[[], AbstractContextManager[list[str]]]
TALK, GIFT = "test.talk", "test.gift"


def words(params: Params) -> Said:
    return Said(f"Thing {params['n']}")


@pytest.fixture(autouse=True)
def kinds(app: Flask) -> Iterator[None]:
    before = dict(types._kinds)
    types.register(NoticeKind(TALK, "Talk of the test", "heart", words, group=Group.TALK))
    types.register(NoticeKind(GIFT, "Gifts of the test", "heart", words, group=Group.REWARDS))
    yield
    types._kinds.clear()
    types._kinds.update(before)


def tell(member: MemberRow, n: int, kind: str = TALK) -> None:
    service.tell(member.id, kind, key=str(n), params={"n": n})


def shown(browser: Browser, url: str = "/notices") -> list[str]:
    page = browser.get(url + ("&" if "?" in url else "?") + "lang=en").text
    return re.findall(r"Thing \d+", page)


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


def read_all(browser: Browser, url: str = "/notices") -> str:
    """Press *mark all read* on a page; return where it leads."""
    page = browser.get(url).text
    sent = {"up_to": field(page, "up_to"), "type": field(page, "type")}
    answer = browser.post("/notices/read", data=sent)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_the_page_is_filtered_by_group_and_by_kind(alice: MemberRow, alice_client: Browser) -> None:
    tell(alice, 1)
    tell(alice, 2, GIFT)
    assert shown(alice_client) == ["Thing 2", "Thing 1"]
    assert shown(alice_client, "/notices?type=talk") == ["Thing 1"]
    assert shown(alice_client, f"/notices?type={GIFT}") == ["Thing 2"]
    assert "Gifts of the test" in alice_client.get(f"/notices?type={GIFT}").text
    assert shown(alice_client, "/notices?type=%00nonsense") == ["Thing 2", "Thing 1"]


def test_only_what_is_unread_is_one_tap_away(alice: MemberRow, alice_client: Browser) -> None:
    for n in (1, 2, 3):
        tell(alice, n)
    second = queries.notices(alice.id).items[1]
    service.read(alice.id, second.id)
    assert "show=unread" in alice_client.get("/notices").text
    assert shown(alice_client, "/notices?show=unread") == ["Thing 3", "Thing 1"]
    service.read_all(alice.id, 2**62)
    page = alice_client.get("/notices?show=unread&lang=en").text
    assert "You have read everything" in page
    assert "Mark all read" not in page


def test_all_read_can_be_undone_and_only_that(alice: MemberRow, alice_client: Browser) -> None:
    for n in (1, 2, 3):
        tell(alice, n)
    service.read(alice.id, queries.notices(alice.id).items[2].id)
    clock.tick(timedelta(seconds=5))
    to = read_all(alice_client)
    page = alice_client.get(to + "&lang=en").text
    assert "Everything is marked as read" in page
    assert 'aria-label="Notices"' in page
    for _ in range(2):
        answer = alice_client.post("/notices/unread", data={"read": field(page, "read")})
        assert answer.status_code == 303
    assert shown(alice_client, "/notices?show=unread") == ["Thing 3", "Thing 2"]


def test_all_read_reads_only_what_the_tab_shows(alice: MemberRow, alice_client: Browser) -> None:
    tell(alice, 1)
    tell(alice, 2, GIFT)
    assert read_all(alice_client, "/notices?type=talk").startswith("/notices?type=talk")
    assert shown(alice_client, "/notices?show=unread") == ["Thing 2"]


@pytest.mark.parametrize("read", ["", "x", "-1", "9" * 17, "9" * 40, "１２"])
def test_a_moment_that_is_none_undoes_nothing(
    alice: MemberRow, alice_client: Browser, read: str
) -> None:
    tell(alice, 1)
    service.read_all(alice.id, 2**62)
    assert alice_client.get("/notices", query_string={"read": read}).status_code == 200
    assert alice_client.post("/notices/unread", data={"read": read}).status_code == 303
    assert queries.notices(alice.id).items[0].is_read


def test_nobody_undoes_for_somebody_else(
    alice: MemberRow, alice_client: Browser, bob: MemberRow
) -> None:
    tell(bob, 1)
    now = clock.now()
    service.read_all(bob.id, 2**62, at=now)
    assert service.unread(alice.id, now) == 0
    assert service.unread(bob.id, now) == 1


def test_what_gathered_anew_stays_in_its_new_row(alice: MemberRow, bob: MemberRow) -> None:
    def like(by: MemberRow) -> Tell:
        return Tell(alice.id, TALK, f"by:{by.id}", {"n": 1}, actor_id=by.id, subject="thread:1")

    service.tell_many([like(bob)])
    now = clock.now()
    service.read_all(alice.id, 2**62, at=now)
    service.tell_many([like(a_member("Cleo"))])
    assert service.unread(alice.id, now) == 0
    assert len(queries.notices(alice.id).items) == 2


# --- read where it is --------------------------------------------------------------------------


def seen(browser: Browser, *about: str) -> None:
    assert browser.post("/notices/seen", data={"about": list(about)}).status_code == 204


def test_opening_the_thread_reads_what_was_told_of_it(
    alice: MemberRow, alice_client: Browser, bob: MemberRow
) -> None:
    thread, other = a_thread(alice, "一"), a_thread(alice, "二")
    for each in (thread, other):
        community.reply(bob.id, each.thread_code, f"hello @{alice.yid}")
        community.like_thread(bob.id, each.thread_code)
    community.reply(alice.id, thread.thread_code, "mine")
    community.like_reply(bob.id, thread.thread_code, 2)
    jobs.run("community.texts")
    jobs.run("community.tell")
    assert len(queries.notices(alice.id, unread_only=True).items) == 7
    db.session.rollback()
    page = alice_client.get(f"/p/{thread.thread_code}").text
    found = re.search(r'<seen-mark data-url="(/notices/seen)" data-about="([^"]*)"', page)
    assert found
    assert len(queries.notices(alice.id, unread_only=True).items) == 7  # a GET reads nothing
    db.session.rollback()
    seen(alice_client, *found[2].split())
    left = queries.notices(alice.id, unread_only=True).items
    assert {each.params["thread"] for each in left} == {other.thread_id}
    assert len(left) == 3


def test_a_page_asks_for_nothing_where_nothing_waits(
    alice: MemberRow, alice_client: Browser, client: Browser
) -> None:
    url = f"/p/{a_thread(alice).thread_code}"
    assert "<seen-mark" not in alice_client.get(url).text
    assert "<seen-mark" not in client.get(url).text


def test_a_single_new_post_is_read_in_its_thread_several_on_their_board(
    alice: MemberRow, alice_client: Browser, bob: MemberRow
) -> None:
    from app.community.service import watching
    from app.community.types.reading import WatchKind, WatchLevel

    some_boards()
    watching.set_watch(alice.id, WatchKind.BOARD, "pot", WatchLevel.WATCHING)
    clock.tick(timedelta(seconds=1))
    first = a_thread(bob, "一")
    jobs.run("community.watched")
    seen(alice_client, f"thread:{first.thread_id}")
    assert queries.notices(alice.id, unread_only=True).items == []
    db.session.rollback()
    second = a_thread(bob, "二")
    a_thread(bob, "三")
    jobs.run("community.watched")
    seen(alice_client, f"thread:{second.thread_id}")
    (left,) = queries.notices(alice.id, unread_only=True).items
    db.session.rollback()
    page = alice_client.get("/b/pot").text
    found = re.search(r'<seen-mark[^>]*data-about="([^"]*)"', page)
    assert found
    seen(alice_client, found[1])
    assert queries.notices(alice.id, unread_only=True).items == []
    assert left.params["things"] == 2


def test_without_a_script_the_notices_own_link_reads_it(
    alice: MemberRow, alice_client: Browser, bob: MemberRow
) -> None:
    thread = a_thread(alice, "一")
    community.reply(bob.id, thread.thread_code, "hello")
    jobs.run("community.tell")
    (notice,) = queries.notices(alice.id).items
    db.session.rollback()
    answer = alice_client.post(f"/notices/{notice.id}/open")
    assert answer.status_code == 303
    assert queries.notices(alice.id).items[0].is_read


# --- how much it costs ---------------------------------------------------------------------------


def many(member: MemberRow, count: int) -> None:
    now = clock.now()
    rows = [
        {
            "id": (notice_id := ids.next_id()), "member_id": member.id,
            "kind": (TALK, GIFT)[n % 2], "key": str(n), "params": {"n": n}, "link": {},
            "told_at": now, "read_at": now if n % 3 else None, "place": notice_id,
        }
        for n in range(count)
    ]  # fmt: skip
    db.session.connection().execute(sa.insert(NOTICE), rows)
    db.session.commit()


@pytest.mark.parametrize("count", [10, 10_000])
def test_five_statements_at_ten_and_at_ten_thousand(
    alice: MemberRow, alice_client: Browser, count_statements: Counting, count: int
) -> None:
    many(alice, count)
    alice_client.get("/notices")
    for url in ("/notices", "/notices?type=talk", "/notices?show=unread", f"/notices?type={GIFT}"):
        with count_statements() as seen_:
            assert alice_client.get(url).status_code == 200
        assert len(seen_) <= 5, "\n".join(seen_)
    with count_statements() as seen_:
        read_all(alice_client)
    assert len(seen_) <= 10, "\n".join(seen_)
    assert queries.notices(alice.id, unread_only=True).items == []


def test_pages_of_unread_ones_go_to_the_end(alice: MemberRow, alice_client: Browser) -> None:
    many(alice, 150)
    url: str | None = "/notices?show=unread"
    found: list[str] = []
    while url:
        page = alice_client.get(url).text
        found += re.findall(r"Thing \d+", page)
        following = re.search(r'href="(/notices\?[^"]*after=[^"]*)"', page)
        url = following[1].replace("&amp;", "&") if following else None
    assert found == [f"Thing {n}" for n in range(149, -1, -1) if n % 3 == 0]


def test_what_was_told_late_of_an_earlier_day_goes_where_its_day_is(
    app: Flask, alice: MemberRow
) -> None:
    tell(alice, 1)
    with clock.frozen(clock.now() - timedelta(days=11)):
        tell(alice, 2)  # a past that is loaded after the present
    tell(alice, 3)
    mine = browser(app)
    sign_in(mine, alice)
    assert shown(mine) == ["Thing 3", "Thing 2", "Thing 1"]
    assert service.put_in_order() == 2
    assert shown(mine) == ["Thing 3", "Thing 1", "Thing 2"]
    assert service.put_in_order() == 0
    page = mine.get("/notices?lang=en").text
    assert page.count(">Today<") == 1
