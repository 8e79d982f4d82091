"""Streaks with shields and make-ups equal an independent oracle: pure, stored, and at full size."""

import random
import time
from collections import Counter
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from app.checkin import policy, queries, service
from app.checkin.models import CheckIn, CheckInStock, CheckInStreak
from app.checkin.service import stocking
from app.checkin.types import Cause, DayKind, Item, KeptDay, Movement, SeedCheckIn, Streak
from app.checkin.types.rules import Rules
from app.identity import service as identity
from app.identity.types import SeedMember
from app.kernel import clock, verify
from app.kernel.db import db, use_case
from app.ledger import queries as ledger
from app.loyalty import queries as loyalty
from tests.checkin.oracle import Walker
from tests.conftest import NOON
from tests.factories.identity import a_member

FIRST = date(2026, 9, 1)
STEPS = (7, 14, 30, 100)
RULES = Rules()


def walker(**changes: int) -> Walker:
    known = {"every": RULES.days_per_shield, "most": RULES.shields_at_most, "back": RULES.days_back}
    return Walker(**{**known, **changes}, steps=STEPS)  # type: ignore[arg-type]


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def as_told(one: Walker) -> tuple[int, int, int, date, int, int]:
    last = max(one.kinds)
    return one.current, one.longest, one.total, day(last), one.shields, one.cards


# --- pure ----------------------------------------------------------------------------------------


class Policy:
    """The same life by the application's pure functions."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.shields = rules, 0
        self.days: list[KeptDay] = []
        self.paid: list[int] = []

    @property
    def streak(self) -> Streak | None:
        return policy.streak_of(sorted(self.days, key=lambda each: each.on))

    def taps(self, today: date) -> None:
        tap = policy.tap(self.streak, self.shields, today, self.rules, STEPS)
        self.days += [KeptDay(each, DayKind.SHIELDED) for each in tap.saved]
        self.days.append(KeptDay(today, DayKind.DONE, tap.due[-1] if tap.due else 0))
        self.shields += tap.earns_shield - len(tap.saved)
        self.paid += tap.due
        assert self.streak == tap.streak

    def makes_up(self, on: date) -> None:
        _streak, due = policy.heal(self.days, on, STEPS)
        self.days.append(KeptDay(on, DayKind.MADE_UP, due[-1] if due else 0))
        self.paid += due


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=70),
    st.integers(0, 12),
    st.integers(0, 3),
)
def test_the_pure_functions_equal_the_oracle(dice: list[int], every: int, most: int) -> None:
    ours = Policy(Rules(days_per_shield=every, shields_at_most=most))
    theirs = walker(every=every, most=most, cards=12)
    for number, die in enumerate(dice):
        if die < 7:
            theirs.taps(number)
            ours.taps(day(number))
        if die in {5, 8, 9} and theirs.makes_up(number - die % 4 - 1, number):
            ours.makes_up(day(number - die % 4 - 1))
    if theirs.kinds:
        streak = ours.streak
        assert streak is not None
        found = (streak.current_days, streak.longest_days, streak.total_days, streak.last_on)
        assert (*found, ours.shields) == as_told(theirs)[:-1]
        assert ours.paid == [step for _day, step in theirs.paid]


@pytest.mark.long
@pytest.mark.timeout(1_800)
def test_the_pure_functions_equal_the_oracle_for_ten_thousand_members_over_a_year() -> None:
    dice = random.Random(365)
    made_up = 0
    for _ in range(10_000):
        zeal, theirs, ours = dice.uniform(0.3, 0.99), walker(cards=4), Life(RULES)
        for number in range(365):
            if dice.random() < zeal:
                theirs.taps(number)
                ours.taps(day(number))
            target = number - dice.randint(1, 7)
            if dice.random() < 0.012 and theirs.makes_up(target, number):
                ours.makes_up(day(target))
                made_up += 1
        streak = ours.streak
        assert streak is not None
        found = (streak.current_days, streak.longest_days, streak.total_days, streak.last_on)
        assert (*found, ours.shields) == as_told(theirs)[:-1]
        assert ours.paid == [step for _day, step in theirs.paid]
    assert made_up > 10_000


class Life:
    """As :class:`Policy`, with the streak kept between taps, as the database keeps it."""

    def __init__(self, rules: Rules) -> None:
        self.rules, self.shields = rules, 0
        self.days: list[KeptDay] = []
        self.paid: list[int] = []
        self.streak: Streak | None = None

    def taps(self, today: date) -> None:
        tap = policy.tap(self.streak, self.shields, today, self.rules, STEPS)
        self.days += [KeptDay(each, DayKind.SHIELDED) for each in tap.saved]
        self.days.append(KeptDay(today, DayKind.DONE, tap.due[-1] if tap.due else 0))
        self.shields += tap.earns_shield - len(tap.saved)
        self.paid += tap.due
        self.streak = tap.streak

    def makes_up(self, on: date) -> None:
        _streak, due = policy.heal(self.days, on, STEPS)
        self.days.append(KeptDay(on, DayKind.MADE_UP, due[-1] if due else 0))
        self.paid += due
        self.streak = policy.streak_of(sorted(self.days, key=lambda each: each.on))


# --- through the service -------------------------------------------------------------------------


def stored(member_id: int) -> tuple[int, int, int, date, int, int]:
    row = db.session.execute(
        sa.select(CheckInStreak.__table__, CheckInStock.shields, CheckInStock.cards)
        .outerjoin(CheckInStock, CheckInStock.member_id == CheckInStreak.member_id)
        .where(CheckInStreak.member_id == member_id)
    ).one()
    return (
        row.current_days, row.longest_days, row.total_days, row.last_on,
        row.shields or 0, row.cards or 0,
    )  # fmt: skip


def clean() -> list[str]:
    names = ("checkin.streaks", "checkin.stocks")
    return [drift for report in verify.run(names) for drift in report.drifts]


def test_check_ins_shields_make_ups_and_milestones_equal_the_oracle(app: Flask) -> None:
    dice = random.Random(20260901)
    points = {step.days: step.points for step in loyalty.milestones()}
    for number in range(4):
        member, theirs = a_member(f"w{number}", email=None, password=None), walker(cards=4)
        service.give(member.id, Item.CARD, 4, key="start")
        taps = 0
        for today in range(40):
            with clock.frozen(NOON + timedelta(days=today)):
                if dice.random() < 0.86:
                    taps += 1
                    theirs.taps(today)
                    service.check_in(member.id)
                target = today - dice.randint(1, 5)
                if dice.random() < 0.15 and theirs.makes_up(target, today):
                    assert service.make_up(member.id, day(target)).is_new
        assert stored(member.id) == as_told(theirs)
        extra = sum(points[step] for _day, step in theirs.paid)
        assert ledger.balance(member.id).available == 10 * taps + extra
        kinds = {each.on: each.kind.value for each in queries.kept_days(member.id)}
        assert kinds == {day(on): kind for on, kind in theirs.kinds.items()}
    assert clean() == []


@pytest.mark.long
@pytest.mark.timeout(7_200)
@pytest.mark.only("sqlite")
@pytest.mark.parametrize(("size", "with_points"), [(500, True), (10_000, False)])
def test_a_town_over_a_year_equals_the_oracle(app: Flask, size: int, with_points: bool) -> None:
    """10,000 members, 365 days, shields and make-ups: every streak, stock and kept day.

    The whole town's taps of a day are one call and so one transaction, as in a burst that is taken
    set-wise, and so are its make-ups; ``-s`` tells how far it is. Points, which are five of six
    parts of the work, are compared for a smaller town.
    """
    dice = random.Random(4)
    members = _settle(size)
    zeal = [dice.uniform(0.3, 0.99) for _ in members]
    town = [walker(cards=CARDS) for _ in members]
    for today in range(365):
        with clock.frozen(NOON + timedelta(days=today)):
            _one_day(members, zeal, town, today, dice, with_points=with_points)
        if today % 30 == 0:
            print(f"day {today + 1}: {time.process_time():.0f} s")  # noqa: T201 - of a long run
    assert _differing(members, town) == []
    assert _days_of_each_kind(members) == _days_told(town)
    if with_points:
        _check_points(members, town)
    assert clean() == []
    kinds = Counter(kind for one in town for kind in one.kinds.values())
    assert min(kinds["made_up"], kinds["shielded"]) > size


CARDS = 3
MAKE_UPS = 0.012  # of the members, tried a day
PAGE = 1_000


@use_case
def _settle(size: int) -> list[int]:
    """Make the members and give each his cards."""
    seeds = [SeedMember(f"m{n}", joined_at=clock.now()) for n in range(size)]
    members = [row.id for row in identity.seed_members(seeds)]
    gifts = [Movement(each, Item.CARD, CARDS, Cause.GRANTED) for each in members]
    stocking.move(gifts)
    return members


def _one_day(
    members: list[int],
    zeal: list[float],
    town: list[Walker],
    today: int,
    dice: random.Random,
    *,
    with_points: bool,
) -> None:
    coming = [n for n in range(len(members)) if dice.random() < zeal[n]]
    for n in coming:
        town[n].taps(today)
    seeds = [SeedCheckIn(members[n], clock.now()) for n in coming]
    service.seed_check_ins(seeds, with_points=with_points)
    tried = [
        (n, today - dice.randint(1, 7))
        for n in dice.sample(range(len(members)), int(len(members) * MAKE_UPS))
    ]
    _make_up([(members[n], day(target)) for n, target in tried if town[n].makes_up(target, today)])


@use_case
def _make_up(made_up: list[tuple[int, date]]) -> None:
    """Use the cards of a day in one transaction: each by the use case that a member's tap runs."""
    for member_id, on in made_up:
        assert service.make_up(member_id, on).is_new


def _days_of_each_kind(members: list[int]) -> list[dict[date, str]]:
    """Return every kept day of every member, as stored."""
    found: dict[int, dict[date, str]] = {member: {} for member in members}
    for start in range(0, len(members), PAGE):
        some = members[start : start + PAGE]
        rows = db.session.execute(
            sa.select(CheckIn.member_id, CheckIn.on_date, CheckIn.kind).where(
                CheckIn.member_id.in_(some)
            )
        )
        for member_id, on, kind in rows:
            found[member_id][on] = kind.value
    db.session.rollback()
    return [found[member] for member in members]


def _days_told(town: list[Walker]) -> list[dict[date, str]]:
    known = [day(number) for number in range(366)]
    return [{known[on]: kind for on, kind in one.kinds.items()} for one in town]


def _differing(members: list[int], town: list[Walker]) -> list[int]:
    rows = {
        row.member_id: (
            row.current_days, row.longest_days, row.total_days, row.last_on,
            row.shields or 0, row.cards or 0,
        )
        for row in db.session.execute(
            sa.select(CheckInStreak.__table__, CheckInStock.shields, CheckInStock.cards)
            .outerjoin(CheckInStock, CheckInStock.member_id == CheckInStreak.member_id)
            .where(CheckInStreak.member_id.in_(members))
        )
    }  # fmt: skip
    db.session.rollback()
    return [n for n, member in enumerate(members) if rows.get(member) != as_told(town[n])]


def _check_points(members: list[int], town: list[Walker]) -> None:
    points = {step.days: step.points for step in loyalty.milestones()}
    for member_id, theirs in zip(members, town, strict=True):
        taps = sum(kind == "done" for kind in theirs.kinds.values())
        extra = sum(points[step] for _day, step in theirs.paid)
        assert ledger.balance(member_id).available == 10 * taps + extra
    db.session.rollback()
