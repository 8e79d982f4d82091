"""Points that will expire: members are told in time, once, with what is left when they look."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow
from app.kernel import clock, jobs
from app.kernel.db import db
from app.ledger.types import Fund
from app.loyalty import service
from app.loyalty.policy.expiry import stage_of
from app.notify import queries as notify
from tests.factories.identity import Browser, a_member, letters
from tests.ledger.book import earn, in_days, spend

Counting = Callable[[], AbstractContextManager[list[str]]]
TODAY = date(2026, 9, 1)


def tell() -> int:
    return jobs.run("loyalty.tell_expiring").handled


def told(member: MemberRow) -> list[tuple[object, object]]:
    shown = notify.notices(member.id).items
    db.session.rollback()
    return [(each.params["on"], each.params["points"]) for each in shown]


@pytest.mark.parametrize(
    ("days", "stage"), [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)]
)
def test_a_stage_lasts_until_the_next_begins(days: int, stage: int | None) -> None:
    assert stage_of(TODAY + timedelta(days=days), TODAY) == stage


def test_a_member_is_told_once_a_day_and_stage(alice: MemberRow) -> None:
    earn(alice.id, 40, expires_on=in_days(30))
    earn(alice.id, 2, expires_on=in_days(30), fund=Fund.CHECKIN)
    earn(alice.id, 7, expires_on=in_days(31))
    earn(alice.id, 100)
    assert tell() == 1
    assert tell() == 0
    assert told(alice) == [("2026-10-01", 42)]

    per_day = []
    for _day in range(31):
        clock.tick(timedelta(days=1))
        per_day.append(tell())
    assert sum(per_day) == 5  # the 7 at 30, 7 and 1 days; the 42 at 7 and 1
    assert [per_day.index(1), per_day[22], per_day[28]] == [0, 1, 1]


def test_a_worker_who_was_away_tells_at_the_present_stage(alice: MemberRow) -> None:
    earn(alice.id, 40, expires_on=in_days(30))
    clock.tick(timedelta(days=26))
    assert tell() == 1
    assert told(alice) == [("2026-10-01", 40)]


def test_silent_buyers_and_waiting_points_are_not_told(app: Flask, alice: MemberRow) -> None:
    (silent,) = identity.create_silent_members([("tmall", "B-1")], at=clock.now()).values()
    earn(silent, 5, expires_on=in_days(3))
    earn(alice.id, 5, matures_on=in_days(2), expires_on=in_days(3))
    assert tell() == 0
    clock.tick(timedelta(days=2))
    assert tell() == 1


def test_spent_points_scare_nobody(app: Flask, alice: MemberRow, alice_client: Browser) -> None:
    earn(alice.id, 1_200, expires_on=in_days(7))
    tell()
    assert "1,200 points expire after 8 Sep" in alice_client.get("/notices").text

    spend(alice.id, 1_000)
    assert "200 points expire after 8 Sep" in alice_client.get("/notices").text
    spend(alice.id, 200)
    page = alice_client.get("/notices").text
    assert "Nothing is left to expire on 8 Sep" in page
    assert "is-unread" not in page
    jobs.run("notify.mail")
    assert letters(app) == []


def test_a_day_that_has_passed_is_told_as_past(alice: MemberRow, alice_client: Browser) -> None:
    earn(alice.id, 10, expires_on=in_days(1))
    tell()
    clock.tick(timedelta(days=3))
    assert "2 Sep has passed" in alice_client.get("/notices").text


def test_a_letter_tells_it_in_the_readers_language(app: Flask) -> None:
    alice = a_member("alice", locale="en")
    earn(alice.id, 1_234, expires_on=in_days(1))
    tell()
    jobs.run("notify.mail")
    (letter,) = letters(app, "alice@")
    assert letter.subject == "1,234 points expire after 2 Sep"
    assert "There is 1 day left to use them." in letter.body


def test_many_are_told_page_by_page(app: Flask, count_statements: Counting) -> None:
    members = [a_member(f"m{n}") for n in range(5)]
    for days in range(1, 9):
        for member in members:
            earn(member.id, days, expires_on=in_days(days))
    statements = []
    place, pages = service.note_expiring(limit=6), 1
    while place is not None:
        with count_statements() as seen:
            place = service.note_expiring(place, limit=6)
        statements.append(len(seen))
        pages += 1
    assert pages == 7
    after: int | None = 0
    counts = []
    while after is not None:
        with count_statements() as seen:
            new, after = service.tell_expiring(after, limit=2)
        statements.append(len(seen))
        counts.append(new)
    assert counts == [6, 6, 3], "three distances for each member, however many days"
    assert max(statements) <= 5
    assert tell() == 0


def test_points_that_lapse_day_by_day_make_one_notice_a_day_and_distance(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    for days in range(1, 46):
        earn(alice.id, 10, expires_on=in_days(days))
    assert tell() == 3
    shown = alice_client.get("/notices").text
    assert "230 points expire from 9 Sep to 1 Oct" in shown
    assert "60 points expire from 3 Sep to 8 Sep" in shown
    assert "10 points expire after 2 Sep" in shown

    for _day in range(3):
        clock.tick(timedelta(days=1))
        assert (tell(), tell()) == (3, 0)

    earn(alice.id, 5, expires_on=in_days(20))
    earn(alice.id, 5, expires_on=in_days(12), fund=Fund.CHECKIN)
    assert tell() == 0, "told of these distances today already; both days were told of before"


def test_what_comes_after_todays_notice_is_told_tomorrow(app: Flask, alice: MemberRow) -> None:
    earn(alice.id, 10, expires_on=in_days(30))
    assert tell() == 1
    earn(alice.id, 7, expires_on=in_days(20))
    assert tell() == 0
    clock.tick(timedelta(days=1))
    assert tell() == 1
    assert told(alice) == [("2026-09-21", 7), ("2026-10-01", 10)]


def test_the_wallet_lists_what_expires_by_day(alice: MemberRow, alice_client: Browser) -> None:
    for days in (0, 5, 40, 50, 60, 70, 80, 90):
        earn(alice.id, 10 + days, expires_on=in_days(days))
    earn(alice.id, 3, expires_on=in_days(120))
    page = alice_client.get("/me/wallet?lang=en").text
    section = page.split('id="expiring-h"')[1].split("</section>")[0]
    rows = [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip()
        for row in re.findall(r"<li.*?</li>", section, re.DOTALL)
    ]
    assert rows[0] == "Use by 1 Sep Today is the last day 10 points"
    assert rows[1] == "Use by 6 Sep 5 days left 15 points"
    assert rows[-1] == "Later, until 30 Nov 190 points"
    assert len(rows) == 7


def test_a_wallet_without_an_end_lists_nothing(alice: MemberRow, alice_client: Browser) -> None:
    earn(alice.id, 10)
    assert "expiring-h" not in alice_client.get("/me/wallet").text
