"""Everybody at once, from three processes: exactly what is affordable, exactly one effect."""

from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask

from app.kernel import clock
from app.ledger import service
from app.ledger.types import Book
from tests.concurrency.ledger_rush import ACTS, from_two_processes, rush
from tests.ledger.book import (
    assert_sound,
    buckets,
    earn,
    earning,
    hold,
    in_days,
    in_hours,
    lots,
    spend,
)

pytestmark = pytest.mark.race

ANNA, BEN = 101, 202


def words(results: list[str]) -> Counter[str]:
    return Counter(result.partition(" ")[0] for result in results)


def test_the_last_points_are_spent_exactly_once(app: Flask) -> None:
    earn(ANNA, 20)
    results = from_two_processes(app, 22, "spend_one", ANNA)
    assert words(results) == {"spent": 20, "insufficient_points": 46}
    assert buckets(ANNA) == (0, 0, 0, 0)
    assert_sound()


def test_sixty_four_threads_cannot_overspend(app: Flask) -> None:
    earn(ANNA, 9, expires_on=in_days(3))
    earn(ANNA, 8)
    results = rush(app, ACTS["spend_one"](str(ANNA)), "", 64)
    assert words(results) == {"spent": 17, "insufficient_points": 47}
    assert_sound()


def test_a_hundred_identical_requests_have_one_effect(app: Flask) -> None:
    results = from_two_processes(app, 34, "earn_same", ANNA, "order-7")
    assert words(results) == {"new": 1, "again": 101}
    assert len({result.partition(" ")[2] for result in results}) == 1
    assert buckets(ANNA) == (0, 7, 0, 0)
    assert buckets(ANNA, Book.GROWTH) == (0, 7, 0, 0)
    assert_sound()


def test_a_hold_is_settled_by_one(app: Flask) -> None:
    earn(ANNA, 20)
    held = hold(ANNA, 12, expires_at=clock.now() + timedelta(hours=9)).txn_id
    results = from_two_processes(app, 12, "settle", held)
    assert words(results) == {"settled": 1, "hold_resolved": 35}
    assert_sound()


def test_a_spend_is_undone_by_one(app: Flask) -> None:
    earn(ANNA, 20)
    spent = spend(ANNA, 12).txn_id
    results = from_two_processes(app, 12, "undo", spent)
    assert words(results) == {"undone": 1, "over_reversed": 35}
    assert buckets(ANNA) == (0, 20, 0, 0)
    assert_sound()


def test_a_new_member_who_earns_from_everywhere_gets_everything(app: Flask) -> None:
    results = from_two_processes(app, 16, "earn_own", ANNA)
    assert words(results) == {"earned": 48}
    assert buckets(ANNA) == (0, 48, 0, 0)
    assert len(lots(ANNA)) == 1
    assert_sound()


def test_two_who_lock_each_other_never_wait_in_a_circle(app: Flask) -> None:
    earn(ANNA, 100)
    earn(BEN, 100)
    results = from_two_processes(app, 16, "pass_between", ANNA, BEN)
    assert words(results) == {"passed": 48}
    assert sum(sum(buckets(member)[:2]) for member in (ANNA, BEN)) == 200
    assert_sound()


def test_points_whose_moment_has_come_are_spent_exactly_once(app: Flask) -> None:
    """At their very second: whoever comes first lets them mature, the others find it done."""
    earn(ANNA, 20, matures_at=in_hours(5))
    earn(ANNA, 30, matures_at=in_hours(6))
    clock.tick(timedelta(hours=5))
    results = from_two_processes(app, 12, "spend_one", ANNA)
    assert words(results) == {"spent": 20, "insufficient_points": 16}
    assert buckets(ANNA) == (30, 0, 0, 0)
    assert_sound()


def test_nobody_spends_a_second_too_early(app: Flask) -> None:
    """Three processes, one, two and three seconds before the points come."""
    earn(ANNA, 20, matures_at=in_hours(5))
    clock.tick(timedelta(hours=5, seconds=-3))
    results = from_two_processes(app, 12, "spend_one", ANNA)
    assert words(results) == {"insufficient_points": 36}
    assert buckets(ANNA) == (20, 0, 0, 0)
    assert_sound()


def test_spenders_and_sweepers_meet_at_the_moment(app: Flask) -> None:
    service.post_many([earning(n, 10, matures_at=in_hours(2)) for n in range(1, 31)])
    clock.tick(timedelta(hours=2))
    results = from_two_processes(app, 8, "sweep_or_spend", 30)
    assert words(results)["spent"] == 12
    while service.mature_due():
        pass
    assert sum(buckets(n)[1] for n in range(1, 31)) == 300 - 12
    assert_sound()


def test_two_workers_sweep_every_wallet_once(app: Flask) -> None:
    service.post_many([earning(n, 10, matures_on=in_days(1)) for n in range(1, 61)])
    clock.tick(timedelta(days=1))
    results = from_two_processes(app, 4, "sweep")
    assert len(results) == 12
    while service.mature_due(limit=50):
        pass
    assert all(buckets(n) == (0, 10, 0, 0) for n in range(1, 61))
    assert_sound()
