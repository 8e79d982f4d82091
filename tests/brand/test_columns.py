"""Weekly columns: numbers without gaps, plans, what is due, followers who hear of issues."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.brand import queries, service
from app.brand.models import BrandColumn, BrandIssue
from app.brand.service.columns import due_after, next_due
from app.brand.types import NoSuchAuthorError, NotLastIssueError
from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from tests.conftest import NOON
from tests.factories.brand import a_column, a_face
from tests.factories.community import a_thread, some_boards
from tests.factories.identity import Browser, sign_in

WEDNESDAY = 2


@pytest.fixture
def column(staff: MemberRow) -> int:
    """A column of the administrator, due on Wednesdays."""
    a_face(staff)
    return a_column(staff)


def an_issue(author: MemberRow, column_id: int, title: str = "第一课") -> int:
    thread = a_thread(author, title)
    return service.join_column(author.id, column_id, thread.thread_id)


@pytest.mark.parametrize(
    ("day", "weekday", "expected"),
    [
        (date(2026, 9, 1), 2, date(2026, 9, 2)),
        (date(2026, 9, 2), 2, date(2026, 9, 9)),
        (date(2026, 9, 6), 6, date(2026, 9, 13)),
        (date(2026, 12, 31), 3, date(2027, 1, 7)),
    ],
)
def test_the_next_day_of_a_weekday(day: date, weekday: int, expected: date) -> None:
    assert next_due(weekday, day) == expected


@pytest.mark.parametrize(
    ("published", "expected"),
    [(-7, 0), (-6, 7), (0, 7), (1, 7), (6, 7), (7, 14), (9, 14)],
)
def test_an_issue_stands_for_its_week(published: int, expected: int) -> None:
    due = date(2026, 9, 2)
    assert due_after(due, WEDNESDAY, due + timedelta(days=published)) == due + timedelta(
        days=expected
    )


def test_the_author_chooses_the_column_in_the_composer(
    staff_client: Browser, staff: MemberRow, column: int, client: Browser
) -> None:
    some_boards()
    assert "Soup school" in staff_client.get("/compose?column=soup-school").get_data(as_text=True)
    form = {"board": "pot", "title": "牛油怎么炼", "body": "小火。", "request_key": "k" * 20}
    sent = staff_client.post("/compose", data={**form, "brand_column": "soup-school"})
    assert sent.status_code == 303
    page = client.get(sent.location).get_data(as_text=True)
    assert "Soup school" in page
    assert "No. 1" in page
    listed = client.get("/about/columns/soup-school").get_data(as_text=True)
    assert "牛油怎么炼" in listed
    feed = client.get("/about/columns/soup-school/feed.atom")
    assert feed.mimetype == "application/atom+xml"
    assert "牛油怎么炼" in feed.get_data(as_text=True)
    wrong = {**form, "request_key": "z" * 20, "brand_column": "other"}
    assert staff_client.post("/compose", data=wrong).status_code == 422


def test_others_do_not_write_a_column(alice_client: Browser, alice: MemberRow, column: int) -> None:
    some_boards()
    assert "Soup school" not in alice_client.get("/compose").get_data(as_text=True)
    form = {"board": "pot", "title": "我的", "body": "好", "request_key": "k" * 20}
    sent = alice_client.post("/compose", data={**form, "brand_column": "soup-school"})
    assert sent.status_code == 303
    assert queries.issues(column).items == []
    thread = a_thread(alice)
    with pytest.raises(NotFoundError):
        service.join_column(alice.id, column, thread.thread_id)


def test_numbers_have_no_gaps_and_only_the_newest_can_leave(
    staff: MemberRow, column: int, staff_client: Browser
) -> None:
    assert [an_issue(staff, column, f"课 {n}") for n in (1, 2, 3)] == [1, 2, 3]
    with pytest.raises(NotLastIssueError):
        service.take_out(staff.id, "soup-school", 2)
    assert (
        staff_client.post("/staff/brand/columns/soup-school/issues/3/take-out").status_code == 303
    )
    assert an_issue(staff, column, "课 4") == 3
    assert [each.number for each in queries.issues(column).items] == [3, 2, 1]
    with pytest.raises(NotFoundError):
        service.take_out(staff.id, "soup-school", 9)
    assert verify.run(("brand.columns",))[0].drifts == ()


def test_an_issue_twice_is_once(staff: MemberRow, column: int) -> None:
    thread = a_thread(staff)
    assert service.join_column(staff.id, column, thread.thread_id) == 1
    assert service.join_column(staff.id, column, thread.thread_id) == 1


@pytest.mark.race
def test_issues_at_once_get_numbers_without_a_gap(
    app: Flask, staff: MemberRow, column: int
) -> None:
    threads = [a_thread(staff, f"课 {n}").thread_id for n in range(6)]
    together, numbers = threading.Barrier(len(threads)), list[int]()

    def write(thread_id: int) -> None:
        with app.app_context(), clock.frozen(NOON):
            together.wait(timeout=30)
            numbers.append(service.join_column(staff.id, column, thread_id))
            db.session.remove()

    workers = [threading.Thread(target=write, args=(each,)) for each in threads]
    for each in workers:
        each.start()
    for each in workers:
        each.join(timeout=60)
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    db.session.rollback()
    assert verify.run(("brand.columns",))[0].drifts == ()


def test_staff_see_what_is_due_and_missing(
    staff_client: Browser, staff: MemberRow, column: int
) -> None:
    assert "is missing" not in staff_client.get("/staff/brand").get_data(as_text=True)
    clock.tick(timedelta(days=3))
    sign_in(staff_client, staff)
    page = staff_client.get("/staff/brand").get_data(as_text=True)
    assert "Soup school: the next issue is missing" in page
    assert "It was due 2 days ago." in page
    assert db.session.scalar(queries.counting_due()) == 1
    an_issue(staff, column)
    assert queries.due_columns() == []
    found = queries.find_column("soup-school", None)
    assert found is not None
    assert found.due_on == date(2026, 9, 9)


def test_staff_plan_the_next_issues(staff_client: Browser, column: int) -> None:
    address = "/staff/brand/columns/soup-school"
    plan = {"due_on": "2026-09-09", "title": "骨汤三问"}
    assert staff_client.post(f"{address}/plan", data=plan).status_code == 303
    page = staff_client.get(address).get_data(as_text=True)
    assert "骨汤三问" in page
    assert "Planned by ada" in page
    odd = staff_client.post(f"{address}/plan", data={**plan, "due_on": "2026-09-10"})
    assert odd.status_code == 404
    staff_client.post(f"{address}/plan", data={**plan, "title": ""})
    assert "骨汤三问" not in staff_client.get(address).get_data(as_text=True)


def test_staff_begin_change_and_rest_a_column(
    staff_client: Browser, staff: MemberRow, alice: MemberRow
) -> None:
    assert staff_client.get("/staff/brand/columns/new").status_code == 200
    form = {
        "slug": "market-day", "title_zh": "菜场", "title_en": "Market day", "weekday": "4",
        "author": str(staff.id),
    }  # fmt: skip
    assert staff_client.post("/staff/brand/columns/new", data=form).status_code == 422
    a_face(staff)
    assert staff_client.post("/staff/brand/columns/new", data=form).status_code == 303
    assert staff_client.post("/staff/brand/columns/new", data=form).status_code == 422
    address = "/staff/brand/columns/market-day"
    changed = {**form, "title_en": "At the market", "weekday": "0"}
    assert staff_client.post(address, data=changed).status_code == 303
    found = queries.find_column("market-day", None)
    assert found is not None
    assert (found.title_en, found.due_on) == ("At the market", date(2026, 9, 7))
    staff_client.post(f"{address}/rest", data={"to": "rest"})
    assert queries.due_columns() == []
    assert queries.column_list(None) == []
    staff_client.post(f"{address}/rest", data={"to": "go"})
    assert len(queries.column_list(None)) == 1
    with pytest.raises(NoSuchAuthorError):
        a_column(alice)


def test_followers_hear_of_an_issue_once(
    alice_client: Browser, alice: MemberRow, staff: MemberRow, column: int
) -> None:
    address = "/about/columns/soup-school"
    for _twice in range(2):
        assert alice_client.post(f"{address}/follow").status_code == 303
    assert "You follow it" in alice_client.get(address).get_data(as_text=True)
    an_issue(staff, column)
    assert service.tell_followers() == 1
    assert service.tell_followers() == 0
    page = alice_client.get("/notices").get_data(as_text=True)
    assert page.count("A new issue of Soup school") >= 1
    alice_client.post(f"{address}/unfollow")
    an_issue(staff, column, "第二课")
    assert service.tell_followers() == 1
    again = alice_client.get("/notices").get_data(as_text=True)
    assert again.count("No. 2 is out") == 0
    assert alice_client.post("/about/columns/none/follow").status_code == 404


def test_a_hidden_issue_is_left_out_of_the_list_and_keeps_its_number(
    client: Browser, staff: MemberRow, column: int
) -> None:
    first = a_thread(staff, "不见了")
    service.join_column(staff.id, column, first.thread_id)
    an_issue(staff, column, "还在")
    community.remove_thread(staff.id, first.thread_code)
    page = client.get("/about/columns/soup-school").get_data(as_text=True)
    assert "不见了" not in page
    assert "No. 2" in page


@pytest.mark.parametrize("many", [2, 45])
def test_a_column_is_read_page_by_page(
    client: Browser, staff: MemberRow, column: int, count_statements: Any, many: int
) -> None:
    for n in range(2):
        an_issue(staff, column, f"课 {n}")
    _more_issues(staff, column, many - 2)
    with count_statements() as seen:
        page = client.get("/about/columns/soup-school").get_data(as_text=True)
    assert len(seen) <= 4, "\n".join(seen)
    assert ("before=" in page) == (many > 20)
    assert client.get("/about/columns/soup-school?before=nonsense").status_code == 200
    assert client.get("/about/columns/soup-school?before=2").status_code == 200
    assert client.get("/about/columns/none").status_code == 404


def _more_issues(author: MemberRow, column_id: int, count: int) -> None:
    from tests.factories.community import many_threads

    if not count:
        return
    made = many_threads(author, count)
    rows = [
        {
            "thread_id": each.id, "column_id": column_id, "number": n,
            "published_on": date(2026, 9, 1), "was_due_on": date(2026, 9, 2),
        }
        for n, each in enumerate(made, 3)
    ]  # fmt: skip
    db.session.execute(sa.insert(BrandIssue), rows)
    db.session.execute(sa.update(BrandColumn).values(issue_count=count + 2))
    db.session.commit()
