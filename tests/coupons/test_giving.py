"""Who gets a code, until when it is good, and what comes back."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from app.coupons import service
from app.coupons.events import CouponGiven, CouponTakenBack
from app.coupons.types import PoolState
from app.identity.types import MemberRow
from app.kernel import clock, goods
from app.kernel.db import db, use_case
from app.kernel.facts import FactRow
from app.kernel.types import Ref
from tests.coupons.pools import a_pool, given, own, standing, stored


def facts_of(name: str) -> int:
    db.session.rollback()
    return db.session.query(FactRow).filter_by(name=name).count()


def test_a_member_gets_the_next_free_code(staff: MemberRow, alice: MemberRow) -> None:
    pool = a_pool(staff)
    first = given(pool, alice)
    coupon = own(alice)
    assert (first.is_new, first.where) == (True, Ref("coupon", coupon.id))
    assert service.secret_of(coupon) == "SECRET0"
    assert standing(pool) == (2, 1, 0, 0)
    assert facts_of(CouponGiven.name) == 1


def test_the_same_giving_again_gives_nothing_more(staff: MemberRow, alice: MemberRow) -> None:
    pool = a_pool(staff)
    first, again = given(pool, alice), given(pool, alice)
    assert again == goods.Given(is_new=False, where=first.where)
    assert standing(pool) == (2, 1, 0, 0)


def test_several_at_once_are_all_given_or_none(staff: MemberRow, alice: MemberRow) -> None:
    pool = a_pool(staff, 3)
    given(pool, alice, "mall:1", count=2)
    with pytest.raises(goods.GoodsGoneError):
        given(pool, alice, "mall:2", count=2)
    assert standing(pool) == (1, 2, 0, 0)


def test_a_refusal_leaves_nothing_behind_in_the_givers_act(
    staff: MemberRow, alice: MemberRow
) -> None:
    """A draw that falls back to another prize goes on in the same transaction."""
    empty, full = a_pool(staff, 0), a_pool(staff, 1)

    @use_case
    def fall_back() -> None:
        with pytest.raises(goods.GoodsGoneError):
            given(empty, alice, "draw:7")
        given(full, alice, "draw:7")

    fall_back()
    assert standing(empty) == (0, 0, 0, 0)
    assert standing(full) == (0, 1, 0, 0)


def test_a_stopped_or_ended_pool_gives_nothing(staff: MemberRow, alice: MemberRow) -> None:
    stopped = a_pool(staff, 1, prefix="A")
    ended = a_pool(staff, 1, prefix="B", ends_on=clock.business_date() - timedelta(days=1))
    service.set_pool_state(staff.id, stopped, PoolState.STOPPED)
    kind = goods.kind_of(goods.Thing("coupon", stopped))
    assert [ref for ref, _label in kind.choices()] == []
    for pool in (stopped, ended):
        assert kind.left(pool) == 0
        with pytest.raises(goods.GoodsGoneError):
            given(pool, alice)
    service.set_pool_state(staff.id, stopped, PoolState.OPEN)
    assert kind.left(stopped) == 1
    assert given(stopped, alice).is_new


def test_an_unknown_pool_is_told_from_an_empty_one(app: Flask, alice: MemberRow) -> None:
    with pytest.raises(goods.UnknownGoodsError):
        given("NOSUCHPOOL000", alice)


@pytest.mark.parametrize(
    ("rules", "until"),
    [
        ({"days": 1}, date(2026, 9, 1)),
        ({"days": 7}, date(2026, 9, 7)),
        ({"ends_on": date(2026, 9, 30)}, date(2026, 9, 30)),
        ({"days": 60, "ends_on": date(2026, 9, 30)}, date(2026, 9, 30)),
        ({"days": 2, "starts_on": date(2026, 9, 10)}, date(2026, 9, 11)),
    ],
)
def test_a_coupon_is_good_to_the_end_of_its_last_day(
    staff: MemberRow, alice: MemberRow, rules: dict[str, Any], until: date
) -> None:
    pool = a_pool(staff, 1, **rules)
    given(pool, alice)
    assert own(alice).until_at == clock.day_end(until)


def test_changed_days_hold_for_later_coupons_only(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    from tests.coupons.pools import a_draft

    pool = a_pool(staff, 2, days=7)
    given(pool, alice)
    service.change_pool(staff.id, pool, a_draft(days=30))
    given(pool, bob, "mall:2")
    assert own(alice).until_at == clock.day_end(date(2026, 9, 7))
    assert own(bob).until_at == clock.day_end(date(2026, 9, 30))


# --- the way back --------------------------------------------------------------------------------


def test_a_code_nobody_saw_goes_back_and_is_given_again(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    pool = a_pool(staff, 1)
    given(pool, alice)
    assert goods.take_back("coupon", "mall:1")
    assert goods.take_back("coupon", "mall:1")
    assert standing(pool) == (1, 0, 0, 0)
    assert given(pool, bob, "mall:2").is_new
    assert service.secret_of(own(bob)) == "SECRET0"
    assert given(pool, alice) == goods.Given(is_new=False, where=None)
    assert facts_of(CouponTakenBack.name) == 1


def test_a_code_that_was_seen_is_void_for_ever(staff: MemberRow, alice: MemberRow) -> None:
    pool = a_pool(staff, 1)
    given(pool, alice)
    service.show(alice.id, own(alice).code)
    assert goods.take_back("coupon", "mall:1")
    assert standing(pool) == (0, 0, 0, 1)
    with pytest.raises(goods.GoodsGoneError):
        given(pool, alice, "mall:2")


def test_where_one_was_used_all_stay(staff: MemberRow, alice: MemberRow) -> None:
    pool = a_pool(staff, 2)
    given(pool, alice, count=2)
    from app.coupons import queries

    service.mark_used(alice.id, queries.usable_coupons(alice.id).items[0].code)
    assert not goods.take_back("coupon", "mall:1")
    assert standing(pool) == (0, 1, 1, 0)


def test_a_giving_that_never_was_is_not_taken_back(app: Flask) -> None:
    assert not goods.take_back("coupon", "mall:404")


# --- secrets -------------------------------------------------------------------------------------


def test_codes_are_sealed_where_they_lie(staff: MemberRow) -> None:
    a_pool(staff, 2)
    assert len(stored()) == 2
    assert not any("SECRET" in each for each in stored())


def test_the_team_gives_one_with_a_reason_once(staff: MemberRow, alice: MemberRow) -> None:
    pool = a_pool(staff, 2)
    for _ in range(2):
        service.give_one(staff.id, pool, alice.yid, "sorry for the cold broth", "k" * 20)
    assert own(alice).note == "sorry for the cold broth"
    assert standing(pool) == (1, 1, 0, 0)
    with pytest.raises(service.NoSuchMemberError):
        service.give_one(staff.id, pool, "nobody", "why", "l" * 20)
