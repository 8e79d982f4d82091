"""The pages of circles: without JavaScript, for guests, members, leaders and the team."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from app.circles import queries, service
from app.circles.types import Joining, Stand
from app.identity.types import MemberRow
from app.kernel.errors import DomainError
from tests.factories.circles import a_circle, nothing_drifts
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.ranking import a_board, settle

Counting = Callable[[], AbstractContextManager[list[str]]]
FORM = {
    "slug": "hotpot-solo", "name_zh": "一人食", "name_en": "Table for one", "purpose_zh": "好好吃",
    "purpose_en": "Eating well alone", "icon": "soup", "joining": "request", "city_zh": "成都",
    "city_en": "Chengdu",
}  # fmt: skip


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_the_tab_leads_to_circles_and_from_there_to_the_boards(
    client: Browser, alice: MemberRow, staff: MemberRow
) -> None:
    a_thread(alice)
    page = client.get("/").text
    assert re.search(r'<a href="/c"[^>]*>.*?Circles', page, re.DOTALL)
    empty = client.get("/c").text
    assert "No circles yet" in empty
    assert 'href="/b"' in empty
    assert 'href="/b/pot"' in empty
    assert 'href="/c"' in client.get("/b").text
    a_circle(staff, "solo", alice)
    assert "Table for one" in client.get("/c").text
    assert "/b/solo" not in client.get("/b").text
    moved = client.get("/b/solo?sort=hot&slug=x")
    assert (moved.status_code, moved.headers["Location"]) == (301, "/c/solo?sort=hot")
    assert client.get("/b/solo/feed.atom").status_code == 200
    assert "/c/solo<" in client.get("/sitemap-pages.xml").text
    assert client.get("/c/nothing").status_code == 404
    assert client.get("/c/nothing/members").status_code == 404


def test_from_a_thread_through_the_door_to_a_reply(
    app: Flask, alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice)
    post = a_thread(alice, "One pot", board="solo")
    visitor = sign_in(browser(app), bob)
    page = visitor.get(f"/p/{post.thread_code}").text
    assert "Join the circle to reply" in page
    where = re.search(r'href="(/c/solo\?next=[^"]+)"', page)
    assert where
    circle = visitor.get(where.group(1)).text
    assert f'name="next" value="/p/{post.thread_code}"' in circle
    assert "Post here" not in circle
    joined = visitor.post("/c/solo/join", data={"next": f"/p/{post.thread_code}"})
    assert joined.headers["Location"] == f"/p/{post.thread_code}"
    assert '<textarea class="input" id="reply-body"' in visitor.get(f"/p/{post.thread_code}").text
    assert "Post here" in visitor.get("/c/solo").text
    assert (
        visitor.post("/c/solo/join", data={"next": "https://evil.example/"})
        .headers["Location"]
        .startswith("/")
    )


def test_what_was_typed_stays_when_one_has_left_meanwhile(
    app: Flask, alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice)
    post = a_thread(alice, "One pot", board="solo")
    visitor = sign_in(browser(app), bob)
    sent = visitor.post(
        f"/p/{post.thread_code}/reply", data={"body": "My long answer", "request_key": "k" * 20}
    )
    assert sent.status_code == 403
    assert "My long answer" in sent.text
    assert "Join it first" in sent.text


def test_the_composer_offers_the_member_s_circles(
    alice: MemberRow, alice_client: Browser, staff: MemberRow
) -> None:
    a_thread(alice)
    a_circle(staff, "solo")
    page = alice_client.get("/compose?board=solo").text
    assert 'value="solo"' not in page
    assert "Join Table for one first" in page
    service.join(alice.id, "solo")
    page = alice_client.get("/compose?board=solo").text
    assert re.search(r'<input checked[^>]*value="solo"', page)
    assert "Join Table for one first" not in page


def test_joining_leaving_and_undoing_by_buttons(
    client: Browser, alice: MemberRow, alice_client: Browser, staff: MemberRow
) -> None:
    a_circle(staff, "solo")
    assert "Sign in to join" in client.get("/c/solo").text
    alice_client.post("/c/solo/join")
    assert "You are in" in alice_client.get("/c?show=mine").text
    alice_client.post("/c/solo/leave")
    left = alice_client.get("/c/solo").text
    assert "You have left this circle" in left
    alice_client.post("/c/solo/come-back")
    assert "Leave the circle" in alice_client.get("/c/solo").text
    assert alice_client.post("/c/nothing/join").status_code == 404
    nothing_drifts()


def test_asking_and_answering_on_the_members_page(
    app: Flask, alice: MemberRow, alice_client: Browser, bob: MemberRow, koc: MemberRow,
    staff: MemberRow,
) -> None:  # fmt: skip
    a_circle(staff, "solo", leader=koc, joining=Joining.REQUEST)
    long = alice_client.post("/c/solo/join", data={"said": "x" * 201})
    assert long.status_code == 422
    assert "x" * 201 in long.text
    alice_client.post("/c/solo/join", data={"said": "<b>I eat alone</b>"})
    assert "You have asked to join" in alice_client.get("/c/solo").text
    leader, other = sign_in(browser(app), koc), sign_in(browser(app), bob)
    page = leader.get("/c/solo/members").text
    assert "&lt;b&gt;I eat alone" in page
    assert "I eat alone" not in other.get("/c/solo/members").text
    assert other.get(f"/c/solo/members/{alice.yid}/refuse").status_code == 404
    other.post(f"/c/solo/members/{alice.yid}/admit")
    assert queries.circle("solo").member_count == 1
    leader.post(f"/c/solo/members/{alice.yid}/admit")
    assert "Leave the circle" in alice_client.get("/c/solo").text
    remove = f"/c/solo/members/{alice.yid}/remove"
    assert leader.post(remove, data={"reason": ""}).status_code == 422
    leader.post(remove, data={"reason": "Advertising"})
    gone = alice_client.get("/c/solo").text
    assert "You were taken out of this circle" in gone
    assert "Advertising" in gone
    assert "Advertising" not in other.get("/c/solo").text
    assert "You are no longer in" in alice_client.get("/notices").text
    assert "asks to join" in leader.get("/notices").text


def test_the_team_makes_changes_closes_and_reopens(
    app: Flask, koc: MemberRow, alice_client: Browser, staff_client: Browser
) -> None:
    assert alice_client.get("/staff/circles").status_code == 403
    assert "No circles yet" in staff_client.get("/staff/circles").text
    assert staff_client.post("/staff/circles/new", data={**FORM, "slug": "A b"}).status_code == 422
    made = staff_client.post("/staff/circles/new", data=FORM)
    assert made.headers["Location"] == "/staff/circles/hotpot-solo"
    assert staff_client.post("/staff/circles/new", data=FORM).status_code == 422
    where = "/staff/circles/hotpot-solo"
    changed = staff_client.post(f"{where}/edit", data={**FORM, "slug": "other", "name_en": "Solo"})
    assert changed.headers["Location"] == where
    assert queries.circle("hotpot-solo").name("en") == "Solo"
    assert "Solo" in staff_client.get("/staff/circles").text
    assert staff_client.get("/staff/boards/hotpot-solo").status_code == 404
    assert staff_client.post(f"{where}/leaders", data={"yid": "nobody"}).status_code == 422
    staff_client.post(f"{where}/leaders", data={"yid": koc.yid})
    assert "You lead this circle" in sign_in(browser(app), koc).get("/c/hotpot-solo").text
    assert "Leads no longer" in staff_client.get(where).text
    staff_client.post(f"{where}/leaders/{koc.yid}/drop")
    assert "You lead this circle" not in sign_in(browser(app), koc).get("/c/hotpot-solo").text
    alice_client.post("/c/hotpot-solo/join", data={"said": "please"})
    assert "please" in staff_client.get(where).text
    assert "Close Solo?" in text(staff_client.get(f"{where}/close").text)
    staff_client.post(f"{where}/close")
    assert "This circle is closed" in alice_client.get("/c/hotpot-solo").text
    staff_client.post(f"{where}/reopen")
    assert "You have asked to join" in alice_client.get("/c/hotpot-solo").text


def test_a_leaderboard_stands_on_the_circle_s_page_and_leads_back(
    client: Browser, alice: MemberRow, staff: MemberRow, staff_client: Browser
) -> None:
    a_circle(staff, "solo", alice)
    assert "One circle: Table for one" in staff_client.get("/staff/ranking/new").text
    a_thread(alice, "Here", board="solo")
    a_board("in-solo", scope="circle", scope_ref="solo")
    settle()
    page = client.get("/c/solo").text
    assert 'href="/rank?board=in-solo"' in page
    assert "alice" in page[page.index("Hot board") :]
    assert 'href="/c/solo/rank"' in page
    assert "alice" in client.get("/c/solo/rank").text
    assert 'href="/c/solo"' in client.get("/rank?board=in-solo").text
    a_circle(staff, "other")
    assert 'href="/c/other/rank"' not in client.get("/c/other").text
    assert "No leaderboard for this circle" in client.get("/c/other/rank").text


def test_circles_are_found(client: Browser, staff: MemberRow) -> None:
    a_circle(staff, "solo")
    assert 'href="/c/solo"' in client.get("/search?q=Table").text
    service.close(staff.id, "solo")
    assert 'href="/c/solo"' not in client.get("/search?q=Table").text


def test_the_members_page_goes_on_where_it_ended(
    client: Browser, koc: MemberRow, staff: MemberRow
) -> None:
    people = [a_member(f"fan{number:02}") for number in range(40)]
    a_circle(staff, "solo", *people, leader=koc)
    first = client.get("/c/solo/members").text
    assert first.index("Leader<") < first.index("fan39")
    more = re.search(r'href="(/c/solo/members\?after=[^"]+)"', first)
    assert more
    rest = client.get(html.unescape(more.group(1))).text
    shown = [name for page in (first, rest) for name in re.findall(r">(fan\d\d)<", page)]
    assert sorted(shown) == [f"fan{number:02}" for number in range(40)]
    for key in ("x", "1-", "0-99999999999999999999", "2-１", ""):
        assert client.get(f"/c/solo/members?after={key}").status_code == 200


@pytest.mark.parametrize("many", [3, 30])
def test_statements_do_not_grow_with_members_and_posts(
    app: Flask, alice: MemberRow, koc: MemberRow, staff: MemberRow, count_statements: Counting,
    many: int,
) -> None:  # fmt: skip
    people = [a_member(f"fan{number:02}") for number in range(many)]
    a_circle(staff, "solo", *people, alice, leader=koc)
    for number in range(many // 3):
        a_thread(people[number], f"Pot {number}", board="solo")
        a_circle(staff, f"circle-{number}")
    member = sign_in(browser(app), alice)
    most = {"/c": 4, "/c?show=mine": 4, "/c/solo": 9, "/c/solo/members": 4}
    for url, budget in most.items():
        member.get(url)
        with count_statements() as statements:
            assert member.get(url).status_code == 200
        assert len(statements) <= budget, (url, len(statements), statements)
    team = sign_in(browser(app), staff)
    for url, budget in {"/staff/circles": 5, "/staff/circles/solo": 7}.items():
        team.get(url)
        with count_statements() as statements:
            assert team.get(url).status_code == 200
        assert len(statements) <= budget, (url, len(statements), statements)


def test_joining_and_posting_in_a_circle_keep_the_budget(
    alice: MemberRow, bob: MemberRow, staff: MemberRow, count_statements: Counting
) -> None:
    a_circle(staff, "solo", bob)
    with count_statements() as statements:
        service.join(alice.id, "solo")
    assert len(statements) <= 20, statements
    a_thread(alice, "First", board="solo")
    with count_statements() as statements:
        a_thread(alice, "Second", board="solo")
    assert len(statements) <= 20 + 3, statements  # three are the boards that the factory makes


def test_nobody_acts_for_another_circle(
    app: Flask, alice: MemberRow, koc: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice)
    a_circle(staff, "other", leader=koc)
    leader = sign_in(browser(app), koc)
    assert leader.get(f"/c/solo/members/{alice.yid}/remove").status_code == 404
    with pytest.raises(DomainError):
        service.remove(koc.id, "solo", alice.yid, "reason")
    mine = queries.circle("solo", alice.id).mine
    assert mine is not None
    assert mine.stand is Stand.IN
