"""Merge lot by lot; part again with everything as it was."""

from datetime import timedelta

import pytest
from flask import Flask

from app.kernel import clock
from app.kernel.types import Ref
from app.ledger import queries, service
from app.ledger.types import (
    BY_DAY,
    Book,
    FrozenWalletError,
    Fund,
    IdempotencyConflictError,
    MergeError,
    OverReversedError,
)
from tests.ledger.book import (
    assert_sound,
    buckets,
    capture,
    claw,
    dump,
    earn,
    hold,
    in_days,
    lots,
    release,
    reverse,
    spend,
)

ANNA, BEN, CLEO, DORA = 101, 202, 303, 404
ORDER = Ref("order", 7)


def furnish() -> None:
    """Anna has pending, expiring, held and lasting points; Ben has some of the same lots."""
    earn(ANNA, 20, 20, expires_on=in_days(30))
    earn(ANNA, 10, matures_on=in_days(7))
    earn(ANNA, 5, fund=Fund.CONTENT, expires_on=in_days(60))
    hold(ANNA, 12, expires_at=clock.now() + timedelta(days=3))
    earn(BEN, 7, 7, expires_on=in_days(30))
    earn(BEN, 3, matures_on=in_days(7))


def everything(*members: int) -> list[object]:
    return [(lots(member), buckets(member), buckets(member, Book.GROWTH)) for member in members]


def test_a_merge_carries_every_lot_and_closes_the_source(app: Flask) -> None:
    furnish()
    service.merge(ANNA, BEN, key="1")
    assert everything(ANNA) == [([], (0, 0, 0, 0), (0, 0, 0, 0))]
    assert buckets(BEN) == (13, 20, 12, 0)
    assert buckets(BEN, Book.GROWTH) == (0, 27, 0, 0)
    assert (in_days(30), BY_DAY, Fund.ORDER, 15, 12) in lots(BEN)
    assert queries.balance(ANNA).status == "closed"
    assert_sound()


def test_later_commands_for_the_source_reach_the_target(app: Flask) -> None:
    earn(ANNA, 10, source=ORDER)
    spent = spend(ANNA, 4).txn_id
    service.merge(ANNA, BEN, key="1")
    assert earn(ANNA, 5).available == 11
    assert spend(ANNA, 1).available == 10
    assert reverse(spent).available == 14
    assert claw(ANNA, ORDER, 10).available == 4
    assert buckets(BEN) == (0, 4, 0, 0)
    assert_sound()


def test_parting_puts_everything_back(app: Flask) -> None:
    furnish()
    before = everything(ANNA, BEN)
    service.merge(ANNA, BEN, key="1")
    service.unmerge(ANNA, key="2")
    assert everything(ANNA, BEN) == before
    assert [hold.amount for hold in queries.open_holds(ANNA)] == [12]
    capture(queries.open_holds(ANNA)[0].id)
    assert_sound()


def test_parting_puts_debts_back_that_the_merge_had_settled(app: Flask) -> None:
    earn(ANNA, 30, source=ORDER, expires_on=in_days(9))
    spend(ANNA, 20)
    claw(ANNA, ORDER, 25)  # Anna owes 15
    earn(BEN, 10, expires_on=in_days(5))
    earn(BEN, 10)
    before = everything(ANNA, BEN)
    service.merge(ANNA, BEN, key="1")
    assert buckets(BEN) == (0, 5, 0, 0)
    service.unmerge(ANNA, key="2")
    assert everything(ANNA, BEN) == before
    assert_sound()


def test_a_target_in_debt_is_paid_by_what_arrives_and_owes_again_after_parting(
    app: Flask,
) -> None:
    earn(BEN, 10, source=ORDER)
    spend(BEN, 10)
    claw(BEN, ORDER, 10)
    earn(ANNA, 25, 5, expires_on=in_days(5))
    before = everything(ANNA, BEN)
    service.merge(ANNA, BEN, key="1")
    assert buckets(BEN) == (0, 15, 0, 0)
    service.unmerge(ANNA, key="2")
    assert everything(ANNA, BEN) == before
    assert_sound()


def test_points_spent_meanwhile_become_the_targets_debt(app: Flask) -> None:
    earn(ANNA, 20, expires_on=in_days(5))
    earn(BEN, 7)
    service.merge(ANNA, BEN, key="1")
    spend(BEN, 25)
    service.unmerge(ANNA, key="2")
    assert buckets(ANNA) == (0, 20, 0, 0)
    assert buckets(BEN) == (0, 0, 0, 18)
    assert_sound()


def test_points_of_other_lots_pay_before_debt_arises(app: Flask) -> None:
    earn(ANNA, 20, expires_on=in_days(5))
    earn(BEN, 30, fund=Fund.CONTENT)
    service.merge(ANNA, BEN, key="1")
    spend(BEN, 20)  # Anna's, they expire first
    service.unmerge(ANNA, key="2")
    assert lots(ANNA) == [(in_days(5), BY_DAY, Fund.ORDER, 20, 0)]
    assert buckets(BEN) == (0, 10, 0, 0)
    assert_sound()


def test_what_lapsed_meanwhile_stays_lapsed_and_costs_nobody(app: Flask) -> None:
    earn(ANNA, 20, expires_on=in_days(5))
    earn(ANNA, 5)
    earn(BEN, 7)
    service.merge(ANNA, BEN, key="1")
    clock.tick(timedelta(days=9))
    service.unmerge(ANNA, key="2")
    assert buckets(ANNA) == (0, 5, 0, 0)
    assert buckets(BEN) == (0, 7, 0, 0)
    assert_sound()


def test_pending_points_that_matured_meanwhile_come_back(app: Flask) -> None:
    earn(ANNA, 20, matures_on=in_days(2))
    earn(BEN, 7, matures_on=in_days(2))
    service.merge(ANNA, BEN, key="1")
    clock.tick(timedelta(days=3))
    service.mature_due()
    service.unmerge(ANNA, key="2")
    assert queries.balance(ANNA).available == 20
    assert queries.balance(BEN).available == 7
    assert spend(ANNA, 20).available == 0
    assert_sound()


def test_holds_settled_meanwhile_stay_settled(app: Flask) -> None:
    earn(ANNA, 30, expires_on=in_days(30))
    taken = hold(ANNA, 10).txn_id
    freed = hold(ANNA, 8).txn_id
    service.merge(ANNA, BEN, key="1")
    capture(taken, 6)
    release(freed)
    service.unmerge(ANNA, key="2")
    assert buckets(ANNA) == (0, 24, 0, 0)
    assert buckets(BEN) == (0, 0, 0, 0)
    assert_sound()


def test_a_debt_the_target_paid_meanwhile_is_given_back(app: Flask) -> None:
    earn(ANNA, 10, source=ORDER)
    spend(ANNA, 10)
    claw(ANNA, ORDER, 10)  # Anna owes 10
    service.merge(ANNA, BEN, key="1")
    earn(BEN, 25)
    assert buckets(BEN) == (0, 15, 0, 0)
    service.unmerge(ANNA, key="2")
    assert buckets(ANNA) == (0, 0, 0, 10)
    assert buckets(BEN) == (0, 25, 0, 0)
    assert_sound()


def test_merging_twice_and_in_chains(app: Flask) -> None:
    earn(ANNA, 1, 1)
    earn(BEN, 2, 2)
    earn(CLEO, 4, 4)
    before = everything(ANNA, BEN, CLEO)
    service.merge(ANNA, BEN, key="1")
    service.merge(BEN, CLEO, key="2")
    assert buckets(CLEO) == (0, 7, 0, 0)
    assert earn(ANNA, 8).available == 15
    spend(CLEO, 8)
    with pytest.raises(MergeError):
        service.unmerge(ANNA, key="3")  # Ben's merge must be undone first
    with pytest.raises(MergeError):
        service.merge(ANNA, CLEO, key="4")
    with pytest.raises(MergeError):
        service.merge(CLEO, BEN, key="5")
    service.unmerge(BEN, key="6")
    service.unmerge(ANNA, key="7")
    assert everything(ANNA, BEN, CLEO) == before
    service.merge(ANNA, CLEO, key="8")
    assert_sound()


def test_the_same_merge_again_changes_nothing(app: Flask) -> None:
    furnish()
    first = service.merge(ANNA, BEN, key="1")
    before = dump()
    again = service.merge(ANNA, BEN, key="1")
    assert (again.txn_id, again.is_new) == (first.txn_id, False)
    with pytest.raises(IdempotencyConflictError):
        service.merge(CLEO, BEN, key="1")
    with pytest.raises(MergeError):
        service.merge(BEN, BEN, key="2")
    with pytest.raises(MergeError):
        service.unmerge(CLEO, key="3")
    assert dump() == before
    parted = service.unmerge(ANNA, key="4")
    assert service.unmerge(ANNA, key="4").txn_id == parted.txn_id


def test_a_frozen_wallet_does_not_slip_away_by_merging(app: Flask) -> None:
    earn(ANNA, 10)
    service.freeze(ANNA)
    with pytest.raises(FrozenWalletError):
        service.merge(ANNA, BEN, key="1")
    assert buckets(ANNA) == (0, 10, 0, 0)


def test_empty_wallets_merge_too(app: Flask) -> None:
    service.merge(ANNA, BEN, key="1")
    service.unmerge(ANNA, key="2")
    assert earn(ANNA, 5).available == 5
    assert_sound()


# --- what was found by attacking ----------------------------------------------------------------


def test_a_merge_finds_an_empty_lapsed_lot_of_the_target(app: Flask) -> None:
    earn(ANNA, 10, expires_on=in_days(1))
    hold(ANNA, 5, expires_at=clock.now() + timedelta(days=30))
    earn(BEN, 7, expires_on=in_days(1))
    spend(BEN, 7)
    clock.tick(timedelta(days=2))
    service.merge(ANNA, BEN, key="1")
    assert buckets(BEN)[2] == 5
    assert_sound()


def test_freezing_one_who_was_merged_freezes_what_he_spends_from(app: Flask) -> None:
    earn(BEN, 20)
    service.merge(ANNA, BEN, key="1")
    assert service.freeze(ANNA)
    with pytest.raises(FrozenWalletError):
        spend(ANNA, 10)
    with pytest.raises(FrozenWalletError):
        service.unmerge(ANNA, key="2")
    assert service.unfreeze(ANNA)
    service.unmerge(ANNA, key="2")
    assert_sound()


# --- corrections find who received what they correct ---------------------------------------------


def test_a_refund_during_a_merge_goes_home_with_the_one_who_had_earned(app: Flask) -> None:
    earn(ANNA, 30, 30, source=ORDER, expires_on=in_days(30))
    earn(BEN, 10, 1)
    service.merge(ANNA, BEN, key="1")
    claw(BEN, ORDER, 12, 12)
    service.unmerge(ANNA, key="2")
    assert lots(ANNA) == [(in_days(30), BY_DAY, Fund.ORDER, 18, 0)]
    assert buckets(ANNA, Book.GROWTH) == (0, 18, 0, 0)
    assert (buckets(BEN), buckets(BEN, Book.GROWTH)) == ((0, 10, 0, 0), (0, 1, 0, 0))
    claw(ANNA, ORDER, 18, 18)
    assert buckets(ANNA) == (0, 0, 0, 0)
    assert_sound()


def test_a_refund_of_what_was_spent_before_the_merge_is_owed_by_who_spent_it(app: Flask) -> None:
    earn(ANNA, 30, source=ORDER)
    spend(ANNA, 25)
    earn(BEN, 50)
    service.merge(ANNA, BEN, key="1")
    claw(ANNA, ORDER, 30)
    assert buckets(BEN) == (0, 25, 0, 0)
    service.unmerge(ANNA, key="2")
    assert buckets(ANNA) == (0, 0, 0, 25)
    assert buckets(BEN) == (0, 50, 0, 0)
    assert_sound()


def test_a_redemption_taken_back_during_a_merge_goes_home_too(app: Flask) -> None:
    earn(ANNA, 30)
    spent = spend(ANNA, 20).txn_id
    earn(ANNA, 8)
    captured = capture(hold(ANNA, 8).txn_id).txn_id
    service.merge(ANNA, BEN, key="1")
    reverse(spent)
    reverse(captured)
    spend(BEN, 5)
    service.unmerge(ANNA, key="2")
    assert buckets(ANNA) == (0, 38, 0, 0)
    assert buckets(BEN) == (0, 0, 0, 5)
    assert_sound()


def test_what_a_hold_of_the_source_spent_during_a_merge_comes_back_to_him(app: Flask) -> None:
    earn(ANNA, 30)
    held = hold(ANNA, 10).txn_id
    service.merge(ANNA, BEN, key="1")
    captured = capture(held).txn_id
    service.unmerge(ANNA, key="2")
    assert buckets(ANNA) == (0, 20, 0, 0)
    reverse(captured)
    assert (buckets(ANNA), buckets(BEN)) == ((0, 30, 0, 0), (0, 0, 0, 0))
    assert_sound()


def test_a_source_that_had_paid_goes_on_paying_the_one_who_was_merged(app: Flask) -> None:
    earn(ANNA, 10, 10, source=ORDER)
    earn(BEN, 3)
    service.merge(ANNA, BEN, key="1")
    claw(ANNA, ORDER, 10, 10)  # a refund, told and taken back
    earn(ANNA, 10, 10, source=ORDER, expires_on=in_days(30))
    earn(ANNA, 6, source=ORDER)  # and the order was corrected upwards
    service.unmerge(ANNA, key="2")
    assert (buckets(ANNA), buckets(BEN)) == ((0, 16, 0, 0), (0, 3, 0, 0))
    assert buckets(ANNA, Book.GROWTH) == (0, 10, 0, 0)
    claw(ANNA, ORDER, 9)
    assert (buckets(ANNA), buckets(BEN)) == ((0, 7, 0, 0), (0, 3, 0, 0))
    with pytest.raises(OverReversedError):
        claw(CLEO, ORDER, 1)
    assert_sound()


def test_what_a_new_source_pays_while_merged_is_the_targets(app: Flask) -> None:
    service.merge(ANNA, BEN, key="1")
    earn(ANNA, 6, source=ORDER)
    service.unmerge(ANNA, key="2")
    assert (buckets(ANNA), buckets(BEN)) == ((0, 0, 0, 0), (0, 6, 0, 0))
    claw(ANNA, ORDER, 4)  # taken back from who received it
    assert buckets(BEN) == (0, 2, 0, 0)
    assert_sound()


def test_what_a_source_paid_while_merged_goes_back_though_its_owner_is_another_by_now(
    app: Flask,
) -> None:
    service.merge(ANNA, BEN, key="1")
    earn(ANNA, 6, 6, source=ORDER)  # into Ben's wallet, and there it stays
    service.unmerge(ANNA, key="2")
    earn(CLEO, 1)
    service.merge(ANNA, CLEO, key="3")
    claw(CLEO, ORDER, 4, 4)
    assert (buckets(BEN), buckets(CLEO)) == ((0, 2, 0, 0), (0, 1, 0, 0))
    assert buckets(BEN, Book.GROWTH) == (0, 2, 0, 0)
    with pytest.raises(OverReversedError):
        claw(DORA, ORDER, 1)
    assert_sound()


def test_another_buyer_of_a_source_is_not_the_one_before(app: Flask) -> None:
    earn(ANNA, 10, source=ORDER)
    claw(ANNA, ORDER, 10)
    earn(CLEO, 10, source=ORDER)
    service.merge(ANNA, BEN, key="1")
    claw(CLEO, ORDER, 4)
    service.unmerge(ANNA, key="2")
    assert (buckets(ANNA), buckets(BEN), buckets(CLEO)) == (
        (0, 0, 0, 0), (0, 0, 0, 0), (0, 6, 0, 0),
    )  # fmt: skip
    assert_sound()


def test_corrections_find_their_way_through_two_merges(app: Flask) -> None:
    earn(ANNA, 10, source=ORDER)
    earn(BEN, 5)
    service.merge(ANNA, BEN, key="1")
    service.merge(BEN, CLEO, key="2")
    claw(ANNA, ORDER, 4)
    service.unmerge(BEN, key="3")
    assert (buckets(BEN), buckets(CLEO)) == ((0, 11, 0, 0), (0, 0, 0, 0))
    service.unmerge(ANNA, key="4")
    assert (buckets(ANNA), buckets(BEN)) == ((0, 6, 0, 0), (0, 5, 0, 0))
    assert_sound()
