"""Shields save by themselves, cards by hand; stocks never fall below zero; all of it is told."""

import threading
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.checkin import queries, service
from app.checkin.models import CheckIn, CheckInHonour, CheckInMovement, CheckInStock
from app.checkin.types import (
    Cause,
    DayKind,
    DayOutOfReachError,
    Item,
    NoCardError,
    NotForSaleError,
    PriceChangedError,
    StockFullError,
)
from app.checkin.types.rules import Rules
from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.db import db, use_case
from app.kernel.errors import DomainError
from app.kernel.facts import FactRow
from app.ledger import queries as ledger
from app.ledger.types import InsufficientPointsError
from tests.conftest import NOON
from tests.factories.identity import a_member
from tests.ledger.book import earn

ONE_DAY = timedelta(days=1)
TODAY = date(2026, 9, 1)
KEY = "a-request-key-of-a-form"


def tap_for(member_id: int, days: int) -> None:
    for number in range(days):
        if number:
            clock.tick(ONE_DAY)
        service.check_in(member_id)


def held(member_id: int) -> tuple[int, int]:
    standing = queries.hero(member_id).standing
    return standing.shields, standing.cards


def drifts() -> list[str]:
    names = ("checkin.streaks", "checkin.stocks")
    return [drift for report in verify.run(names) for drift in report.drifts]


def parts(member_id: int) -> Counter[str]:
    lines = ledger.statement(member_id, limit=100).items
    return Counter(part.reason for line in lines for part in line.parts)


# --- shields -------------------------------------------------------------------------------------


def test_the_tenth_day_in_a_row_brings_a_shield_and_two_is_the_most(alice: MemberRow) -> None:
    tap_for(alice.id, 9)
    assert held(alice.id) == (0, 0)
    clock.tick(ONE_DAY)
    assert service.check_in(alice.id).shield_earned
    for _ in range(20):
        clock.tick(ONE_DAY)
        service.check_in(alice.id)
    assert held(alice.id) == (2, 0)
    assert drifts() == []


def test_a_missed_day_is_saved_and_joins_without_being_counted(alice: MemberRow) -> None:
    tap_for(alice.id, 10)
    clock.tick(2 * ONE_DAY)
    waiting = queries.hero(alice.id).standing
    assert (waiting.streak_days, waiting.waiting_days) == (10, 1)
    done = service.check_in(alice.id)
    assert (done.streak_days, done.saved_days, done.total_days) == (11, 1, 11)
    assert held(alice.id) == (0, 0)
    kinds = [each.kind for each in queries.kept_days(alice.id)][-2:]
    assert kinds == [DayKind.SHIELDED, DayKind.DONE]
    assert drifts() == []


def test_shields_are_not_wasted_on_a_streak_that_they_cannot_save(alice: MemberRow) -> None:
    tap_for(alice.id, 10)
    clock.tick(3 * ONE_DAY)
    assert queries.hero(alice.id).standing.streak_days == 0
    done = service.check_in(alice.id)
    assert (done.streak_days, done.saved_days) == (1, 0)
    assert held(alice.id) == (1, 0)


def test_after_a_saved_day_the_next_tap_uses_no_other_shield(alice: MemberRow) -> None:
    service.give(alice.id, Item.SHIELD, 2, key="gift")
    tap_for(alice.id, 3)
    clock.tick(2 * ONE_DAY)
    service.check_in(alice.id)
    clock.tick(ONE_DAY)
    assert service.check_in(alice.id).streak_days == 5
    assert held(alice.id) == (1, 0)


# --- cards ---------------------------------------------------------------------------------------


def test_a_card_heals_a_missed_day_and_the_streak_is_counted_anew(alice: MemberRow) -> None:
    tap_for(alice.id, 3)
    clock.tick(2 * ONE_DAY)
    assert service.check_in(alice.id).streak_days == 1
    service.give(alice.id, Item.CARD, key="gift")
    foreseen = queries.foresee_make_up(alice.id, TODAY + 3 * ONE_DAY)
    assert (foreseen.streak_before, foreseen.streak_after) == (1, 5)

    done = service.make_up(alice.id, TODAY + 3 * ONE_DAY)

    assert (done.streak_before, done.streak_after, done.cards, done.earns) == (1, 5, 0, 0)
    places = db.session.scalars(sa.select(CheckIn.streak_days).order_by(CheckIn.on_date)).all()
    assert places == [1, 2, 3, 4, 5]
    standing = queries.hero(alice.id).standing
    assert (standing.streak_days, standing.longest_days, standing.total_days) == (5, 5, 5)
    assert ledger.balance(alice.id).available == 40
    fact = db.session.execute(
        sa.select(FactRow.__table__).where(FactRow.name == "checkin.made_up")
    ).one()
    assert '"streak_days":5' in fact.payload
    assert drifts() == []


def test_a_milestone_reached_by_healing_is_paid_once_and_explained(alice: MemberRow) -> None:
    tap_for(alice.id, 5)
    clock.tick(2 * ONE_DAY)
    service.check_in(alice.id)
    service.give(alice.id, Item.CARD, 2, key="gift")
    before = ledger.balance(alice.id).available

    done = service.make_up(alice.id, TODAY + 5 * ONE_DAY)

    assert ([step.days for step in done.due], done.earns) == ([7], 30)
    assert ledger.balance(alice.id).available == before + 30
    for _ in range(7):
        clock.tick(ONE_DAY)
        service.check_in(alice.id)
    found = parts(alice.id)
    assert (found["checkin.healed.7"], found["checkin.milestone.7"]) == (1, 0)
    assert found["checkin.milestone.14"] == 1
    assert drifts() == []


def test_runs_that_were_paid_alone_are_not_paid_again_when_they_join(alice: MemberRow) -> None:
    tap_for(alice.id, 7)
    clock.tick(2 * ONE_DAY)
    tap_for(alice.id, 6)
    service.give(alice.id, Item.CARD, key="gift")

    done = service.make_up(alice.id, TODAY + 7 * ONE_DAY)

    assert [step.days for step in done.due] == [14]
    found = parts(alice.id)
    assert (found["checkin.milestone.7"], found["checkin.healed.14"]) == (1, 1)
    assert not [name for name in found if name == "checkin.healed.7"]


def test_the_same_day_twice_uses_one_card(alice: MemberRow) -> None:
    tap_for(alice.id, 1)
    clock.tick(2 * ONE_DAY)
    service.give(alice.id, Item.CARD, 2, key="gift")
    assert service.make_up(alice.id, TODAY + ONE_DAY).is_new
    assert not service.make_up(alice.id, TODAY + ONE_DAY).is_new
    assert held(alice.id) == (0, 1)


@pytest.mark.parametrize("ago", [-1, 0, 8, 9, 11, 400])
def test_a_card_reaches_missed_days_of_the_last_week_only(alice: MemberRow, ago: int) -> None:
    service.check_in(alice.id)
    clock.tick(10 * ONE_DAY)
    service.give(alice.id, Item.CARD, key="gift")
    with pytest.raises(DayOutOfReachError):
        service.make_up(alice.id, clock.business_date() - ago * ONE_DAY)
    assert held(alice.id) == (0, 1)


def test_who_never_checked_in_has_nothing_to_make_up(alice: MemberRow) -> None:
    service.give(alice.id, Item.CARD, key="gift")
    with pytest.raises(DayOutOfReachError):
        service.make_up(alice.id, TODAY - ONE_DAY)


def test_without_a_card_nothing_is_made_up(alice: MemberRow) -> None:
    tap_for(alice.id, 1)
    clock.tick(2 * ONE_DAY)
    with pytest.raises(NoCardError):
        service.make_up(alice.id, TODAY + ONE_DAY)
    assert len(queries.kept_days(alice.id)) == 1


def test_a_made_up_day_earns_what_the_operator_says(alice: MemberRow, staff: MemberRow) -> None:
    service.set_rules(Rules(made_up_points=5), actor_id=staff.id)
    tap_for(alice.id, 1)
    clock.tick(2 * ONE_DAY)
    service.give(alice.id, Item.CARD, key="gift")
    assert service.make_up(alice.id, TODAY + ONE_DAY).earns == 5
    assert ledger.balance(alice.id).available == 15
    assert parts(alice.id)["checkin.made_up"] == 1


# --- buying, giving, lapsing ---------------------------------------------------------------------


def test_a_card_is_bought_with_points_once_for_each_form(alice: MemberRow) -> None:
    earn(alice.id, 250)
    first = service.buy(alice.id, Item.CARD, price_points=100, request_key=KEY)
    again = service.buy(alice.id, Item.CARD, price_points=100, request_key=KEY)
    other = service.buy(alice.id, Item.CARD, price_points=100, request_key=KEY + "2")

    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert held(alice.id) == (0, 2)
    assert ledger.balance(alice.id).available == 50
    assert drifts() == []


def test_what_cannot_be_bought_costs_nothing(alice: MemberRow, staff: MemberRow) -> None:
    earn(alice.id, 1_000)
    with pytest.raises(PriceChangedError):
        service.buy(alice.id, Item.CARD, price_points=99, request_key=KEY)
    for number in range(2):
        service.buy(alice.id, Item.SHIELD, price_points=200, request_key=f"{KEY}{number}")
    with pytest.raises(StockFullError):
        service.buy(alice.id, Item.SHIELD, price_points=200, request_key=KEY)
    service.set_rules(Rules(card_price_points=0), actor_id=staff.id)
    with pytest.raises(NotForSaleError):
        service.buy(alice.id, Item.CARD, price_points=0, request_key=KEY)
    assert ledger.balance(alice.id).available == 600


def test_who_is_short_of_points_gets_nothing(alice: MemberRow) -> None:
    with pytest.raises(InsufficientPointsError):
        service.buy(alice.id, Item.CARD, price_points=100, request_key=KEY)
    assert held(alice.id) == (0, 0)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CheckInMovement)) == 0


def test_a_gift_is_given_once_for_its_key(alice: MemberRow, staff: MemberRow) -> None:
    for _ in range(2):
        service.give(alice.id, Item.CARD, 2, key="tier:gold:2026-09", actor_id=staff.id)
    assert held(alice.id) == (0, 2)


def test_what_nobody_used_in_time_lapses_the_oldest_first(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    service.set_rules(Rules(valid_days=30), actor_id=staff.id)
    service.give(alice.id, Item.CARD, 3, key="old")
    service.give(bob.id, Item.SHIELD, 1, key="old")
    tap_for(alice.id, 1)
    clock.tick(2 * ONE_DAY)
    service.make_up(alice.id, TODAY + ONE_DAY)
    clock.tick(28 * ONE_DAY)
    service.give(alice.id, Item.CARD, 1, key="new")
    assert service.expire_savers() == 0
    clock.tick(2 * ONE_DAY)
    assert service.expire_savers() == 2
    assert service.expire_savers() == 0
    assert (held(alice.id), held(bob.id)) == ((0, 1), (0, 0))
    gone = sa.select(CheckInMovement.amount).where(CheckInMovement.cause == Cause.EXPIRED)
    assert sorted(db.session.scalars(gone)) == [-2, -1]
    assert drifts() == []


def test_a_stock_that_drifts_is_named(alice: MemberRow, bob: MemberRow) -> None:
    service.give(alice.id, Item.CARD, 2, key="gift")

    @use_case
    def tamper() -> None:
        db.session.execute(sa.update(CheckInStock).values(cards=3))
        db.session.execute(
            sa.insert(CheckInStock), [{"member_id": bob.id, "shields": 1, "cards": 0}]
        )

    tamper()
    [report] = verify.run(("checkin.stocks",))
    assert len(report.drifts) == 2


# --- everybody at once ---------------------------------------------------------------------------


def at_once(app: Flask, acts: list[Callable[[], object]]) -> Counter[str]:
    """Run acts in threads that start at one moment; return what came out, by word."""
    start, words = threading.Barrier(len(acts)), list[str]()

    def run(act: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                result = act()
                words.append("ok" if getattr(result, "is_new", True) else "again")
            except DomainError as error:
                words.append(error.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(words)


@pytest.mark.race
def test_sixty_four_uses_at_once_spend_what_there_is(app: Flask, alice: MemberRow) -> None:
    service.check_in(alice.id)
    clock.tick(8 * ONE_DAY)
    service.give(alice.id, Item.CARD, 3, key="gift")
    days = [TODAY + (1 + number % 7) * ONE_DAY for number in range(64)]

    words = at_once(app, [lambda day=day: service.make_up(alice.id, day) for day in days])  # type: ignore[misc]

    assert words["ok"] == 3
    assert words["ok"] + words["again"] + words["no_make_up_card"] == 64
    assert held(alice.id) == (0, 0)
    made = sa.select(sa.func.count()).where(CheckIn.kind == DayKind.MADE_UP)
    assert db.session.scalar(made) == 3
    assert drifts() == []


@pytest.mark.race
def test_taps_purchases_and_make_ups_at_once_stay_sound(app: Flask, alice: MemberRow) -> None:
    earn(alice.id, 300)
    service.check_in(alice.id)
    clock.tick(3 * ONE_DAY)
    service.give(alice.id, Item.SHIELD, 1, key="gift")
    service.give(alice.id, Item.CARD, 1, key="gift-2")

    at_once(
        app,
        [
            *[lambda: service.check_in(alice.id)] * 4,
            *[lambda: service.buy(alice.id, Item.CARD, price_points=100, request_key=KEY)] * 4,
            *[lambda: service.make_up(alice.id, TODAY + ONE_DAY)] * 4,
        ],
    )

    assert ledger.balance(alice.id).available == 220
    assert drifts() == []


@pytest.mark.race
def test_a_burst_at_midnight_gives_everybody_his_day_and_three_the_honour(app: Flask) -> None:
    members = [a_member(f"m{n}", email=None, password=None) for n in range(24)]
    with clock.frozen(clock.day_start(TODAY + ONE_DAY)):
        words = at_once(app, [lambda m=m: service.check_in(m.id) for m in members])  # type: ignore[misc]

    assert words == {"ok": 24}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CheckIn)) == 24
    rows = db.session.execute(sa.select(CheckInHonour.place, CheckInHonour.member_id)).all()
    assert sorted(row.place for row in rows) == [1, 2, 3]
    assert len({row.member_id for row in rows}) == 3
    assert drifts() == []


# --- the first of the day ------------------------------------------------------------------------


def test_the_first_three_of_a_day_are_honoured_and_the_fourth_is_not(app: Flask) -> None:
    places = []
    for number in range(4):
        with clock.frozen(NOON + timedelta(minutes=number)):
            places.append(service.check_in(a_member(f"m{number}").id).place)
    assert places == [1, 2, 3, 0]
    assert [each.person.name for each in queries.honours(TODAY)] == ["m0", "m1", "m2"]


# --- what it costs -------------------------------------------------------------------------------


def test_a_saved_day_a_shield_and_a_milestone_in_one_tap_stay_within_the_budget(
    alice: MemberRow,
    staff: MemberRow,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    service.set_rules(Rules(days_per_shield=7), actor_id=staff.id)
    service.give(alice.id, Item.SHIELD, key="gift")
    tap_for(alice.id, 6)
    clock.tick(2 * ONE_DAY)
    with count_statements() as seen:
        done = service.check_in(alice.id)
    assert (done.saved_days, done.shield_earned, done.place) == (1, True, 1)
    assert done.milestone is not None
    assert len(seen) <= 18, "\n".join(seen)
