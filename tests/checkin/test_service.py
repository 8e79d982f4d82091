"""One check-in a day by the brand's clock; streaks, milestones, points."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask

from app.checkin import queries, service
from app.checkin.models import CheckIn, CheckInStreak
from app.checkin.types import CheckedIn, Item, SeedCheckIn
from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.db import db, use_case
from app.kernel.facts import FactRow
from app.ledger import queries as ledger
from tests.conftest import NOON

ONE_DAY = timedelta(days=1)
TODAY = date(2026, 9, 1)


def rows(member_id: int) -> int:
    statement = sa.select(sa.func.count()).where(CheckIn.member_id == member_id)
    return db.session.scalar(statement) or 0


def clean() -> bool:
    return not any(
        r.drifts for r in verify.run(("checkin.streaks", "checkin.stocks", "loyalty.counters"))
    )


def check_in_for(member_id: int, days: int) -> CheckedIn:
    """Check in for so many days in a row, ending today."""
    done = service.check_in(member_id)
    for _ in range(days - 1):
        clock.tick(ONE_DAY)
        done = service.check_in(member_id)
    return done


def test_the_first_check_in_is_day_one_and_earns_ten(alice: MemberRow) -> None:
    done = service.check_in(alice.id)

    assert (done.streak_days, done.total_days, done.is_new) == (1, 1, True)
    assert (done.award.points, done.milestone) == (10, None)
    assert ledger.balance(alice.id).available == 10
    assert ledger.balance(alice.id).growth == 10


def test_a_second_tap_is_the_same_check_in(alice: MemberRow) -> None:
    first = service.check_in(alice.id)
    again = service.check_in(alice.id)

    assert not again.is_new
    assert (again.streak_days, again.award) == (first.streak_days, first.award)
    assert (rows(alice.id), ledger.balance(alice.id).available) == (1, 10)


def test_days_in_a_row_make_a_streak(alice: MemberRow) -> None:
    assert [check_in_for(alice.id, 1).streak_days] == [1]
    for expected in (2, 3, 4):
        clock.tick(ONE_DAY)
        assert service.check_in(alice.id).streak_days == expected
    assert clean()


def test_a_day_left_out_begins_a_fresh_run_and_keeps_longest_and_total(alice: MemberRow) -> None:
    check_in_for(alice.id, 3)
    clock.tick(2 * ONE_DAY)

    assert queries.hero(alice.id).standing.streak_days == 0
    done = service.check_in(alice.id)

    standing = queries.hero(alice.id).standing
    assert (done.streak_days, done.total_days) == (1, 4)
    assert (standing.streak_days, standing.longest_days, standing.total_days) == (1, 3, 4)
    assert clean()


@pytest.mark.parametrize(
    ("days", "extra"), [(6, 0), (7, 30), (8, 0), (14, 60), (30, 150), (100, 600)]
)
def test_milestones_pay_on_their_day_only(alice: MemberRow, days: int, extra: int) -> None:
    start = [SeedCheckIn(alice.id, NOON + n * ONE_DAY) for n in range(days - 1)]
    service.seed_check_ins(start, with_points=False)
    clock.tick((days - 1) * ONE_DAY)

    done = service.check_in(alice.id)

    assert done.streak_days == days
    assert done.award.points == 10 + extra
    assert (done.milestone.points if done.milestone else 0) == extra
    assert ledger.balance(alice.id).available == 10 + extra
    assert service.check_in(alice.id).milestone == done.milestone


def test_a_milestone_is_a_part_of_the_same_ledger_line(alice: MemberRow) -> None:
    check_in_for(alice.id, 7)

    newest = ledger.statement(alice.id).items[0]
    assert newest.delta == 40
    assert {part.reason for part in newest.parts} == {"checkin.daily", "checkin.milestone.7"}
    assert len(ledger.statement(alice.id).items) == 7


def test_a_second_run_earns_its_milestones_again(alice: MemberRow) -> None:
    check_in_for(alice.id, 7)
    clock.tick(3 * ONE_DAY)

    assert check_in_for(alice.id, 7).milestone is not None


# --- midnight ------------------------------------------------------------------------------------


def at(zone: str, year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime:
    local = datetime(year, month, day, hour, minute, second, tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def test_a_second_before_and_at_midnight_are_two_days(alice: MemberRow) -> None:
    with clock.frozen(at("Asia/Shanghai", 2026, 9, 1, 23, 59, 59)):
        before = service.check_in(alice.id)
    with clock.frozen(at("Asia/Shanghai", 2026, 9, 2, 0, 0, 0)):
        after = service.check_in(alice.id)

    assert (before.is_new, after.is_new, after.streak_days) == (True, True, 2)
    assert rows(alice.id) == 2


def test_midnight_in_utc_is_no_midnight_here(alice: MemberRow) -> None:
    with clock.frozen(datetime(2026, 9, 1, 23, 59, 59, tzinfo=UTC)):
        service.check_in(alice.id)
    with clock.frozen(datetime(2026, 9, 2, 0, 0, tzinfo=UTC)):
        assert not service.check_in(alice.id).is_new


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/New_York", date(2026, 3, 8), 23),  # the change at 02:00
        ("America/New_York", date(2026, 11, 1), 25),
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),  # half an hour
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("America/Santiago", date(2026, 9, 6), 23),  # 00:00 does not exist
        ("America/Santiago", date(2026, 4, 4), 25),  # 23:00 to 24:00 comes twice
        ("Africa/Cairo", date(2026, 4, 24), 23),  # 00:00 does not exist
        ("Asia/Kathmandu", date(2026, 5, 5), 24),  # no change, UTC+05:45
    ],
)
def test_every_local_day_is_one_day_also_when_the_clocks_change(
    alice: MemberRow, zone: str, day: date, hours: float
) -> None:
    clock.set_zone(zone)
    assert clock.day_end(day) - clock.day_start(day) == timedelta(hours=hours)
    for offset in range(-2, 3):
        local = day + offset * ONE_DAY
        start, end = clock.day_start(local), clock.day_end(local)
        taps = [start, start + timedelta(hours=1), end - timedelta(hours=1)]
        taps.append(end - timedelta(seconds=1))
        got = []
        for moment in taps:
            with clock.frozen(moment):
                got.append(service.check_in(alice.id))
        assert [done.is_new for done in got] == [True, False, False, False]
        assert {done.streak_days for done in got} == {offset + 3}


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/New_York", date(2026, 11, 1)), ("Australia/Lord_Howe", date(2026, 10, 4))],
)
def test_a_missed_day_of_odd_length_is_saved_or_made_up_as_any_other(
    alice: MemberRow, bob: MemberRow, zone: str, day: date
) -> None:
    clock.set_zone(zone)
    service.give(alice.id, Item.SHIELD, key="gift")
    service.give(bob.id, Item.CARD, key="gift")
    for member in (alice, bob):
        with clock.frozen(clock.day_end(day - ONE_DAY) - timedelta(seconds=1)):
            service.check_in(member.id)
        with clock.frozen(clock.day_start(day + ONE_DAY)):
            service.check_in(member.id)
    with clock.frozen(clock.day_start(day + ONE_DAY)):
        assert service.make_up(bob.id, day).streak_after == 3
        assert queries.hero(alice.id).standing.streak_days == 2
    assert clean()


def test_a_clock_that_goes_back_gives_no_second_day(alice: MemberRow) -> None:
    service.check_in(alice.id)
    with clock.frozen(NOON - ONE_DAY):
        done = service.check_in(alice.id)

    assert not done.is_new
    assert done.award.points == 0
    assert rows(alice.id) == 1


# --- what else it does ---------------------------------------------------------------------------


def test_a_check_in_is_told_as_a_fact(alice: MemberRow) -> None:
    service.check_in(alice.id)

    fact = db.session.execute(
        sa.select(FactRow.__table__).where(FactRow.name == "checkin.checked_in")
    ).one()
    assert (fact.actor_id, fact.subject_kind, fact.on_date) == (alice.id, "checkin", TODAY)
    assert '"streak_days":1' in fact.payload


def test_checking_in_stays_within_its_statements(
    alice: MemberRow, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    check_in_for(alice.id, 6)
    clock.tick(ONE_DAY)
    with count_statements() as seen:
        done = service.check_in(alice.id)

    assert done.milestone is not None
    assert len(seen) <= 18, "\n".join(seen)


@pytest.mark.race
def test_sixteen_taps_at_once_are_one_check_in(app: Flask, alice: MemberRow) -> None:
    start = threading.Barrier(16)
    got: list[CheckedIn] = []

    def tap() -> None:
        with app.app_context():
            start.wait()
            got.append(service.check_in(alice.id))
            db.session.remove()

    threads = [threading.Thread(target=tap) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(done.is_new for done in got) == [False] * 15 + [True]
    assert {done.award.points for done in got} == {10}
    assert rows(alice.id) == 1
    assert ledger.balance(alice.id).available == 10
    assert clean()


# --- many at once --------------------------------------------------------------------------------


def test_seeding_equals_checking_in_day_by_day(alice: MemberRow, bob: MemberRow) -> None:
    offsets = [0, 1, 2, 3, 4, 5, 6, 9, 10]
    for offset in offsets:
        with clock.frozen(NOON + offset * ONE_DAY):
            service.check_in(alice.id)
    written = service.seed_check_ins(
        [SeedCheckIn(bob.id, NOON + offset * ONE_DAY) for offset in reversed(offsets)]
    )

    with clock.frozen(NOON + 10 * ONE_DAY):
        assert written == len(offsets)
        assert queries.calendar(bob.id) == queries.calendar(alice.id)
        assert ledger.balance(bob.id) == ledger.balance(alice.id)
    assert clean()


def test_seeding_twice_or_twice_a_day_changes_nothing(alice: MemberRow) -> None:
    seeds = [SeedCheckIn(alice.id, NOON + n * timedelta(hours=12)) for n in range(10)]

    assert service.seed_check_ins(seeds) == 6
    assert service.seed_check_ins(seeds) == 0
    assert ledger.balance(alice.id).available == 60
    assert clean()


def test_seeding_goes_on_where_a_streak_stands(alice: MemberRow) -> None:
    service.seed_check_ins([SeedCheckIn(alice.id, NOON)])
    service.seed_check_ins([SeedCheckIn(alice.id, NOON + ONE_DAY)])
    clock.tick(2 * ONE_DAY)

    assert service.check_in(alice.id).streak_days == 3


# --- verification --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (sa.update(CheckInStreak).values(longest_days=5, total_days=5), "counted"),
        (sa.update(CheckInStreak).values(paid_days=7), "counted"),
        (sa.update(CheckIn).values(streak_days=9), "says day 9, counted 1"),
        (sa.delete(CheckIn), "without any check-in"),
    ],
)
def test_a_streak_that_drifts_is_named(
    alice: MemberRow, change: sa.Update | sa.Delete, words: str
) -> None:
    service.check_in(alice.id)

    @use_case
    def tamper() -> None:
        db.session.execute(change)

    tamper()

    [report] = verify.run(("checkin.streaks",))
    assert words in report.drifts[0]
