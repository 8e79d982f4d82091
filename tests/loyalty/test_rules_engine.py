"""What each kind of rule does: limits, conditions, waiting, freezing, reversal, campaigns."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.ledger.types import Fund
from app.loyalty import service
from app.loyalty.queries import books
from app.loyalty.types import (
    Award,
    Cap,
    Compare,
    Condition,
    Expiry,
    Lapse,
    Outcome,
    Window,
)
from tests.factories.commerce import an_order
from tests.factories.identity import a_member
from tests.factories.loyalty import a_source, use_rules
from tests.factories.rules import ICY, a_campaign, a_rule, call, daily, freezing
from tests.ledger.book import spend

Counting = Callable[[], AbstractContextManager[list[str]]]
REPLY = "reply.published"
PROOFS = ("loyalty.counters", "loyalty.caps", "loyalty.budgets", "ledger")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def reply(who: MemberRow, **more: Any) -> Award:
    return service.reward(who.id, REPLY, source=a_source("reply"), **more)


def points_of(who: MemberRow) -> int:
    return ledger.balance(who.id).available


def nothing_drifts() -> None:
    drifts = [drift for report in verify.run(PROOFS) for drift in report.drifts]
    assert drifts == []


# --- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "same", "next_"),
    [
        (Window.DAY, timedelta(0), DAY),
        (Window.WEEK, DAY, 7 * DAY),  # the first of September is a Tuesday
        (Window.MONTH, 29 * DAY, 30 * DAY),
        (Window.EVER, 300 * DAY, None),
    ],
)
def test_a_limit_counts_over_its_window_and_begins_anew(
    alice: MemberRow, window: Window, same: timedelta, next_: timedelta | None
) -> None:
    use_rules(a_rule(points=10, caps=(Cap(window, times=1),)))
    reply(alice)

    with clock.frozen(clock.now() + same):
        assert (again := reply(alice)).points == 0
        assert (again.outcome, again.capped) == (Outcome.CAPPED, True)
    if next_ is not None:
        with clock.frozen(clock.now() + next_):
            assert reply(alice).points == 10
    nothing_drifts()


def test_of_two_limits_the_tighter_one_holds(alice: MemberRow) -> None:
    use_rules(a_rule(points=10, caps=(Cap(Window.DAY, 25), Cap(Window.WEEK, times=4))))

    today = [reply(alice).points for _ in range(3)]
    clock.tick(DAY)
    tomorrow = [reply(alice).points for _ in range(3)]

    assert (today, tomorrow) == ([10, 10, 5], [10, 0, 0])


def test_one_person_pays_another_only_so_much(alice: MemberRow, bob: MemberRow) -> None:
    use_rules(a_rule(points=2, pair_cap=Cap(Window.DAY, times=2)))
    carol = a_member("carol")

    from_bob = [reply(alice, other_id=bob.id) for _ in range(3)]
    from_carol = reply(alice, other_id=carol.id)

    assert [award.points for award in from_bob] == [2, 2, 0]
    assert from_bob[2].outcome is Outcome.PAIR_CAPPED
    assert from_carol.points == 2
    nothing_drifts()


def test_a_pause_after_the_last_time(alice: MemberRow) -> None:
    use_rules(a_rule(points=5, cooldown_minutes=30))

    first = reply(alice)
    clock.tick(timedelta(minutes=29))
    soon = reply(alice)
    clock.tick(timedelta(minutes=1))
    later = reply(alice)

    assert (first.points, soon.points, later.points) == (5, 0, 5)
    assert soon.outcome is Outcome.COOLING
    nothing_drifts()


def test_limits_that_come_later_begin_with_what_was_got_already(
    alice: MemberRow, bob: MemberRow
) -> None:
    use_rules(a_rule(points=2))
    for _ in range(2):
        reply(alice, other_id=bob.id)

    use_rules(
        a_rule(
            points=2, pair_cap=Cap(Window.DAY, times=2), cooldown_minutes=5, caps=daily(points=100)
        )
    )
    assert reply(alice, other_id=bob.id).outcome is Outcome.COOLING
    clock.tick(timedelta(minutes=5))
    assert reply(alice, other_id=bob.id).outcome is Outcome.PAIR_CAPPED
    nothing_drifts()


def test_limits_that_go_leave_no_counter_that_drifts(alice: MemberRow, bob: MemberRow) -> None:
    tight = a_rule(
        points=2, pair_cap=Cap(Window.DAY, times=2), cooldown_minutes=5, caps=daily(points=4)
    )
    use_rules(tight)
    reply(alice, other_id=bob.id)

    use_rules(a_rule(points=2))
    assert [reply(alice, other_id=bob.id).points for _ in range(3)] == [2, 2, 2]
    nothing_drifts()
    use_rules(tight)
    clock.tick(timedelta(minutes=6))
    assert reply(alice, other_id=bob.id).points == 0
    nothing_drifts()


# --- conditions ----------------------------------------------------------------------------------


def test_only_the_first_one_of_its_kind(alice: MemberRow) -> None:
    first = Condition("first_time", Compare.IS, value=True)
    use_rules(a_rule(points=50, conditions=(first,)))

    assert [reply(alice).points for _ in range(2)] == [50, 0]


def test_only_for_those_who_have_bought_something(alice: MemberRow, bob: MemberRow) -> None:
    use_rules(a_rule(points=7, conditions=(Condition("verified_buyer", Compare.IS, value=True),)))
    an_order(bob.id)

    assert reply(alice).outcome is Outcome.UNFIT
    assert reply(bob).points == 7


def test_only_for_certain_roles(alice: MemberRow) -> None:
    mentor = a_member("mina", (Role.MENTOR, Role.KOC))
    wanted = Condition("roles", Compare.ANY_OF, ("mentor", "leader"))
    use_rules(a_rule(points=7, conditions=(wanted,)))

    assert (reply(alice).points, reply(mentor).points) == (0, 7)


@pytest.mark.parametrize(
    ("condition", "about", "fits"),
    [
        (Condition("length", Compare.AT_LEAST, 20), {"length": 20}, True),
        (Condition("length", Compare.AT_LEAST, 20), {"length": 19}, False),
        (Condition("length", Compare.AT_LEAST, 20), {}, False),
        (Condition("length", Compare.AT_MOST, 20), {"length": 21}, False),
        (Condition("board", Compare.ANY_OF, (1, 2)), {"board": 2}, True),
        (Condition("board", Compare.NONE_OF, (1, 2)), {"board": 2}, False),
        (Condition("board", Compare.NONE_OF, (1, 2)), {}, True),
        (Condition("tags", Compare.ANY_OF, ("soup",)), {"tags": ("stew", "soup")}, True),
        (Condition("tags", Compare.ANY_OF, ("Soup",)), {"tags": ("stew", "soup")}, True),
        (Condition("tags", Compare.NONE_OF, ("Soup",)), {"tags": ("soup",)}, False),
        (Condition("own_thread", Compare.IS, value=False), {}, True),
        (Condition("own_thread", Compare.IS, value=False), {"own_thread": True}, False),
    ],
)
def test_conditions_on_the_act(
    alice: MemberRow, condition: Condition, about: dict[str, Any], fits: bool
) -> None:
    use_rules(a_rule(points=3, conditions=(condition,)))

    award = reply(alice, about=about)

    assert award.points == (3 if fits else 0)
    assert award.outcome is (Outcome.GIVEN if fits else Outcome.UNFIT)


# --- waiting, lapsing ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "hours"), [(0, 24), (1, 25), (59, 25)], ids=["on the hour", "after it", "before it"]
)
def test_points_wait_their_hours_to_the_full_hour(
    alice: MemberRow, minutes: int, hours: int
) -> None:
    use_rules(a_rule(points=10, settle_hours=24))
    comes = clock.now() + timedelta(hours=hours)
    clock.tick(timedelta(minutes=minutes))

    award = reply(alice)

    assert award.pending_until == comes
    assert ledger.balance(alice.id).pending_by_moment == ((comes, 10, Fund.CONTENT),)
    clock.tick(comes - clock.now() - timedelta(seconds=1))
    assert (points_of(alice), ledger.balance(alice.id).pending) == (0, 10)
    clock.tick(timedelta(seconds=1))
    assert (points_of(alice), ledger.balance(alice.id).pending) == (10, 0)
    assert spend(alice.id, 10).available == 0


def test_hours_are_hours_when_clocks_are_put_back(alice: MemberRow) -> None:
    """A day of 25 hours: 24 hours after noon it is 11 on the clock."""
    use_rules(a_rule(points=10, settle_hours=24))
    clock.set_zone("Europe/Berlin")
    try:
        with clock.frozen(datetime(2026, 10, 24, 10, tzinfo=UTC)):
            award = reply(alice)
            assert award.pending_until == datetime(2026, 10, 25, 10, tzinfo=UTC)
            assert award.pending_until.astimezone(clock.zone()).hour == 11
    finally:
        clock.set_zone("Asia/Shanghai")


def test_points_of_a_short_life_have_a_whole_day_after_their_wait(alice: MemberRow) -> None:
    use_rules(a_rule(points=10, settle_hours=30, expiry=Expiry(Lapse.DAYS, 0)))

    reply(alice)
    clock.tick(2 * DAY)

    assert points_of(alice) == 10
    clock.tick(timedelta(hours=11, minutes=59))
    assert points_of(alice) == 10
    clock.tick(timedelta(minutes=1))
    assert points_of(alice) == 0


def test_what_goes_a_second_before_or_after_its_wait_is_taken_all_the_same(
    alice: MemberRow,
) -> None:
    use_rules(a_rule(points=10, settle_hours=24))
    before, after = a_source("reply"), a_source("reply")
    service.reward(alice.id, REPLY, source=before)
    service.reward(alice.id, REPLY, source=after)

    clock.tick(DAY - timedelta(seconds=1))
    service.take_back(before)
    assert (points_of(alice), ledger.balance(alice.id).pending) == (0, 10)
    clock.tick(timedelta(seconds=2))
    assert (points_of(alice), ledger.balance(alice.id).pending) == (10, 0)
    service.take_back(after)

    assert (points_of(alice), ledger.balance(alice.id).debt) == (0, 0)


def test_what_goes_while_its_points_wait_never_pays(alice: MemberRow) -> None:
    use_rules(a_rule(points=10, settle_hours=24))
    source = a_source("reply")
    service.reward(alice.id, REPLY, source=source)

    service.take_back(source)
    clock.tick(3 * DAY)

    assert ledger.balance(alice.id).pending + points_of(alice) == 0


def test_what_comes_back_goes_on_waiting(alice: MemberRow) -> None:
    use_rules(a_rule(points=10, settle_hours=24))
    source = a_source("reply")
    service.reward(alice.id, REPLY, source=source)

    service.take_back(source)
    service.give_back(source)

    assert (points_of(alice), ledger.balance(alice.id).pending) == (0, 10)
    clock.tick(2 * DAY)
    assert points_of(alice) == 10


@pytest.mark.parametrize(
    ("expiry", "last"),
    [
        (Expiry(), None),
        (Expiry(Lapse.DAYS, 30), date(2026, 10, 1)),
        (Expiry(Lapse.DATE, on=date(2026, 12, 31)), date(2026, 12, 31)),
        (Expiry(Lapse.MONTH_END, 2), date(2026, 11, 30)),
        (Expiry(Lapse.YEAR_END, 1), date(2027, 12, 31)),
    ],
)
def test_points_lapse_as_their_rule_says(
    alice: MemberRow, expiry: Expiry, last: date | None
) -> None:
    use_rules(a_rule(points=10, expiry=expiry))
    reply(alice)

    [line] = ledger.statement(alice.id).items
    assert line.expires_on == last
    if last is not None:
        with clock.frozen(clock.day_end(last)):
            assert points_of(alice) == 0


# --- reversal, freezing --------------------------------------------------------------------------


def test_points_follow_their_cause_and_what_was_spent_is_owed(
    alice: MemberRow, bob: MemberRow
) -> None:
    thread = Ref("thread", 1)
    service.reward(alice.id, "thread.published", source=thread)
    like = Ref("thread_like", 2)
    service.reward(alice.id, "like.received", source=like, other_id=bob.id, cause=thread)

    taken = service.take_back(thread)

    assert (taken.points, points_of(alice)) == ({alice.id: -11}, 0)
    assert service.take_back(thread).points == {}
    assert service.give_back(thread).points == {alice.id: 11}
    assert points_of(alice) == 11
    nothing_drifts()


def test_a_frozen_member_is_paid_when_the_freeze_has_ended(alice: MemberRow) -> None:
    use_rules(a_rule(points=10, caps=daily(points=15)))
    with freezing():
        call(alice.id, ICY)
        waiting = [reply(alice) for _ in range(2)]
        assert [(each.points, each.outcome) for each in waiting] == [
            (10, Outcome.FROZEN),
            (5, Outcome.FROZEN),
        ]
        assert points_of(alice) == 0
        assert service.pay_waiting(alice.id).total == 0
        call(alice.id, "alice")
        assert service.pay_waiting(alice.id).total == 15
        assert service.pay_waiting(alice.id).total == 0
    assert points_of(alice) == 15
    nothing_drifts()


def test_what_went_while_a_member_was_frozen_is_not_paid(alice: MemberRow) -> None:
    use_rules(a_rule(points=10))
    with freezing():
        call(alice.id, ICY)
        source = a_source("reply")
        service.reward(alice.id, REPLY, source=source)
        service.take_back(source)
        call(alice.id, "alice")
        assert service.pay_waiting(alice.id).total == 0
        assert service.give_back(source).total == 10


def test_a_like_that_earns_both_keeps_their_points_apart(alice: MemberRow, bob: MemberRow) -> None:
    use_rules(
        a_rule("like.given", 3, caps=daily(times=5)), a_rule("like.received", 4), a_rule(points=1)
    )
    like, thread = Ref("thread_like", 9), Ref("thread", 1)
    with freezing():
        call(bob.id, ICY)
        for who, action, other in (
            (alice, "like.received", bob),
            (bob, "like.given", alice),
        ):
            service.reward(who.id, action, source=like, other_id=other.id, cause=thread)
        assert (points_of(alice), points_of(bob)) == (4, 0)

        call(bob.id, "bob")
        assert service.pay_waiting(bob.id).points == {bob.id: 3}
        assert service.take_back(thread).points == {alice.id: -4, bob.id: -3}
        call(bob.id, ICY)
        assert service.give_back(thread).points == {alice.id: 4}
    assert (points_of(alice), points_of(bob)) == (4, 0)


def test_a_second_act_about_the_same_thing_is_paid_late_in_full(alice: MemberRow) -> None:
    """What the thing earned before the freeze is not taken for what waited."""
    use_rules(a_rule(points=10), a_rule("review.published", 15))
    source = a_source("reply")
    service.reward(alice.id, REPLY, source=source)
    with freezing():
        call(alice.id, ICY)
        service.reward(alice.id, "review.published", source=source)
        call(alice.id, "alice")
        assert service.pay_waiting(alice.id).total == 15
    assert points_of(alice) == 25


# --- campaigns -----------------------------------------------------------------------------------


def test_the_better_of_two_campaigns_counts_and_never_both(alice: MemberRow) -> None:
    use_rules(
        a_rule(points=10),
        campaigns=[a_campaign("double"), a_campaign("bonus", multiplier=1000, bonus=15)],
    )

    assert reply(alice).points == 25
    nothing_drifts()


def test_a_budget_is_given_to_the_last_point_and_no_further(alice: MemberRow) -> None:
    use_rules(a_rule(points=10), campaigns=[a_campaign(budget=25)])

    assert [reply(alice).points for _ in range(4)] == [20, 20, 15, 10]
    nothing_drifts()


def test_a_campaign_holds_from_its_first_moment_to_before_its_last(alice: MemberRow) -> None:
    start = clock.now() + HOUR
    use_rules(a_rule(points=10), campaigns=[a_campaign(starts_at=start, ends_at=start + HOUR)])

    got = []
    for moment in (start - timedelta(seconds=1), start, start + HOUR - timedelta(seconds=1),
                   start + HOUR):  # fmt: skip
        with clock.frozen(moment):
            got.append(reply(alice).points)
    assert got == [10, 20, 20, 10]


# --- statements ----------------------------------------------------------------------------------

EVALUATES = ("newest", "loyalty_counter")


def test_a_hundred_rules_cost_an_act_three_statements_to_evaluate(
    alice: MemberRow, count_statements: Counting
) -> None:
    """Context, what is used, counting; and as many statements in all as with one rule."""
    costs = []
    for number in (1, 100):
        wide = [
            a_rule(
                f"{REPLY}.r{n}", 1, action=REPLY, caps=(*daily(times=9), Cap(Window.MONTH, 500)),
                conditions=(Condition("length", Compare.AT_LEAST, n),), cooldown_minutes=n % 2,
            )
            for n in range(number)
        ]  # fmt: skip
        book = books.current()
        off = [replace(rule, is_on=False) for rule in book.rules_of(REPLY)]
        use_rules(*off, *wide, campaigns=[a_campaign(f"c{n}") for n in range(number // 10)])
        reply(alice, about={"length": 500})
        clock.tick(timedelta(minutes=2))
        with count_statements() as seen:
            award = reply(alice, about={"length": 500})
        assert award.points >= number
        costs.append((len(seen), sum(any(word in each for word in EVALUATES) for each in seen)))

    assert costs[0] == costs[1]
    assert costs[1][1] <= 3
