"""Cohorts: what became of each month's points; breakage; roll-ups that tie out to the point."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger import models, queries, service
from app.ledger.policy import (
    Experience,
    breakage,
    experience,
    months_lived,
    recognised,
)
from app.ledger.types import Cohort, Fund
from tests.ledger.book import adjust, assert_sound, capture, claw, earn, hold, reverse, spend
from tests.ledger.test_verifier import behind_the_back, found

ANNA, BEN = 101, 202
SEP, OCT, NOV, DEC = (date(2026, month, 1) for month in (9, 10, 11, 12))


def at(month: int, day: int = 10) -> None:
    """Go to noon of a day of 2026; what is over is rolled up."""
    wanted = datetime(2026, month, day, 4, tzinfo=UTC)
    clock.tick(wanted - clock.now())
    roll()


def roll() -> int:
    service.mature_due()
    service.expire_due()
    service.close_days()
    total = 0
    while done := service.roll_up(7):
        total += done
    return total


def left() -> dict[date, int]:
    shown = {each.came_on: each.left for each in queries.cohorts()[1]}
    db.session.rollback()
    return shown


# --- first in, first out -------------------------------------------------------------------------


def test_the_oldest_points_of_a_lot_go_first(app: Flask) -> None:
    at(9)
    earn(ANNA, 100)
    at(10)
    earn(ANNA, 50)
    at(11)
    spend(ANNA, 120)
    at(12)

    first, second = queries.cohorts()[1]
    assert (first.came_on, first.issued, first.spent, first.left) == (SEP, 100, (0, 0, 100), 0)
    assert (second.came_on, second.issued, second.spent, second.left) == (OCT, 50, (0, 20), 30)
    assert_sound()


def test_points_keep_their_month_when_they_mature_and_when_wallets_merge(app: Flask) -> None:
    at(9)
    earn(ANNA, 40, matures_on=date(2026, 10, 5))
    earn(BEN, 7)
    at(10)
    service.merge(ANNA, BEN, key="1")
    at(11)
    spend(BEN, 45)
    at(11, 20)
    assert left() == {SEP: 2}
    service.unmerge(ANNA, key="2")
    at(12)
    assert sum(left().values()) == 2 + 38  # what was spent meanwhile is owed, not lost
    assert_sound()


def test_every_way_out_is_told_apart(app: Flask) -> None:
    at(9)
    earn(ANNA, 100, source=Ref("order", 1), expires_on=date(2026, 11, 30))
    earn(ANNA, 9, fund=Fund.CHECKIN)
    at(10)
    spent = spend(ANNA, 10)
    capture(hold(ANNA, 20).txn_id, 15)
    claw(ANNA, Ref("order", 1), 5)
    at(11)
    reverse(spent.txn_id, 4)
    at(12)
    roll()
    at(12, 12)

    first, back = queries.cohorts(Fund.ORDER)[1]
    assert (first.issued, first.spent, first.clawed) == (100, (0, 25, 0, 0), (0, 5, 0, 0))
    assert first.expired == (0, 0, 0, 70)
    assert (back.came_on, back.restored, back.expired) == (NOV, 4, (0, 4))
    assert [each.left for each in queries.cohorts(Fund.CHECKIN)[1]] == [9]
    assert_sound()


def test_days_are_rolled_up_once_and_in_any_portions(app: Flask) -> None:
    at(9, 2)
    earn(ANNA, 5)
    clock.tick(timedelta(days=40))
    spend(ANNA, 3)
    clock.tick(timedelta(days=2))
    service.close_days()
    service.close_days()
    by_portions = [service.roll_up(15), service.roll_up(15), service.roll_up(15), service.roll_up()]
    kept = _rows()
    assert by_portions == [15, 15, 12, 0]
    service.roll_up_anew()
    assert roll() == 42
    assert _rows() == kept
    assert_sound()


def _rows() -> list[tuple[object, ...]]:
    tables = (models.COST, models.COHORT, models.LAYER, models.MARK)
    rows = [tuple(row) for table in tables for row in db.session.execute(sa.select(table))]
    db.session.rollback()
    return rows


@pytest.mark.parametrize(
    ("attack", "words"),
    [
        ("UPDATE ledger_cohort SET spent = spent + 1", "cohorts (spent)"),
        ("UPDATE ledger_cost SET issued = issued - 1", "costs"),
        ("UPDATE ledger_cost SET taken = taken + 1", "costs"),
        ("UPDATE lot_layer SET left_points = left_points + 1", "layers"),
        ("DELETE FROM lot_layer", "layers"),
    ],
)
def test_a_changed_roll_up_is_named(app: Flask, attack: str, words: str) -> None:
    at(9)
    earn(ANNA, 100, source=Ref("order", 1))
    claw(ANNA, Ref("order", 1), 5)
    spend(ANNA, 10)
    at(10)
    assert found() == []
    behind_the_back(attack)
    assert any(words in each for each in found())


# --- reports -------------------------------------------------------------------------------------


def test_costs_are_issuance_by_reason_and_by_fund(app: Flask) -> None:
    at(9)
    earn(ANNA, 100, source=Ref("order", 1))
    earn(BEN, 30, reason="checkin.daily", fund=Fund.CHECKIN)
    adjust(BEN, 7)
    adjust(BEN, -2)
    at(10)
    claw(ANNA, Ref("order", 1), 40, reason="order.refunded")
    earn(ANNA, 1, source=Ref("order", 2))
    at(11)

    rows = queries.costs(date(2026, 9, 1), date(2026, 11, 10), [date(2026, 10, 1)])
    assert {(r.reason, r.stretch): (r.issued, r.taken) for r in rows} == {
        ("order.paid", 0): (100, 0),
        ("order.paid", 1): (1, 0),
        ("checkin.daily", 0): (30, 0),
        ("ledger.adjusted", 0): (7, 2),
        ("order.refunded", 1): (0, 40),
    }
    report = queries.roll_forward(date(2026, 9, 1), date(2026, 11, 10))
    by_fund: dict[Fund, int] = {}
    for row in rows:
        by_fund[row.fund] = by_fund.get(row.fund, 0) + row.issued
    assert {row.fund: row.issued for row in report.rows} == by_fund
    assert report.total.issued == sum(row.issued for row in rows) == 138


def test_months_roll_forward_to_what_is_outstanding_now(app: Flask) -> None:
    at(9)
    earn(ANNA, 100)
    at(11)
    spend(ANNA, 30)
    earn(ANNA, 5, fund=Fund.CHECKIN)

    rows = queries.months()
    assert [(r.first, r.opening, r.issued, r.spent, r.closing) for r in rows] == [
        (SEP, 0, 100, 0, 100),
        (OCT, 100, 0, 0, 100),
        (NOV, 100, 5, 30, 75),
    ]
    assert queries.months(Fund.CHECKIN)[-1].closing == 5
    assert rows[-1].closing == sum(each.points for each in queries.outstanding_by_expiry())


def test_what_is_outstanding_is_told_by_month_of_expiry(app: Flask) -> None:
    at(9)
    earn(ANNA, 10, expires_on=date(2026, 11, 3))
    earn(BEN, 20, expires_on=date(2026, 11, 30))
    earn(BEN, 5)
    hold(BEN, 4)
    shown = [(each.month, each.points, each.held) for each in queries.outstanding_by_expiry()]
    assert shown == [(NOV, 30, 4), (None, 5, 0)]


# --- breakage ------------------------------------------------------------------------------------


def test_months_lived_count_only_whole_months() -> None:
    assert months_lived(SEP, date(2026, 9, 29)) == 0
    assert months_lived(SEP, date(2026, 9, 30)) == 1
    assert months_lived(SEP, date(2027, 1, 1)) == 4
    assert months_lived(SEP, date(2026, 12, 31)) == 4


def test_the_life_table_equals_one_made_by_hand() -> None:
    """Two cohorts; the younger one has lived for six months, the older one for seven.

    At risk at age 0: 1,000 + 500; used 100 + 50: a tenth. At age 1: 900 + 450; used 90 + 45. Ages 2
    to 4 nothing. At age 5 the older one loses 405 of its 810 to expiry, of 1,215 in all: a third.
    At age 6 only the older one counts: 81 of 405 used. The last three ages pooled: 1,215 + 1,215 +
    405 at risk, 81 used, 405 lapsed.
    """
    older = Cohort(date(2026, 1, 1), 1_000, 0, (100, 90, 0, 0, 0, 0, 81), (0, 0, 0, 0, 0, 405), ())
    younger = Cohort(date(2026, 2, 1), 400, 100, (50, 45), (), ())
    seen = experience([older, younger], date(2026, 7, 31))

    assert seen.used == pytest.approx((0.1, 0.1, 0, 0, 0, 0, 0.2))
    assert seen.lapsed == pytest.approx((0, 0, 0, 0, 0, 1 / 3, 0))
    assert (seen.tail_used, seen.tail_lapsed) == pytest.approx((81 / 2_835, 405 / 2_835))
    # 0.1 + 0.9·0.1 + 0.81·(2/3)·0.2 + 0.81·(2/3)·0.8·(81/486)
    assert seen.use_of(0) == pytest.approx(0.1 + 0.09 + 0.108 + 0.072)
    assert seen.use_of(6) == pytest.approx(0.2 + 0.8 * 81 / 486)
    assert seen.use_of(60) == pytest.approx(81 / 486)
    assert breakage(younger, seen, date(2026, 7, 31)).use == round(405 * seen.use_of(6))
    assert breakage(older, seen, date(2026, 7, 31)).lost == 324 - round(324 * 81 / 486)


def test_with_too_little_experience_everything_is_expected_to_be_used() -> None:
    young = Cohort(SEP, 100, 0, (10, 5), (), ())
    seen = experience([young], date(2026, 11, 30))
    assert not seen.is_enough
    assert breakage(young, seen, date(2026, 11, 30)).lost == 0
    unused = Cohort(date(2026, 1, 1), 100, 0, (0,), (), ())
    assert experience([unused], date(2026, 11, 30)).use_of(3) == 1.0
    assert experience([], date(2026, 11, 30)) == Experience((), (), 0.0, 0.0)


def test_revenue_follows_redemptions_and_catches_up_on_a_new_estimate() -> None:
    """KPMG, example 10."""
    second_year = recognised(9_000, 4_500, 9_700)
    third_year = recognised(9_000, 8_500, 9_900) - second_year
    assert (second_year, third_year) == (4_175, 3_552)
    assert recognised(9_000, 0, 0) == 0
    assert recognised(9_000, 12_000, 9_900) == 9_000
