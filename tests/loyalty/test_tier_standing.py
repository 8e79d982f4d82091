"""A tier is a function of how a member grew and of the ladders: in one go or step by step."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel import clock
from app.loyalty.policy.standing import follow, wants_growth
from app.loyalty.policy.tiers import BUILT_IN, months_after, months_before, problems_of
from app.loyalty.types.tiers import (
    NEVER_REACHED,
    Change,
    ChangeKind,
    Course,
    GrowthPoint,
    Ladder,
    Measure,
    Perks,
    Reading,
    Standing,
    Tier,
)

START = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
K = ChangeKind


def a_ladder(measure: Measure = Measure.GROWTH_EVER, number: int = 1, **more: object) -> Ladder:
    tiers = (
        Tier("one", "一", "One", 0),
        Tier("two", "二", "Two", 100),
        Tier("three", "三", "Three", 300),
    )
    values = {"window_months": 12, "grace_days": 60, "warn_days": 30, "tiers": tiers, **more}
    return Ladder(measure, number=number, **values)  # type: ignore[arg-type]


def grown(*moves: tuple[int, int]) -> tuple[GrowthPoint, ...]:
    """Return movements: (days after the start, growth)."""
    balance, points = 0, []
    for seq, (days, delta) in enumerate(moves, 1):
        balance += delta
        points.append(GrowthPoint(seq, START + timedelta(days=days), delta, balance))
    return tuple(points)


def walk(
    growth: Sequence[GrowthPoint], days: int, *ladders: Ladder, readings: Sequence[Reading] = ()
) -> tuple[Standing, list[Change]]:
    course = Course(tuple(growth), tuple(readings), ladders or (a_ladder(),))
    return follow(None, course, START + timedelta(days=days))


def kinds(changes: Sequence[Change]) -> list[tuple[ChangeKind, str]]:
    return [(change.kind, change.to_key) for change in changes]


def test_a_tier_is_reached_with_the_movement_that_reaches_it_and_holds_a_year() -> None:
    standing, changes = walk(grown((0, 99), (3, 1)), 3)
    assert kinds(changes) == [(K.UPGRADED, "two")]
    assert changes[0].at == START + timedelta(days=3)
    assert (standing.since_on, standing.valid_until) == (date(2026, 9, 4), date(2027, 9, 4))


def test_two_tiers_may_be_climbed_at_once() -> None:
    standing, changes = walk(grown((0, 1000)), 0)
    assert kinds(changes) == [(K.UPGRADED, "three")]
    assert standing.key == "three"


def test_who_earns_it_again_keeps_it_for_another_year() -> None:
    window = a_ladder(Measure.GROWTH_WINDOW)
    standing, changes = walk(grown((0, 100), (200, 120)), 366, window)
    assert kinds(changes) == [(K.UPGRADED, "two"), (K.RENEWED, "two")]  # and was not warned
    assert standing.valid_until == date(2028, 9, 2)


def test_who_does_not_is_warned_has_grace_and_lands_one_tier_down() -> None:
    window = a_ladder(Measure.GROWTH_WINDOW)
    standing, changes = walk(grown((0, 500)), 430, window)
    assert kinds(changes) == [
        (K.UPGRADED, "three"), (K.WARNED, "three"), (K.GRACE, "three"), (K.LOWERED, "two"),
    ]  # fmt: skip
    assert changes[2].grace_until == date(2027, 9, 1) + timedelta(days=60)
    assert standing.since_on == date(2027, 9, 1) + timedelta(days=61)
    assert standing.valid_until == months_after(standing.since_on, 12)


def test_a_warning_comes_before_the_end_when_the_figures_will_not_do() -> None:
    window = a_ladder(Measure.GROWTH_WINDOW)
    _standing, changes = walk(grown((0, 500)), 340, window)
    assert kinds(changes) == [(K.UPGRADED, "three"), (K.WARNED, "three")]
    assert clock.business_date(changes[1].at) == date(2027, 8, 2)


def test_within_grace_the_tier_can_be_earned_back_at_once() -> None:
    window = a_ladder(Measure.GROWTH_WINDOW, window_months=6)
    standing, changes = walk(grown((0, 150), (380, 150)), 381, window)
    assert kinds(changes)[-2:] == [(K.GRACE, "two"), (K.RENEWED, "two")]
    assert standing.grace_until is None
    assert standing.valid_until == months_after(
        clock.business_date(START + timedelta(days=380)), 12
    )


def test_a_refund_never_lowers_at_once_and_not_within_grace() -> None:
    moves = grown((0, 350), (10, -60), (20, -200))
    standing, changes = walk(moves, 70)
    assert kinds(changes) == [(K.UPGRADED, "three"), (K.TAKEN_BACK, "three")]
    assert (standing.key, standing.grace_until) == ("three", date(2026, 11, 10))


def test_after_the_grace_of_a_refund_it_is_one_tier_down_only() -> None:
    standing, changes = walk(grown((0, 350), (10, -350)), 75)
    assert kinds(changes)[-1] == (K.LOWERED, "two")
    assert standing.key == "two"


def test_a_refund_that_leaves_enough_is_no_news() -> None:
    _standing, changes = walk(grown((0, 350), (10, -50)), 75)
    assert kinds(changes) == [(K.UPGRADED, "three")]


def test_a_new_ladder_lowers_nobody_and_lifts_at_once() -> None:
    at = START + timedelta(days=5)
    harder = a_ladder(number=2, effective_at=at, tiers=(
        Tier("one", "一", "One", 0), Tier("two", "二", "Two", 5_000)))  # fmt: skip
    standing, changes = walk(grown((0, 120)), 6, a_ladder(), harder)
    assert (standing.key, standing.ladder) == ("two", 2)
    assert kinds(changes) == [(K.UPGRADED, "two")]
    easier = a_ladder(number=2, effective_at=at, tiers=(
        Tier("one", "一", "One", 0), Tier("two", "二", "Two", 10),
        Tier("top", "顶", "Top", 110)))  # fmt: skip
    standing, changes = walk(grown((0, 120)), 6, a_ladder(), easier)
    assert kinds(changes) == [(K.UPGRADED, "two"), (K.LADDER, "top")]


def test_a_tier_that_is_gone_becomes_the_nearest_one_below() -> None:
    at = START + timedelta(days=5)
    short = a_ladder(number=2, effective_at=at, tiers=(
        Tier("one", "一", "One", 0), Tier("two", "二", "Two", 9_000)))  # fmt: skip
    standing, changes = walk(grown((0, 400)), 6, a_ladder(), short)
    assert kinds(changes) == [(K.UPGRADED, "three"), (K.LADDER, "two")]
    assert standing.valid_until is not None


def test_net_spend_lifts_by_readings() -> None:
    spend = a_ladder(Measure.NET_SPEND)
    reads = [Reading(START + timedelta(days=1), 120), Reading(START + timedelta(days=300), 20)]
    standing, changes = walk(grown((0, 900)), 440, spend, readings=reads)
    assert kinds(changes) == [
        (K.UPGRADED, "two"), (K.WARNED, "two"), (K.GRACE, "two"), (K.LOWERED, "one"),
    ]  # fmt: skip
    assert (standing.key, standing.valid_until) == ("one", None)


def test_a_quick_look_never_overlooks_somebody() -> None:
    course = Course(grown((0, 50)), (), (a_ladder(),))
    standing, _changes = follow(None, course, START)
    assert wants_growth(standing, a_ladder(), course, START) == 100
    top, _changes = walk(grown((0, 300)), 0)
    assert wants_growth(top, a_ladder(), Course(grown((0, 300)), (), (a_ladder(),)), START) == (
        NEVER_REACHED
    )


def test_a_look_at_one_who_has_not_begun_changes_nothing() -> None:
    at = START + timedelta(hours=1)
    turned = a_ladder(number=2, effective_at=at, tiers=(
        Tier("two", "二", "Two", 0), Tier("one", "一", "One", 90)))  # fmt: skip
    course = Course(grown((1, 0)), (), (a_ladder(), turned))
    looked, _changes = follow(None, Course((), (), course.ladders), START)
    went_on = follow(looked, course, START + timedelta(days=2))
    assert went_on == follow(None, course, START + timedelta(days=2))
    assert went_on[0].key == "two"


moves = st.lists(
    st.tuples(st.integers(0, 60 * 24), st.integers(-120, 200)), min_size=1, max_size=25
)
steps = st.lists(st.integers(0, 900), max_size=6)
measures = st.sampled_from([Measure.GROWTH_EVER, Measure.GROWTH_WINDOW, Measure.NET_SPEND])


@st.composite
def courses(draw: st.DrawFn) -> tuple[Course, list[int]]:
    """Growth over years, one or two ladders, readings, and days on which somebody looks."""
    hours, balance, points = 0, 0, []
    for seq, (gap, delta) in enumerate(draw(moves), 1):
        hours += gap
        balance = max(0, balance + delta)
        points.append(GrowthPoint(seq, START + timedelta(hours=hours), delta, balance))
    ladders = [a_ladder(draw(measures), window_months=draw(st.integers(1, 24)),
                        grace_days=draw(st.integers(0, 90)),
                        warn_days=draw(st.integers(0, 90)))]  # fmt: skip
    if draw(st.booleans()):
        keys = draw(st.permutations(["one", "two", "three", "four"]))
        ladders.append(
            a_ladder(
                draw(measures), number=2,
                effective_at=START + timedelta(days=draw(st.integers(1, 700)), minutes=7),
                tiers=tuple(Tier(key, key, key, 90 * n) for n, key in enumerate(keys)),
            )
        )  # fmt: skip
    readings = [
        Reading(START + timedelta(days=day, minutes=3), draw(st.integers(0, 400)))
        for day in sorted(draw(st.sets(st.integers(0, 800), max_size=5)))
    ]
    return Course(tuple(points), tuple(readings), tuple(ladders)), sorted(draw(steps))


def _known_at(course: Course, moment: datetime) -> Course:
    return Course(
        tuple(p for p in course.growth if p.at <= moment),
        tuple(r for r in course.readings if r.at <= moment),
        course.ladders,
    )


@given(courses())
@settings(max_examples=150, deadline=None)
def test_step_by_step_is_the_same_as_in_one_go(drawn: tuple[Course, list[int]]) -> None:
    course, days = drawn
    standing: Standing | None = None
    lines: list[Change] = []
    end = START + timedelta(days=1500)
    for moment in [*(START + timedelta(days=day) for day in days), end]:
        standing, changes = follow(standing, _known_at(course, moment), moment)
        lines += changes
    assert (standing, lines) == follow(None, course, end)


@given(courses())
@settings(max_examples=150, deadline=None)
def test_nobody_falls_more_than_one_tier_nor_within_grace(
    drawn: tuple[Course, list[int]],
) -> None:
    course, _days = drawn
    _standing, changes = follow(None, course, START + timedelta(days=1500))
    grace: date | None = None
    for change in changes:
        ladder = course.ladders[change.ladder - 1]
        if change.kind is K.LOWERED:
            former, now = ladder.rank_of(change.from_key), ladder.rank_of(change.to_key)
            assert former is not None
            assert now == former - 1
            assert grace is not None
            assert clock.business_date(change.at) > grace
        elif change.kind is not K.LADDER:
            assert (ladder.rank_of(change.to_key) or 0) >= (ladder.rank_of(change.from_key) or 0)
        grace = change.grace_until
    assert changes == follow(None, course, START + timedelta(days=1500))[1]


def test_the_built_in_ladder_is_sound() -> None:
    assert problems_of(BUILT_IN) == []


@pytest.mark.parametrize(
    ("tiers", "words"),
    [
        ((), "at least its base tier"),
        ((Tier("one", "一", "One", 5),), "base tier is missing"),
        ((Tier("one", "一", "One", 0), Tier("two", "二", "Two", 0)), "must rise"),
        ((Tier("one", "一", "One", 0), Tier("two", "", "Two", 5)), "both languages"),
        ((Tier("one", "一", "One", 0), Tier("one", "二", "Two", 5)), "same key"),
        ((Tier("one", "一", "One", 0), Tier("Zwei!", "二", "Two", 5)), "A key is made"),
        ((Tier("one", "一", "One", 0), Tier("two", "二", "Two", -5)), "whole number"),
        ((Tier("one", "一", "One", 0, Perks(makeup_cards=-1)),), "from 0 to"),
        ((Tier("one", "一", "One", 0, Perks(1500)), Tier("two", "二", "Two", 5)), "falls below"),
    ],
)  # fmt: skip
def test_an_unsound_ladder_is_told_why(tiers: tuple[Tier, ...], words: str) -> None:
    found = problems_of(a_ladder(tiers=tiers))
    assert any(words in str(problem.message) for problem in found), found


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
    ],
)
def test_months_end_where_they_end(day: date, months: int, found: date) -> None:
    assert months_before(day, months) == found
