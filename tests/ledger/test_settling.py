"""Holds resolve once; reversals restore exactly; what was clawed back and spent becomes debt."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.kernel import clock
from app.kernel.types import Ref
from app.ledger import queries, service
from app.ledger.service.keys import fingerprint, fingerprint_of
from app.ledger.types import (
    BY_DAY,
    NEVER,
    Book,
    Capture,
    Claw,
    Earn,
    FrozenWalletError,
    Fund,
    HoldExceededError,
    HoldResolvedError,
    InsufficientPointsError,
    NoSuchTransactionError,
    NotReversibleError,
    OverReversedError,
    Part,
    Reason,
    Release,
    Reverse,
)
from tests.ledger.book import (
    adjust,
    assert_sound,
    buckets,
    capture,
    claw,
    dump,
    earn,
    hold,
    in_days,
    lots,
    refused,
    release,
    reverse,
    spend,
)

ANNA = 101
ORDER = Ref("order", 7)


# --- holds ---------------------------------------------------------------------------------------


def test_held_points_cannot_be_spent_by_anything_else(app: Flask) -> None:
    earn(ANNA, 10)
    held = hold(ANNA, 8)
    assert (held.points, held.available) == (0, 2)
    assert buckets(ANNA) == (0, 2, 8, 0)
    with pytest.raises(InsufficientPointsError):
        spend(ANNA, 3)
    assert_sound()


def test_a_capture_spends_the_hold(app: Flask) -> None:
    earn(ANNA, 10)
    held = hold(ANNA, 8)
    assert capture(held.txn_id).points == -8
    assert buckets(ANNA) == (0, 2, 0, 0)
    assert_sound()


def test_a_partial_capture_gives_the_rest_back(app: Flask) -> None:
    earn(ANNA, 5, expires_on=in_days(10))
    earn(ANNA, 5)
    held = hold(ANNA, 8)
    assert capture(held.txn_id, 6).points == -6
    assert [(expires, left, pinned) for expires, _, _, left, pinned in lots(ANNA)] == [
        (NEVER, 4, 0)
    ]
    assert_sound()


def test_a_release_gives_everything_back_to_its_lots(app: Flask) -> None:
    earn(ANNA, 5, expires_on=in_days(10))
    earn(ANNA, 5)
    before = lots(ANNA)
    held = hold(ANNA, 8)
    release(held.txn_id)
    assert lots(ANNA) == before
    assert_sound()


def test_what_lapsed_while_it_was_held_comes_back_with_days_of_grace(app: Flask) -> None:
    earn(ANNA, 4, expires_on=in_days(1))
    earn(ANNA, 6)
    held = hold(ANNA, 8, expires_at=clock.now() + timedelta(days=9)).txn_id
    clock.tick(timedelta(days=3))
    done = release(held, grace_days=7)
    assert done.points == 0
    assert buckets(ANNA) == (0, 10, 0, 0)
    assert {(fund, expires, left) for expires, _, fund, left, _pinned in lots(ANNA) if left} == {
        (Fund.RESTORED, in_days(7), 4), (Fund.ORDER, NEVER, 6),
    }  # fmt: skip
    assert_sound()
    clock.tick(timedelta(days=8))
    service.expire_due()
    assert buckets(ANNA) == (0, 6, 0, 0)
    assert_sound()


def test_the_clock_gives_grace_to_what_nobody_settled(app: Flask) -> None:
    earn(ANNA, 4, expires_on=in_days(1))
    hold(ANNA, 4, expires_at=clock.now() + timedelta(days=2))
    clock.tick(timedelta(days=3))
    assert service.release_expired_holds() == 1
    assert buckets(ANNA) == (0, 4, 0, 0)
    assert_sound()


def test_a_release_is_known_again_as_it_was_before_there_was_grace(app: Flask) -> None:
    plain = Release(hold_id=7, scope="redeem", key="1")
    before = fingerprint("Release", None, None, None, None, 7, Reason.RELEASED)
    assert fingerprint_of(plain) == before
    assert fingerprint_of(replace(plain, grace_days=0)) != before


def test_a_hold_is_settled_at_most_once(app: Flask) -> None:
    earn(ANNA, 10)
    held = hold(ANNA, 8).txn_id
    first = service.post(Capture(hold_id=held, points=5, scope="redeem", key="1"))
    before = dump()
    for again in (
        Capture(hold_id=held, points=3, scope="redeem", key="2"),
        Release(hold_id=held, scope="redeem", key="3"),
    ):
        with pytest.raises(HoldResolvedError):
            service.post(again)
    repeated = service.post(Capture(hold_id=held, points=5, scope="redeem", key="1"))
    assert (repeated.txn_id, repeated.is_new) == (first.txn_id, False)
    assert dump() == before


def test_no_more_is_captured_than_was_held(app: Flask) -> None:
    earn(ANNA, 10)
    held = hold(ANNA, 4).txn_id
    with pytest.raises(HoldExceededError):
        capture(held, 5)
    with pytest.raises(NoSuchTransactionError):
        capture(held + 1)
    assert_sound()


def test_a_hold_past_its_time_is_not_captured_but_released_by_the_sweep(app: Flask) -> None:
    earn(ANNA, 10)
    held = hold(ANNA, 4, expires_at=clock.now() + timedelta(minutes=5)).txn_id
    assert service.release_expired_holds() == 0
    clock.tick(timedelta(minutes=5))
    with pytest.raises(HoldResolvedError):
        capture(held)
    assert service.release_expired_holds() == 1
    assert service.release_expired_holds() == 0
    assert buckets(ANNA) == (0, 10, 0, 0)
    assert queries.statement(ANNA).items[0].reason == Reason.HOLD_EXPIRED
    assert_sound()


def test_points_that_lapse_while_held_may_be_captured_but_not_returned(app: Flask) -> None:
    earn(ANNA, 10, expires_on=in_days(1))
    first = hold(ANNA, 4, expires_at=clock.now() + timedelta(days=9)).txn_id
    second = hold(ANNA, 6, expires_at=clock.now() + timedelta(days=9)).txn_id
    clock.tick(timedelta(days=3))
    assert capture(first).points == -4
    assert release(second).points == -6
    assert buckets(ANNA) == (0, 0, 0, 0)
    assert_sound()


def test_a_frozen_member_gets_points_back_but_spends_none(app: Flask) -> None:
    earn(ANNA, 10)
    held = hold(ANNA, 4).txn_id
    service.freeze(ANNA)
    with pytest.raises(FrozenWalletError):
        capture(held)
    assert release(held).available == 10


def test_open_holds_are_listed_with_their_reason(app: Flask) -> None:
    earn(ANNA, 10)
    held = hold(ANNA, 4, source=Ref("redemption", 3))
    capture(hold(ANNA, 2).txn_id)
    (line,) = queries.open_holds(ANNA)
    assert (line.id, line.amount, line.reason, line.source) == (
        held.txn_id,
        4,
        "reward.reserved",
        Ref("redemption", 3),
    )


# --- reversals -----------------------------------------------------------------------------------


def test_a_reversed_spend_returns_to_the_very_lots(app: Flask) -> None:
    earn(ANNA, 5, expires_on=in_days(10))
    earn(ANNA, 5, expires_on=in_days(20), fund=Fund.CONTENT)
    earn(ANNA, 5)
    before = lots(ANNA)
    spent = spend(ANNA, 12)
    assert reverse(spent.txn_id).points == 12
    assert lots(ANNA) == before
    assert_sound()


@pytest.mark.parametrize("part", [1, 4, 6, 11])
def test_spending_ten_and_reversing_some_equals_spending_less(app: Flask, part: int) -> None:
    for member_id in (ANNA, ANNA + 1):
        earn(member_id, 5, expires_on=in_days(10))
        earn(member_id, 4, expires_on=in_days(20), fund=Fund.CONTENT)
        earn(member_id, 5)
    spent = spend(ANNA, 12)
    reverse(spent.txn_id, part)
    spend(ANNA + 1, 12 - part)
    assert lots(ANNA) == lots(ANNA + 1)
    assert_sound()


def test_reversals_never_exceed_the_original(app: Flask) -> None:
    earn(ANNA, 20)
    spent = spend(ANNA, 12).txn_id
    assert reverse(spent, 5).points == 5
    assert refused(Reverse(txn_id=spent, points=8, scope="t", key="a"))
    assert reverse(spent).points == 7
    assert refused(Reverse(txn_id=spent, scope="t", key="b"))
    with pytest.raises(OverReversedError):
        reverse(spent, 1)
    assert_sound()


def test_a_reversal_is_not_reversed_through_its_parent(app: Flask) -> None:
    earn(ANNA, 20)
    spent = spend(ANNA, 12).txn_id
    undone = reverse(spent).txn_id
    with pytest.raises(NotReversibleError):
        reverse(undone)
    for kind in (hold(ANNA, 3), release(hold(ANNA, 3).txn_id)):
        with pytest.raises(NotReversibleError):
            reverse(kind.txn_id)
    with pytest.raises(NoSuchTransactionError):
        reverse(1)


def test_what_lapsed_meanwhile_returns_with_days_of_grace(app: Flask) -> None:
    earn(ANNA, 5, expires_on=in_days(1))
    earn(ANNA, 5)
    spent = spend(ANNA, 8).txn_id
    clock.tick(timedelta(days=3))
    service.post(Reverse(txn_id=spent, grace_days=10, scope="t", key="1"))
    assert lots(ANNA) == [
        (in_days(10), BY_DAY, Fund.RESTORED, 5, 0),
        (NEVER, BY_DAY, Fund.ORDER, 5, 0),
    ]
    assert_sound()


def test_a_captured_hold_can_be_reversed_in_part(app: Flask) -> None:
    earn(ANNA, 20, expires_on=in_days(5))
    earn(ANNA, 20)
    taken = capture(hold(ANNA, 30).txn_id, 25).txn_id
    reverse(taken, 10)
    assert [(expires, left) for expires, _, _, left, _ in lots(ANNA)] == [
        (in_days(5), 5),
        (NEVER, 20),
    ]
    reverse(taken)
    assert buckets(ANNA) == (0, 40, 0, 0)
    assert_sound()


def test_a_reversed_earning_takes_points_and_growth_back(app: Flask) -> None:
    earned = earn(ANNA, 10, 10, matures_on=in_days(5)).txn_id
    earn(ANNA, 5)
    undone = reverse(earned)
    assert (undone.points, undone.growth) == (-10, -10)
    assert buckets(ANNA) == (0, 5, 0, 0)
    assert buckets(ANNA, Book.GROWTH) == (0, 0, 0, 0)
    assert queries.statement(ANNA).items[0].reverses_txn == earned
    assert_sound()


def test_an_earning_reversed_after_it_was_spent_leaves_debt(app: Flask) -> None:
    earned = earn(ANNA, 10).txn_id
    spend(ANNA, 7)
    reverse(earned)
    assert buckets(ANNA) == (0, 0, 0, 7)
    assert earn(ANNA, 5).available == 0
    assert buckets(ANNA) == (0, 0, 0, 2)
    assert earn(ANNA, 5).available == 3
    assert_sound()


def test_a_reversed_adjustment_restores_both_directions(app: Flask) -> None:
    earn(ANNA, 10, 10, expires_on=in_days(9))
    before = (lots(ANNA), buckets(ANNA, Book.GROWTH))
    down = adjust(ANNA, points=-4, growth=-3)
    reverse(down.txn_id)
    assert (lots(ANNA), buckets(ANNA, Book.GROWTH)) == before
    up = adjust(ANNA, points=4, growth=3)
    reverse(up.txn_id)
    assert (lots(ANNA), buckets(ANNA, Book.GROWTH)) == before
    assert_sound()


# --- claws ---------------------------------------------------------------------------------------


def test_a_claw_takes_its_own_pending_points_first(app: Flask) -> None:
    earn(ANNA, 10, matures_on=in_days(5), source=ORDER)
    earn(ANNA, 10, source=Ref("order", 8))
    claw(ANNA, ORDER, 6)
    assert buckets(ANNA) == (4, 10, 0, 0)
    assert_sound()


def test_a_claw_leaves_other_orders_pending_points_alone(app: Flask) -> None:
    earn(ANNA, 10, source=ORDER)
    earn(ANNA, 10, matures_on=in_days(5), source=Ref("order", 8))
    spend(ANNA, 10)
    claw(ANNA, ORDER, 10)
    assert buckets(ANNA) == (10, 0, 0, 10)
    clock.tick(timedelta(days=5))
    service.mature_due()
    assert buckets(ANNA) == (0, 0, 0, 0)
    assert_sound()


def test_a_claw_takes_the_same_fund_before_others(app: Flask) -> None:
    earn(ANNA, 10, fund=Fund.CONTENT, expires_on=in_days(3))
    earn(ANNA, 10, source=ORDER)
    earn(ANNA, 10, source=Ref("order", 8), expires_on=in_days(30))
    spend(ANNA, 10)  # the content points
    earn(ANNA, 4, fund=Fund.CONTENT, expires_on=in_days(3))
    claw(ANNA, ORDER, 10)
    assert lots(ANNA) == [
        (in_days(3), BY_DAY, Fund.CONTENT, 4, 0),
        (in_days(30), BY_DAY, Fund.ORDER, 10, 0),
    ]
    assert_sound()


def test_a_claw_beyond_everything_becomes_debt_that_the_next_earning_pays(app: Flask) -> None:
    earn(ANNA, 10, 10, source=ORDER)
    spend(ANNA, 8)
    taken = claw(ANNA, ORDER, 10, 10)
    assert (taken.points, taken.growth) == (-10, -10)
    assert buckets(ANNA) == (0, 0, 0, 8)
    assert queries.balance(ANNA).debt == 8
    earn(ANNA, 3)
    assert buckets(ANNA) == (0, 0, 0, 5)
    reverse(spend_like_refund(), 6)
    assert buckets(ANNA) == (0, 1, 0, 0)
    assert_sound()


def spend_like_refund() -> int:
    """The transaction in which Anna spent 8 points."""
    return next(line.txn_id for line in queries.statement(ANNA).items if line.kind == "spend")


def test_no_more_is_clawed_than_the_source_earned(app: Flask) -> None:
    earn(ANNA, 10, 4, source=ORDER)
    earn(ANNA, 50)
    claw(ANNA, ORDER, 6)
    before = dump()
    for points, growth in ((5, 0), (0, 5)):
        with pytest.raises(OverReversedError):
            claw(ANNA, ORDER, points, growth)
    with pytest.raises(OverReversedError):
        claw(ANNA, Ref("order", 99), 1)
    assert dump() == before
    claw(ANNA, ORDER, 4, 4)
    assert queries.earned_by_sources("order", [7, 99]) == {}
    assert_sound()


def test_only_who_earned_from_a_source_loses_by_it(app: Flask) -> None:
    earn(ANNA, 10, source=ORDER)
    earn(ANNA + 1, 10)
    before = dump()
    for other in (ANNA + 1, ANNA + 2):
        with pytest.raises(OverReversedError):
            claw(other, ORDER, 1)
    assert dump() == before
    service.merge(ANNA, ANNA + 1, key="1")
    assert claw(ANNA + 1, ORDER, 4).points == -4
    service.unmerge(ANNA, key="2")
    with pytest.raises(OverReversedError):
        claw(ANNA + 1, ORDER, 1)
    assert claw(ANNA, ORDER, 6).points == -6
    assert_sound()


def test_what_was_clawed_cannot_be_reversed_too(app: Flask) -> None:
    earned = earn(ANNA, 10, 10, source=ORDER).txn_id
    claw(ANNA, ORDER, 7, 7)
    assert refused(Reverse(txn_id=earned, points=4, scope="t", key="1"))
    undone = reverse(earned)
    assert (undone.points, undone.growth) == (-3, -3)
    assert_sound()


def test_a_claw_names_its_source() -> None:
    with pytest.raises(ValueError, match="names the source"):
        Claw(member_id=1, fund=Fund.ORDER, points=1, scope="s", key="k")


def test_an_order_earns_and_loses_in_steps_and_ends_where_it_should(app: Flask) -> None:
    earn(ANNA, 70, source=ORDER, matures_on=in_days(7))
    claw(ANNA, ORDER, 20)
    service.post(
        Earn(
            member_id=ANNA,
            parts=(Part("order.paid", 5, fund=Fund.ORDER, matures_on=in_days(7)),),
            source=ORDER,
            scope="t",
            key="more",
        )
    )
    assert buckets(ANNA) == (55, 0, 0, 0)
    assert queries.earned_by_sources("order", [7]) == {7: 55}
    clock.tick(timedelta(days=8))
    claw(ANNA, ORDER, 55)
    assert buckets(ANNA) == (0, 0, 0, 0)
    assert_sound()
