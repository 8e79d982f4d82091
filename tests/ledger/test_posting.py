"""Earning, spending, expiring, maturing: what a command does to buckets and lots."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from app.kernel import clock
from app.kernel.db import use_case
from app.kernel.errors import ConflictError
from app.kernel.types import Ref
from app.ledger import queries, service
from app.ledger.types import (
    BY_DAY,
    NEVER,
    Adjust,
    Book,
    Earn,
    FrozenWalletError,
    Fund,
    Hold,
    IdempotencyConflictError,
    InsufficientPointsError,
    Part,
    Spend,
)
from tests.ledger.book import (
    adjust,
    assert_sound,
    buckets,
    dump,
    earn,
    earning,
    in_days,
    lots,
    spend,
)

ANNA, BEN = 101, 202


def test_earned_points_are_available_at_once(app: Flask) -> None:
    posted = earn(ANNA, 35, 20)
    assert (posted.points, posted.growth, posted.available, posted.pending) == (35, 20, 35, 0)
    assert buckets(ANNA) == (0, 35, 0, 0)
    assert buckets(ANNA, Book.GROWTH) == (0, 20, 0, 0)
    assert_sound()


def test_who_is_wrong_about_a_new_command_posts_nothing(app: Flask) -> None:
    part = Part("checkin.daily", 10, 10, fund=Fund.CHECKIN)
    again = Earn(member_id=ANNA, parts=(part,), scope="checkin", key="1:2026-09-01")
    assert service.post_many([again], are_new=True)[0].is_new
    with pytest.raises(ConflictError):
        service.post_many([again], are_new=True)
    assert service.post(again).is_new is False
    assert buckets(ANNA) == (0, 10, 0, 0)
    assert_sound()


def test_one_act_earns_all_its_parts_in_one_transaction(app: Flask) -> None:
    parts = (
        Part("checkin.daily", 10, 10, fund=Fund.CHECKIN),
        Part("checkin.milestone", 30, 0, fund=Fund.CHECKIN),
    )
    posted = service.post(Earn(member_id=ANNA, parts=parts, scope="checkin", key="1:2026-09-01"))
    assert (posted.points, posted.growth) == (40, 10)
    line = queries.statement(ANNA).items[0]
    assert [(part.reason, part.amount) for part in line.parts] == [
        ("checkin.daily", 10),
        ("checkin.milestone", 30),
    ]
    assert len(lots(ANNA)) == 1
    assert_sound()


def test_points_are_spent_first_expiring_first(app: Flask) -> None:
    earn(ANNA, 10, expires_on=in_days(90))
    earn(ANNA, 10, expires_on=in_days(30), fund=Fund.CONTENT)
    earn(ANNA, 10)
    spend(ANNA, 15)
    assert [(expires, left) for expires, _, _, left, _ in lots(ANNA)] == [
        (in_days(90), 5),
        (NEVER, 10),
    ]
    assert_sound()


def test_too_few_points_are_refused_and_nothing_changes(app: Flask) -> None:
    earn(ANNA, 10)
    before = dump()
    with pytest.raises(InsufficientPointsError) as refusal:
        spend(ANNA, 11)
    assert (refusal.value.needed, refusal.value.available) == (11, 10)
    with pytest.raises(InsufficientPointsError):
        spend(BEN, 1)
    assert dump() == before


def test_a_refusal_inside_a_longer_use_case_changes_nothing_either(app: Flask) -> None:
    earn(ANNA, 10)
    before = dump()

    @use_case
    def try_and_go_on() -> str:
        try:
            spend(ANNA, 11)
        except InsufficientPointsError:
            return "went on"
        return "spent"

    assert try_and_go_on() == "went on"
    assert dump() == before
    assert_sound()


def test_lapsed_points_cannot_be_spent_though_no_sweep_ran(app: Flask) -> None:
    earn(ANNA, 10, expires_on=in_days(0))
    earn(ANNA, 5)
    assert spend(ANNA, 1).available == 14
    clock.tick(timedelta(days=1))
    with pytest.raises(InsufficientPointsError):
        spend(ANNA, 6)
    assert spend(ANNA, 5).available == 0
    assert [line.kind for line in queries.statement(ANNA).items] == [
        "spend",
        "expire",
        "spend",
        "earn",
        "earn",
    ]
    assert_sound()


def test_the_last_day_is_the_brands_day(app: Flask) -> None:
    earn(ANNA, 10, expires_on=in_days(0))
    clock.tick(timedelta(hours=11, minutes=59))  # 23:59 in Shanghai
    assert spend(ANNA, 1).available == 9
    clock.tick(timedelta(minutes=1))
    assert queries.balance(ANNA).available == 0


def test_pending_points_become_spendable_on_their_day_without_a_sweep(app: Flask) -> None:
    earn(ANNA, 10, matures_on=in_days(7))
    assert buckets(ANNA) == (10, 0, 0, 0)
    with pytest.raises(InsufficientPointsError):
        spend(ANNA, 1)
    clock.tick(timedelta(days=7))
    assert queries.balance(ANNA).available == 10
    assert spend(ANNA, 10).available == 0
    assert_sound()


def test_a_day_that_has_come_gives_available_points(app: Flask) -> None:
    earn(ANNA, 10, matures_on=in_days(0))
    earn(ANNA, 10, matures_on=in_days(-30))
    assert buckets(ANNA) == (0, 20, 0, 0)
    assert [matures for _, matures, _, _, _ in lots(ANNA)] == [BY_DAY]


def test_sweeps_mature_and_expire_once(app: Flask) -> None:
    for member_id in range(1, 8):
        earn(member_id, 10, matures_on=in_days(2), expires_on=in_days(20))
    clock.tick(timedelta(days=2))
    assert [service.mature_due(limit=5) for _ in range(3)] == [5, 2, 0]
    assert buckets(3) == (0, 10, 0, 0)
    assert service.expire_due() == 0
    clock.tick(timedelta(days=19))
    assert [service.expire_due(limit=5) for _ in range(3)] == [5, 2, 0]
    assert buckets(3) == (0, 0, 0, 0)
    assert_sound()


def test_many_orders_leave_few_lots(app: Flask) -> None:
    for day in range(1, 6):
        earn(ANNA, 10, matures_on=in_days(day))
    assert len(lots(ANNA)) == 5
    clock.tick(timedelta(days=9))
    service.mature_due()
    assert [(left, held) for *_, left, held in lots(ANNA)] == [(50, 0)]
    assert_sound()


def test_pending_points_that_lapse_before_they_mature_expire(app: Flask) -> None:
    earn(ANNA, 10, matures_on=in_days(2), expires_on=in_days(3))
    clock.tick(timedelta(days=5))
    assert queries.balance(ANNA) == queries.Balance()
    service.mature_due()
    assert buckets(ANNA) == (0, 0, 0, 0)
    assert_sound()


def test_the_same_command_again_returns_the_first_result(app: Flask) -> None:
    command = earning(ANNA, 35, 20, source=Ref("order", 7))
    first = service.post(command)
    spend(ANNA, 30)
    before = dump()
    again = service.post(command)
    assert (first.is_new, again.is_new) == (True, False)
    assert (again.txn_id, again.points, again.growth) == (first.txn_id, 35, 20)
    assert (again.available, again.pending) == (first.available, first.pending)
    assert dump() == before


def test_the_same_key_for_something_else_is_refused(app: Flask) -> None:
    service.post(earning(ANNA, 35, scope="order", key="7"))
    before = dump()
    for other in (
        earning(ANNA, 36, scope="order", key="7"),
        earning(BEN, 35, scope="order", key="7"),
        earning(ANNA, 35, scope="order", key="7", fund=Fund.GIFT),
        Spend(member_id=ANNA, points=35, reason="x", scope="order", key="7"),
    ):
        with pytest.raises(IdempotencyConflictError):
            service.post(other)
    assert dump() == before
    assert service.post(earning(ANNA, 35, scope="other", key="7")).is_new


def test_a_frozen_wallet_earns_but_does_not_spend(app: Flask) -> None:
    earn(ANNA, 10)
    assert service.freeze(ANNA)
    assert not service.freeze(ANNA)
    with pytest.raises(FrozenWalletError):
        spend(ANNA, 1)
    with pytest.raises(FrozenWalletError):
        service.post(
            Hold(
                member_id=ANNA,
                points=1,
                reason="x",
                expires_at=clock.now(),
                scope="t",
                key="h",
            )
        )
    assert earn(ANNA, 5).available == 15
    assert service.unfreeze(ANNA)
    assert spend(ANNA, 15).available == 0
    assert_sound()


def test_adjustments_go_up_and_down_but_never_below_zero(app: Flask) -> None:
    assert adjust(ANNA, points=20, growth=5).points == 20
    assert adjust(ANNA, points=-15, growth=2).available == 5
    before = dump()
    for wrong in (
        Adjust(member_id=ANNA, points=-6, scope="t", key="a"),
        Adjust(member_id=ANNA, growth=-8, scope="t", key="b"),
        Adjust(member_id=BEN, points=-1, scope="t", key="c"),
    ):
        with pytest.raises(InsufficientPointsError):
            service.post(wrong)
    assert dump() == before
    assert buckets(ANNA, Book.GROWTH) == (0, 7, 0, 0)
    assert_sound()


def test_locking_wallets_makes_them_and_moves_nothing(app: Flask) -> None:
    service.lock_wallets([BEN, ANNA])
    before = dump()
    service.lock_wallets([ANNA, BEN])
    assert dump() == before
    assert before.count("wallet [") == 4
    assert_sound()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Part("x", 0, 0, fund=Fund.ORDER),
        lambda: Part("x", -1, fund=Fund.ORDER),
        lambda: Part("", 1, fund=Fund.ORDER),
        lambda: Part("x", 1, fund=Fund.ORDER, matures_on=in_days(2), expires_on=in_days(1)),
        lambda: Earn(member_id=1, parts=(), scope="s", key="k"),
        lambda: Spend(member_id=1, points=0, reason="x", scope="s", key="k"),
        lambda: Spend(member_id=1, points=1, reason="x", scope="", key="k"),
        lambda: Spend(member_id=1, points=1, reason="x", scope="s", key="k" * 129),
        lambda: Adjust(member_id=1, scope="s", key="k"),
    ],
)
def test_nonsense_cannot_even_be_said(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"must|needs|expires"):
        make()


def test_points_that_have_lapsed_are_not_issued(app: Flask) -> None:
    with pytest.raises(ValueError, match="can't be issued"):
        earn(ANNA, 1, expires_on=in_days(-1))


def test_an_act_in_both_books_takes_few_statements(
    app: Flask, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    earn(ANNA, 10, 10)
    with count_statements() as seen:
        earn(ANNA, 10, 10)
    assert len(seen) <= 9, seen
    with count_statements() as seen:
        spend(ANNA, 10)
    assert len(seen) <= 9, seen


def test_five_hundred_postings_take_no_more_statements_than_one(
    app: Flask, count_statements: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    commands = [earning(member_id, 10, 10) for member_id in range(1, 501)]
    with count_statements() as seen:
        service.post_many(commands)
    assert len(seen) <= 11, seen
    assert_sound()


def test_points_mature_into_a_lot_that_has_lapsed_and_is_empty(app: Flask) -> None:
    """Nobody looked from the day they matured until after the day they lapsed."""
    earn(ANNA, 10, expires_on=in_days(3))
    spend(ANNA, 10)
    earn(ANNA, 5, matures_on=in_days(2), expires_on=in_days(3))
    clock.tick(timedelta(days=5))
    earn(ANNA, 1)
    assert buckets(ANNA) == (0, 1, 0, 0)
    assert_sound()
