"""Points that wait for a moment: a second before it, at it, after it, and whatever happens then."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger import chain, queries, service
from app.ledger.models import LOT, WALLET
from app.ledger.service.keys import fingerprint_of
from app.ledger.types import (
    BY_DAY,
    NEVER,
    Book,
    Earn,
    FrozenWalletError,
    Fund,
    InsufficientPointsError,
    Kind,
    Part,
    first_day,
    full_hour,
    moment_of,
)
from tests.conftest import NOON
from tests.ledger.book import (
    assert_sound,
    buckets,
    capture,
    claw,
    dump,
    earn,
    hold,
    in_days,
    in_hours,
    lots,
    reverse,
    spend,
)

ANNA, BEN, CARA = 101, 202, 303
ORDER = Ref("order", 7)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
def zones() -> Iterator[None]:
    before = clock.zone().key
    yield
    clock.set_zone(before)


def kinds(member_id: int) -> list[Kind]:
    found = [line.kind for line in queries.statement(member_id, limit=100).items]
    db.session.rollback()
    return found


def forget_moments() -> None:
    """Leave lots as code wrote them that knew days only."""
    db.session.execute(sa.update(LOT).values(matures_at=BY_DAY))
    db.session.commit()


# --- arithmetic ----------------------------------------------------------------------------------


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - Hypothesis puts the zone on
def test_a_moment_is_rounded_up_to_the_full_hour(at: datetime) -> None:
    rounded = full_hour(at)
    assert timedelta(0) <= rounded - at < HOUR
    assert (rounded.minute, rounded.second, rounded.microsecond) == (0, 0, 0)
    assert full_hour(rounded) == rounded
    day = first_day(at)
    assert clock.day_start(day) >= at > clock.day_start(day - clock.ONE_DAY)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - as above
    st.sampled_from(["Europe/Berlin", "Asia/Kathmandu", "America/Sao_Paulo", "Africa/Cairo",
                     "Pacific/Apia", "Pacific/Chatham", "America/Havana", "Atlantic/Azores"]),
)  # fmt: skip
def test_a_days_midnight_is_reached_when_the_day_is(at: datetime, name: str) -> None:
    """Also where clocks are changed at midnight, or a day is left out."""
    before = clock.zone().key
    clock.set_zone(name)
    try:
        today = clock.business_date(at)
        assert moment_of(today, BY_DAY) <= at < moment_of(today + clock.ONE_DAY, BY_DAY)
    finally:
        clock.set_zone(before)


@pytest.mark.parametrize(
    "more",
    [
        {"matures_at": NOON, "matures_on": date(2026, 9, 2)},
        {"matures_at": datetime(2026, 9, 2)},  # noqa: DTZ001 - that's the point
        {"matures_at": NOON + 25 * HOUR, "expires_on": date(2026, 9, 1)},
        {"matures_at": NOON + 11.5 * HOUR, "expires_on": date(2026, 9, 1)},  # rounded: the next day
    ],
)
def test_a_part_that_can_only_be_a_slip_is_refused(more: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        Part("x", 1, fund=Fund.ORDER, **more)  # type: ignore[arg-type]


def test_a_command_without_a_moment_keeps_its_fingerprint() -> None:
    """Keys are for ever: these were computed before moments were known."""
    part = Part("order.paid", 129, 129, fund=Fund.ORDER, matures_on=date(2026, 9, 9))
    command = Earn(
        member_id=7, parts=(part,), scope="loyalty", key="order:5", source=Ref("order", 5),
        rule_version=3, occurred_at=NOON,
    )  # fmt: skip
    assert fingerprint_of(command) == BEFORE_MOMENTS
    waiting = Part("order.paid", 1, fund=Fund.ORDER, matures_at=NOON)
    assert chain.canonical([waiting]) == (
        '[["order.paid",1,0,"order",null,"9999-12-31","2026-09-01T04:00:00+00:00"]]'
    )


BEFORE_MOMENTS = "17feec5865700c7a28c842545acf949cefdca611d949d1db6d55f9ecf80b8f90"


# --- the boundary --------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [0, 1, 59])
def test_points_come_with_their_second_and_not_before(app: Flask, minutes: int) -> None:
    comes = in_hours(5 if minutes == 0 else 6)
    earn(ANNA, 10, matures_at=in_hours(5) + timedelta(minutes=minutes))
    assert lots(ANNA) == [(NEVER, comes, Fund.ORDER, 10, 0)]

    clock.tick(comes - SECOND - clock.now())
    assert queries.balance(ANNA).pending_by_moment == ((comes, 10, Fund.ORDER),)
    assert (queries.balance(ANNA).available, queries.balance(ANNA).pending) == (0, 10)
    assert queries.points_lapsing([ANNA], [NEVER]) == {}
    assert service.mature_due() == 0
    with pytest.raises(InsufficientPointsError):
        spend(ANNA, 1)
    assert buckets(ANNA) == (10, 0, 0, 0)

    clock.tick(SECOND)
    assert (queries.balance(ANNA).available, queries.balance(ANNA).pending) == (10, 0)
    assert queries.points_lapsing([ANNA], [NEVER]) == {(ANNA, NEVER): 10}
    assert buckets(ANNA) == (10, 0, 0, 0)  # nobody has touched them
    assert spend(ANNA, 10).available == 0
    assert kinds(ANNA) == [Kind.SPEND, Kind.MATURE, Kind.EARN]
    assert_sound()


def test_a_moment_that_is_over_gives_available_points(app: Flask) -> None:
    earn(ANNA, 10, matures_at=clock.now())
    assert buckets(ANNA) == (0, 10, 0, 0)
    earn(ANNA, 10, matures_at=in_hours(-90))
    assert lots(ANNA) == [(NEVER, BY_DAY, Fund.ORDER, 20, 0)]
    clock.tick(timedelta(minutes=20))
    earn(ANNA, 10, matures_at=in_hours(-0.2))  # the hour in which it ended is not over
    assert buckets(ANNA) == (10, 20, 0, 0)


def test_acts_of_one_hour_share_a_lot(app: Flask) -> None:
    for minute in (1, 20, 60):
        earn(ANNA, 10, matures_at=in_hours(24) + timedelta(minutes=minute))
    earn(ANNA, 10, matures_on=in_days(2))
    earn(ANNA, 10, matures_at=clock.day_start(in_days(2)) - timedelta(minutes=10))
    assert [(at, left) for _, at, _, left, _ in lots(ANNA)] == [
        (NOON + 25 * HOUR, 30),
        (clock.day_start(in_days(2)), 20),
    ]
    clock.tick(timedelta(days=3))
    service.mature_due()
    assert [(left, held) for *_, left, held in lots(ANNA)] == [(50, 0)]
    assert_sound()


def test_each_hour_of_a_day_comes_by_itself(app: Flask) -> None:
    for hour in range(1, 6):
        earn(ANNA, 10, matures_at=in_hours(hour))
    for hour in range(1, 6):
        clock.tick(HOUR)
        assert queries.balance(ANNA).available == 10 * hour
        assert service.mature_due() == 1
        assert buckets(ANNA) == (50 - 10 * hour, 10 * hour, 0, 0)
    assert_sound()


def test_the_sweep_goes_on_where_it_was_stopped_and_does_nothing_twice(app: Flask) -> None:
    for member_id in range(1, 8):
        earn(member_id, 10, matures_at=in_hours(2))
        earn(member_id, 5, matures_at=in_hours(3))
    clock.tick(2 * HOUR)
    assert [service.mature_due(limit=5) for _ in range(3)] == [5, 2, 0]
    assert [buckets(n) for n in (1, 7)] == [(5, 10, 0, 0)] * 2
    before = dump()
    assert service.mature_due() == 0
    assert dump() == before
    clock.tick(HOUR)
    assert [service.mature_due(limit=5) for _ in range(3)] == [5, 2, 0]
    assert_sound()


def test_points_can_be_used_in_the_hours_between_their_moment_and_midnight(app: Flask) -> None:
    earn(ANNA, 10, matures_at=in_hours(5), expires_on=in_days(0))
    clock.tick(5 * HOUR)
    assert spend(ANNA, 4).available == 6
    clock.tick(7 * HOUR)
    assert queries.balance(ANNA).available == 0
    assert service.expire_due() == 1
    assert buckets(ANNA) == (0, 0, 0, 0)
    assert_sound()


def test_a_frozen_wallet_matures_and_spends_nothing(app: Flask) -> None:
    earn(ANNA, 10, matures_at=in_hours(1))
    service.freeze(ANNA)
    clock.tick(HOUR)
    with pytest.raises(FrozenWalletError):
        spend(ANNA, 1)
    assert service.mature_due() == 1
    assert buckets(ANNA) == (0, 10, 0, 0)
    service.unfreeze(ANNA)
    assert spend(ANNA, 10).available == 0
    assert_sound()


# --- what pending points must not do -------------------------------------------------------------


def test_pending_points_pay_a_debt_at_their_moment_and_not_before(app: Flask) -> None:
    earn(ANNA, 9, source=ORDER)
    spend(ANNA, 9)
    earn(ANNA, 5, matures_at=in_hours(2))
    claw(ANNA, ORDER, 9)
    assert buckets(ANNA) == (5, 0, 0, 9)
    clock.tick(2 * HOUR - SECOND)
    service.mature_due()
    earn(ANNA, 1)
    assert buckets(ANNA) == (5, 0, 0, 8)
    assert (queries.balance(ANNA).debt, queries.balance(ANNA).pending) == (8, 5)
    clock.tick(SECOND)
    assert (queries.balance(ANNA).debt, queries.balance(ANNA).pending) == (3, 0)
    earn(ANNA, 1)
    assert buckets(ANNA) == (0, 0, 0, 2)
    assert_sound()


@pytest.mark.parametrize(
    ("seconds", "left"), [(-1, (0, 4, 0, 0)), (0, (0, 4, 0, 0)), (1, (0, 4, 0, 0))]
)
@pytest.mark.parametrize("by", ["claw", "reverse"])
def test_what_is_taken_back_around_its_moment_takes_its_own_points(
    app: Flask, seconds: int, left: tuple[int, ...], by: str
) -> None:
    earned = earn(ANNA, 10, 10, matures_at=in_hours(5), source=ORDER).txn_id
    earn(ANNA, 4)
    clock.tick(5 * HOUR + seconds * SECOND)
    if by == "claw":
        claw(ANNA, ORDER, 10, 10)
    else:
        reverse(earned)
    assert buckets(ANNA) == left
    assert buckets(ANNA, Book.GROWTH) == (0, 0, 0, 0)
    assert (Kind.MATURE in kinds(ANNA)) is (seconds >= 0)
    assert_sound()


def test_of_two_that_wait_each_is_taken_back_from_its_own_hour(app: Flask) -> None:
    first = earn(ANNA, 10, matures_at=in_hours(5), source=ORDER).txn_id
    earn(ANNA, 20, matures_at=in_hours(7))
    clock.tick(HOUR)
    reverse(first, 6)
    assert [(at, left) for _, at, _, left, _ in lots(ANNA)] == [
        (NOON + 5 * HOUR, 4), (NOON + 7 * HOUR, 20),
    ]  # fmt: skip
    clock.tick(5 * HOUR)
    reverse(first, 4)
    assert buckets(ANNA) == (20, 0, 0, 0)
    assert_sound()


def test_a_claw_after_the_points_were_spent_is_owed_though_others_wait(app: Flask) -> None:
    earn(ANNA, 10, matures_at=in_hours(1), source=ORDER)
    earn(ANNA, 30, matures_at=in_hours(3))
    clock.tick(HOUR)
    spend(ANNA, 10)
    claw(ANNA, ORDER, 10)
    assert buckets(ANNA) == (30, 0, 0, 10)
    clock.tick(2 * HOUR)
    assert queries.balance(ANNA).available == 20
    assert spend(ANNA, 20).available == 0
    assert_sound()


def test_points_that_came_can_be_held_and_those_that_wait_cannot(app: Flask) -> None:
    earn(ANNA, 10, matures_at=in_hours(1))
    earn(ANNA, 10, matures_at=in_hours(2))
    clock.tick(HOUR)
    with pytest.raises(InsufficientPointsError):
        hold(ANNA, 11)
    held = hold(ANNA, 10, expires_at=in_hours(9)).txn_id
    clock.tick(HOUR)
    capture(held)
    assert buckets(ANNA) == (0, 10, 0, 0)
    assert_sound()


# --- zones ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2027, 3, 28), 23),
        ("Africa/Cairo", date(2027, 4, 30), 23),  # its first hour is left out
        ("America/Havana", date(2026, 11, 1), 25),  # clocks go back at one, to midnight
        ("Asia/Kathmandu", date(2026, 10, 25), 24),
    ],
)
def test_a_wait_over_a_changed_clock_is_as_long_as_ever(
    app: Flask, zones: None, name: str, day: date, hours: int
) -> None:
    clock.set_zone(name)
    begins = clock.day_start(day)
    assert clock.day_end(day) - begins == hours * HOUR
    with clock.frozen(begins - 6 * HOUR):
        earn(ANNA, 10, matures_at=in_hours(24))
        earn(BEN, 10, matures_on=day)
        earn(CARA, 10, matures_on=day + clock.ONE_DAY)
        comes = full_hour(in_hours(24))
    all_of_them = ((begins, BEN), (comes, ANNA), (clock.day_end(day), CARA))
    for at, member_id in sorted(all_of_them):
        with clock.frozen(at - SECOND):
            assert queries.balance(member_id).available == 0
            assert service.mature_due() == 0
            assert buckets(member_id) == (10, 0, 0, 0)
        with clock.frozen(at):
            assert queries.balance(member_id).available == 10
            assert spend(member_id, 10).available == 0
    assert_sound()


@pytest.mark.parametrize("name", ["Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu"])
def test_a_brand_that_moves_to_another_zone_keeps_what_it_promised(
    app: Flask, zones: None, name: str
) -> None:
    source, comes, midnight = Ref("order", 1), in_hours(30), clock.day_start(in_days(2))
    earn(ANNA, 10, matures_at=comes, source=source)
    earn(ANNA, 20, matures_on=in_days(2))
    clock.set_zone(name)
    earn(ANNA, 1, matures_at=comes)
    earn(ANNA, 2, matures_at=midnight)
    claw(ANNA, source, 4)
    assert queries.balance(ANNA).pending_by_moment == (
        (full_hour(comes), 7, Fund.ORDER), (midnight, 22, Fund.ORDER),
    )  # fmt: skip
    assert_sound()
    with clock.frozen(full_hour(comes) - SECOND):
        assert (queries.balance(ANNA).available, service.mature_due()) == (0, 0)
    with clock.frozen(full_hour(comes)):
        assert queries.balance(ANNA).available == 7
        assert spend(ANNA, 7).available == 0
    with clock.frozen(midnight - SECOND):
        assert (queries.balance(ANNA).available, service.mature_due()) == (0, 0)
    with clock.frozen(midnight):
        assert service.mature_due() == 1
    assert buckets(ANNA) == (0, 22, 0, 0)
    assert_sound()


# --- merging -------------------------------------------------------------------------------------


def test_a_merge_carries_each_hour_and_parting_brings_it_back(app: Flask) -> None:
    earn(ANNA, 10, matures_at=in_hours(5))
    earn(ANNA, 20, matures_at=in_hours(6))
    earn(BEN, 3, matures_at=in_hours(6))
    before = lots(ANNA), lots(BEN)
    service.merge(ANNA, BEN, key="1")
    assert [(at, left) for _, at, _, left, _ in lots(BEN)] == [
        (NOON + 5 * HOUR, 10), (NOON + 6 * HOUR, 23),
    ]  # fmt: skip
    assert_sound()
    clock.tick(timedelta(minutes=90))
    service.unmerge(ANNA, key="2")
    assert (lots(ANNA), lots(BEN)) == before
    assert_sound()


@pytest.mark.parametrize("seconds", [-1, 0, 1])
@pytest.mark.parametrize("is_swept", [True, False])
def test_parting_around_a_moment_gives_each_his_own(
    app: Flask, seconds: int, is_swept: bool
) -> None:
    earn(ANNA, 20, matures_at=in_hours(5))
    earn(BEN, 7, matures_at=in_hours(5))
    service.merge(ANNA, BEN, key="1")
    clock.tick(5 * HOUR + seconds * SECOND)
    if is_swept:
        service.mature_due()
    service.unmerge(ANNA, key="2")
    assert_sound()
    for member_id, n in ((ANNA, 20), (BEN, 7)):
        balance = queries.balance(member_id)
        assert (balance.available, balance.pending) == ((0, n) if seconds < 0 else (n, 0))
    clock.tick(2 * SECOND)
    assert (spend(ANNA, 20).available, spend(BEN, 7).available) == (0, 0)
    assert_sound()


def test_a_refund_while_merged_takes_the_hour_that_was_earned(app: Flask) -> None:
    earn(ANNA, 20, matures_at=in_hours(5), source=ORDER)
    earn(ANNA, 9, matures_at=in_hours(6))
    earn(BEN, 7, matures_at=in_hours(5))
    service.merge(ANNA, BEN, key="1")
    claw(ANNA, ORDER, 15)
    service.unmerge(ANNA, key="2")
    assert [(at, left) for _, at, _, left, _ in lots(ANNA)] == [
        (NOON + 5 * HOUR, 5), (NOON + 6 * HOUR, 9),
    ]  # fmt: skip
    assert [(at, left) for _, at, _, left, _ in lots(BEN)] == [(NOON + 5 * HOUR, 7)]
    assert_sound()


# --- what code wrote that knew days only ---------------------------------------------------------


def test_lots_without_a_moment_come_with_their_midnight(app: Flask) -> None:
    earn(ANNA, 10, matures_on=in_days(2), source=ORDER)
    earn(BEN, 10, matures_on=in_days(2))
    forget_moments()
    assert_sound()
    midnight = clock.day_start(in_days(2))
    earn(ANNA, 5, matures_on=in_days(2))
    assert queries.balance(ANNA).pending_by_moment == ((midnight, 15, Fund.ORDER),)
    with clock.frozen(midnight - SECOND):
        assert (service.mature_due(), queries.balance(ANNA).available) == (0, 0)
        claw(ANNA, ORDER, 3)
        assert buckets(ANNA) == (12, 0, 0, 0)
    with clock.frozen(midnight):
        assert queries.balance(BEN).available == 10
        assert spend(ANNA, 12).available == 0
        assert service.mature_due() == 1
    assert buckets(BEN) == (0, 10, 0, 0)
    assert_sound()


def test_lots_without_a_moment_are_merged_and_parted_with_those_that_have_one(app: Flask) -> None:
    earn(ANNA, 10, matures_on=in_days(2))
    earn(BEN, 3, matures_on=in_days(2))
    forget_moments()
    earn(BEN, 4, matures_on=in_days(2))
    service.merge(ANNA, BEN, key="1")
    service.unmerge(ANNA, key="2")
    assert (buckets(ANNA), buckets(BEN)) == ((10, 0, 0, 0), (7, 0, 0, 0))
    assert_sound()
    clock.tick(timedelta(days=2))
    assert (spend(ANNA, 10).available, spend(BEN, 7).available) == (0, 0)


def test_points_carried_by_older_code_are_found_by_their_moment(app: Flask) -> None:
    """The source's lot has its moment, the target's got none."""
    earn(ANNA, 10, matures_on=in_days(2), source=ORDER)
    earn(BEN, 5)
    service.merge(ANNA, BEN, key="1")
    ben = sa.select(WALLET.c.id).where(WALLET.c.member_id == BEN)
    db.session.execute(sa.update(LOT).where(LOT.c.wallet_id.in_(ben)).values(matures_at=BY_DAY))
    db.session.commit()
    claw(ANNA, ORDER, 4)
    assert buckets(BEN) == (6, 5, 0, 0)
    service.unmerge(ANNA, key="2")
    assert (buckets(ANNA), buckets(BEN)) == ((6, 0, 0, 0), (0, 5, 0, 0))
    assert_sound()
