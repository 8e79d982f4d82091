"""Liability and cost: every figure ties out with the ledger to the point."""

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock, exports, verify
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import InvalidError
from app.kernel.exports import Format
from app.kernel.exports.service import write_next
from app.kernel.permissions import Permission
from app.kernel.types import Ref
from app.ledger import queries as book
from app.ledger import service as ledger
from app.ledger.types import Fund
from app.loyalty import queries
from app.loyalty.policy.values import worth
from app.loyalty.service.values import set_point_value
from tests.factories.commerce import a_channel, an_order
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.loyalty import give
from tests.ledger.book import claw, earn, hold, in_days, spend

Counting = Callable[[], AbstractContextManager[list[str]]]
TODAY = date(2026, 9, 1)
PAGES = ("", "/cost", "/breakage", "/value")


def roll() -> None:
    ledger.mature_due()
    ledger.expire_due()
    ledger.close_days()
    while ledger.roll_up():
        pass


def some_life(member: MemberRow, months: int = 3) -> None:
    """Points that come, are spent, expire and are taken back, over some months."""
    for n in range(months):
        earn(member.id, 1_000, source=Ref("order", n + 1), expires_on=in_days(70))
        earn(member.id, 30, reason="checkin.daily", fund=Fund.CHECKIN)
        spend(member.id, 200)
        claw(member.id, Ref("order", n + 1), 50, reason="order.refunded")
        clock.tick(timedelta(days=31))
        roll()
    hold(member.id, 5)
    roll()


def set_value(minor: int = 100, day: date = TODAY, actor: MemberRow | None = None) -> None:
    actor_id = actor.id if actor else None
    set_point_value(day, minor, currency="CNY", actor_id=actor_id)


# --- who may, and empty pages --------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_only_who_sees_the_ledger_may_look(
    client: Browser, alice_client: Browser, page: str
) -> None:
    assert client.get(f"/staff/liability{page}").status_code in {302, 303, 401}
    assert alice_client.get(f"/staff/liability{page}").status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_empty_pages_say_what_will_stand_there(staff_client: Browser, page: str) -> None:
    answer = staff_client.get(f"/staff/liability{page}")
    assert answer.status_code == 200
    assert 'class="empty"' in answer.text


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("months", [2, 9])
def test_pages_run_a_fixed_number_of_statements(
    alice: MemberRow,
    staff: MemberRow,
    staff_client: Browser,
    count_statements: Counting,
    page: str,
    months: int,
) -> None:
    some_life(alice, months)
    sign_in(staff_client, staff)
    staff_client.get(f"/staff/liability{page}")
    with count_statements() as seen:
        assert staff_client.get(f"/staff/liability{page}").status_code == 200
    assert len(seen) <= 8, seen


# --- the value of a point ------------------------------------------------------------------------


def test_money_is_rounded_once_at_the_end() -> None:
    assert worth([(1, 100), (2, 100)]) == 3
    assert worth([(49, 1)]) == 0
    assert worth([(50, 1)]) == 1
    assert worth([(-50, 1)]) == -1
    assert worth([(33, 1), (33, 1), (33, 1)]) == 1  # not thrice nothing


def test_a_value_is_set_from_a_day_on_and_audited(staff: MemberRow, staff_client: Browser) -> None:
    answer = staff_client.post(
        "/staff/liability/value", data={"value": "1.25", "from_on": "2026-09-01"}
    )
    assert answer.status_code == 303
    (value,) = queries.point_values()
    assert (value.minor_per_100, value.currency, value.set_by) == (125, "CNY", staff.id)
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.actor_id) == ("points.value_set", staff.id)
    assert "¥1.25" in staff_client.get("/staff/liability/value").text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"value": "", "from_on": "2026-09-01"}, "1.00"),
        ({"value": "-1", "from_on": "2026-09-01"}, "between 0.01"),
        ({"value": "much", "from_on": "2026-09-01"}, "error"),
        ({"value": "1.00", "from_on": "soon"}, "error"),
        ({"value": "1.00", "from_on": "2026-08-31"}, "over"),
    ],
)
def test_what_is_no_value_is_refused_and_nothing_typed_is_lost(
    staff_client: Browser, data: dict[str, str], words: str
) -> None:
    set_value(100)
    answer = staff_client.post("/staff/liability/value", data=data)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{data["value"]}"' in answer.text
    assert len(queries.point_values()) == 1


def test_analysts_see_the_value_and_cannot_set_it(app: Flask) -> None:
    client = browser(app)
    sign_in(client, a_member("anna", ("analyst",)))
    assert "Set the value" not in client.get("/staff/liability/value").text
    answer = client.post("/staff/liability/value", data={"value": "1", "from_on": "2026-09-01"})
    assert answer.status_code == 403


def test_the_last_word_about_a_day_holds_and_days_that_are_over_keep_theirs(app: Flask) -> None:
    set_value(100, TODAY - timedelta(days=400))  # the very first may begin in the past
    set_value(200, in_days(3))
    set_value(300, in_days(3))
    with pytest.raises(InvalidError):
        set_value(400, in_days(-1))
    values = queries.point_values()
    assert [each.minor_per_100 for each in values] == [100, 300]
    held = [queries.value_on(in_days(days), values) for days in (-500, 0, 2, 3, 9)]
    assert [each.minor_per_100 for each in held if each] == [100, 100, 100, 300, 300]
    assert queries.value_on(TODAY, []) is None


# --- what is owed --------------------------------------------------------------------------------


def test_the_liability_ties_out_three_ways(alice: MemberRow, bob: MemberRow) -> None:
    some_life(alice)
    before = queries.liability().today
    earn(bob.id, 77)
    found = queries.liability()
    assert found.outstanding == found.in_lots
    assert sum(group.points for group in found.by_age) + found.today == found.outstanding
    assert found.today == before + 77
    assert found.breakage.use + found.breakage.lost == found.breakage.left
    assert found.held == 5
    assert book.roll_forward(TODAY, in_days(1)).tie_out.wallets == found.outstanding
    assert [report for report in verify.run(("ledger",)) if report.drifts] == []


def test_what_is_expected_to_be_used_and_lost_is_what_is_outstanding_now(
    alice: MemberRow,
) -> None:
    some_life(alice, months=8)
    spend(alice.id, 400)  # today, after the last roll-up

    found = queries.liability()

    assert found.today < 0
    assert found.lost > 0
    assert found.use + found.lost == found.outstanding == found.in_lots


def test_the_page_tells_points_and_money(
    alice: MemberRow, staff: MemberRow, staff_client: Browser
) -> None:
    set_value(100)
    some_life(alice)
    sign_in(staff_client, staff)
    page = staff_client.get("/staff/liability").text
    found = queries.liability()
    figures = re.findall(r'<dd><span class="num">([^<]+)<', page)
    assert figures[0] == f"{found.outstanding:,}"
    assert figures[1] == f"CN¥{found.outstanding / 100:,.2f}"
    assert "The figures do not agree" not in page
    assert "Never expire" in page
    assert "September 2026" in page


def test_without_a_value_the_page_says_so(
    alice: MemberRow, staff: MemberRow, staff_client: Browser
) -> None:
    some_life(alice, 1)
    sign_in(staff_client, staff)
    assert "Nobody has said what a point is worth" in staff_client.get("/staff/liability").text


# --- what it cost --------------------------------------------------------------------------------


def test_costs_split_three_ways_add_up_to_what_the_ledger_issued(
    app: Flask, alice: MemberRow
) -> None:
    channel = a_channel("tmall")
    an_order(alice.id, channel=channel, number="A-1")
    an_order(alice.id, channel=channel, number="A-2")
    give(alice.id, 40)
    clock.tick(timedelta(days=1))
    roll()
    found = queries.costs(TODAY, TODAY)
    assert found.difference == 0
    for split in (found.by_reason, found.by_channel, found.by_fund):
        assert sum(line.issued for line in split) == found.total.issued == found.ledger_issued
    assert {line.key for line in found.by_channel} == {"tmall", ""}
    assert {line.key for line in found.by_fund} == {"order", "checkin"}
    assert [r for r in verify.run(("ledger",)) if r.drifts] == []


def test_each_day_costs_what_points_were_worth_on_it(app: Flask, alice: MemberRow) -> None:
    set_value(100)
    set_value(300, in_days(1))
    earn(alice.id, 1_000)
    clock.tick(timedelta(days=1))
    earn(alice.id, 10)
    clock.tick(timedelta(days=1))
    roll()
    found = queries.costs(TODAY, TODAY + timedelta(days=5))
    assert found.total.issued_minor == 1_000 + 30
    assert found.until == TODAY + timedelta(days=2)


def test_the_cost_page_names_rules_channels_and_funds(
    app: Flask, alice: MemberRow, staff: MemberRow, staff_client: Browser
) -> None:
    channel = a_channel("tmall")
    an_order(alice.id, channel=channel)
    give(alice.id, 40)
    clock.tick(timedelta(days=1))
    roll()
    set_value(100)
    sign_in(staff_client, staff)
    page = staff_client.get("/staff/liability/cost").text
    assert channel.name in page
    for words in ("By rule", "Check-in", "Not from an order", "each add up to the", "Orders"):
        assert words in page
    assert "No campaign has a budget" in page


@pytest.mark.parametrize(
    "query", ["from=x&to=y", "from=2026-09-02&to=2026-09-01", "from=0001-01-01"]
)
def test_odd_periods_show_the_usual_one(staff_client: Browser, query: str) -> None:
    answer = staff_client.get(f"/staff/liability/cost?{query}")
    assert answer.status_code == 200
    assert "could not be read" in answer.text


# --- breakage ------------------------------------------------------------------------------------


def test_the_breakage_page_tells_each_month(
    alice: MemberRow, staff: MemberRow, staff_client: Browser
) -> None:
    some_life(alice, 9)
    sign_in(staff_client, staff)
    page = staff_client.get("/staff/liability/breakage?fund=order").text
    assert "September 2026" in page
    assert "too little yet" not in page
    assert "Redemption curve" in page
    everything = staff_client.get("/staff/liability/breakage?fund=nonsense")
    assert everything.status_code == 200


# --- exports -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["loyalty.months", "loyalty.outstanding", "loyalty.cost", "loyalty.breakage"]
)
def test_every_page_can_be_exported(
    app: Flask, staff: MemberRow, staff_client: Browser, alice: MemberRow, kind: str
) -> None:
    set_value(100)
    some_life(alice)
    sign_in(staff_client, staff)
    exports.ask(kind, Format.CSV, {}, asked_by=staff.id, allowed=frozenset(Permission))
    while write_next():
        pass
    found = re.search(r"/staff/exports/[0-9A-Z]+/file", staff_client.get("/staff/exports").text)
    assert found
    with staff_client.get(found.group()) as answer:
        rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert len(rows) > 1
    db.session.rollback()
    if kind == "loyalty.months":
        assert int(rows[-1][-1]) == queries.liability().outstanding
