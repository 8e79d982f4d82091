"""Redeeming: order, stock and points together, or nothing at all."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock, goods, verify
from app.kernel.db import db
from app.kernel.goods import Giving, Thing
from app.ledger import queries as ledger
from app.ledger.types import InsufficientPointsError
from app.rewards import queries, service
from app.rewards.models import ADDRESS, ORDER, ORDER_ADDRESS
from app.rewards.service import stepping
from app.rewards.types import (
    AddressNeededError,
    CatalogueError,
    Delivery,
    LimitReachedError,
    Movement,
    NotForYouError,
    NotYetError,
    OverError,
    PriceChangedError,
    SoldOutError,
    State,
    StockError,
    TooFewLeftError,
    TooLateError,
    UnknownVariantError,
    VariantDraft,
    Why,
)
from tests.conftest import NOON
from tests.factories import mall
from tests.factories.identity import a_member
from tests.ledger.book import earn

Counting = Callable[[], AbstractContextManager[list[str]]]
HOUR = timedelta(hours=1)
CHECKS = ("rewards.stocks", "rewards.orders", "rewards.steps", "ledger")


def all_is_well() -> None:
    """Every figure of the mall and of the ledger is what its rows make."""
    for report in verify.run(CHECKS):
        assert not report.drifts, report


def points_of(member: MemberRow) -> int:
    return ledger.balance(member.id).available


def test_a_purchase_takes_points_and_a_piece_and_leaves_an_order(alice: MemberRow) -> None:
    earn(alice.id, 250)
    mall.an_item()

    done = mall.buy(alice.id)

    assert (done.state, done.points, done.is_new) == (State.TO_PACK, 100, True)
    assert points_of(alice) == 150
    assert mall.stock_of() == 4
    assert mall.causes() == [("initial", 5), ("bought", -1)]
    all_is_well()


def test_the_same_request_twice_is_one_order(alice: MemberRow) -> None:
    earn(alice.id, 250)
    mall.an_item()
    basket = mall.a_basket()

    first, second = service.buy(alice.id, basket), service.buy(alice.id, basket)

    assert (second.code, second.is_new) == (first.code, False)
    assert (points_of(alice), mall.stock_of()) == (150, 4)


@pytest.mark.parametrize(
    ("item", "basket", "refusal"),
    [
        ({"stock": 0}, {}, SoldOutError),
        ({"stock": 1}, {"count": 2, "seen_points": 200}, TooFewLeftError),
        ({"points": 120}, {}, PriceChangedError),
        ({"price_minor": 500}, {}, PriceChangedError),
        ({"points": 80}, {}, PriceChangedError),
        ({"limit_each": 1}, {"count": 2, "seen_points": 200}, LimitReachedError),
        ({"opens_at": NOON + HOUR}, {}, NotYetError),
        ({"closes_at": NOON}, {}, OverError),
        ({"is_shown": False}, {}, OverError),
        ({"audience": "tier:of-nobody"}, {}, NotForYouError),
        ({"audience": "nobody-answers:1"}, {}, NotForYouError),
        ({"unlock": "role:moderator"}, {}, NotForYouError),
        ({}, {"address": None}, AddressNeededError),
        ({}, {"variant_id": 7}, UnknownVariantError),
        ({"points": 300}, {"seen_points": 300}, InsufficientPointsError),
    ],
)
def test_a_refusal_takes_nothing(
    alice: MemberRow, item: dict[str, Any], basket: dict[str, Any], refusal: type[Exception]
) -> None:
    earn(alice.id, 250)
    mall.an_item(**item)
    before = mall.stock_of()

    with pytest.raises(refusal):
        mall.buy(alice.id, **basket)

    assert points_of(alice) == 250
    assert mall.stock_of() == before
    assert mall.states() == []
    all_is_well()


def test_a_limit_counts_what_one_has_and_not_what_was_cancelled(alice: MemberRow) -> None:
    earn(alice.id, 500)
    mall.an_item(limit_each=1)
    first = mall.buy(alice.id)
    with pytest.raises(LimitReachedError):
        mall.buy(alice.id)

    service.cancel(alice.id, first.code)

    assert mall.buy(alice.id).is_new


def test_a_tier_may_have_more_than_others(alice: MemberRow) -> None:
    earn(alice.id, 500)
    tier = queries_tier(alice)
    mall.an_item(limit_each=1, tier_limits={tier: 2})
    mall.buy(alice.id)
    mall.buy(alice.id)
    with pytest.raises(LimitReachedError):
        mall.buy(alice.id)


def queries_tier(member: MemberRow) -> str:
    from app.loyalty.queries import tiers

    return str(tiers.tiers_of([member.id])[member.id].key)


def test_a_kind_has_a_stock_of_its_own(alice: MemberRow) -> None:
    earn(alice.id, 500)
    item_id = mall.an_item(
        variants=[VariantDraft(code="red", initial=1), VariantDraft(code="blue", initial=0)]
    )
    with pytest.raises(UnknownVariantError):
        mall.buy(alice.id)
    red = mall.variant_id(item_id)
    mall.buy(alice.id, variant_id=red)
    with pytest.raises(SoldOutError):
        mall.buy(alice.id, variant_id=red)


def test_a_cancelled_order_gives_everything_back(alice: MemberRow) -> None:
    earn(alice.id, 250)
    mall.an_item()
    done = mall.buy(alice.id, count=2, seen_points=200)

    assert service.cancel(alice.id, done.code)
    assert not service.cancel(alice.id, done.code)

    assert (points_of(alice), mall.stock_of()) == (250, 5)
    assert mall.causes()[-1] == ("cancelled", 2)
    assert mall.states() == ["cancelled"]
    all_is_well()


def test_what_is_packed_can_only_be_refunded_by_the_team(
    alice: MemberRow, staff: MemberRow
) -> None:
    earn(alice.id, 250)
    mall.an_item()
    done = mall.buy(alice.id)
    assert stepping.advance(done.code, State.PACKED, actor_id=staff.id)
    with pytest.raises(TooLateError):
        service.cancel(alice.id, done.code)
    with pytest.raises(TooLateError):
        stepping.advance(done.code, State.WAITING_MONEY, actor_id=staff.id)

    service.refund(done.code, actor_id=staff.id, why=Why.DAMAGED, returns_to_stock=False)

    assert (points_of(alice), mall.stock_of()) == (250, 4)
    assert mall.states() == ["refunded"]
    all_is_well()


def test_an_address_is_sealed_and_kept_for_the_next_time(alice: MemberRow) -> None:
    earn(alice.id, 250)
    mall.an_item()
    done = mall.buy(alice.id)

    for table in (ADDRESS, ORDER_ADDRESS):
        sealed = db.session.scalar(sa.select(table.c.sealed))
        assert sealed
        assert "Pepper" not in sealed
    assert queries.kept_address(alice.id) == mall.HOME
    assert queries.order_page(alice.id, done.code).address == mall.HOME


def test_a_prize_waits_for_an_address_and_is_given_once(alice: MemberRow) -> None:
    item_id = mall.an_item()
    giving = Giving(member_id=alice.id, ref=str(mall.variant_id(item_id)), key="draw:1")

    given = goods.give("item", giving)
    again = goods.give("item", giving)

    assert (given.is_new, again.is_new, given.where == again.where) == (True, False, True)
    assert mall.stock_of() == 4
    code = queries.orders_of(alice.id).items[0].code
    assert queries.order_page(alice.id, code).line.state is State.WAITING_ADDRESS
    service.set_address(alice.id, code, mall.HOME)
    assert mall.states() == ["to_pack"]
    assert goods.take_back("item", "draw:1")
    assert mall.stock_of() == 5
    assert mall.states() == ["cancelled"]
    all_is_well()


def test_a_prize_that_is_gone_or_never_was_is_said_so(alice: MemberRow) -> None:
    item_id = mall.an_item(stock=0)
    ref = str(mall.variant_id(item_id))
    with pytest.raises(goods.GoodsGoneError):
        goods.give("item", Giving(member_id=alice.id, ref=ref, key="draw:1"))
    with pytest.raises(goods.UnknownGoodsError):
        goods.give("item", Giving(member_id=alice.id, ref="77", key="draw:2"))
    assert (ref, "火锅杯") in [
        (r, str(label)) for r, label in goods.kind_of(Thing("item", ref)).choices()
    ]
    assert goods.kind_of(Thing("item", ref)).left(ref) == 0


def test_a_purchase_runs_few_statements(alice: MemberRow, count_statements: Counting) -> None:
    earn(alice.id, 250)
    mall.an_item()
    with count_statements() as seen:
        mall.buy(alice.id)
    assert len(seen) <= 18, seen


def test_stock_by_hand_has_a_cause_and_never_falls_below_zero(staff: MemberRow) -> None:
    variant = mall.variant_id(mall.an_item())
    service.move_stock(variant, 7, Movement.RECEIVED, word="delivery 12", actor_id=staff.id)
    service.move_stock(variant, -2, Movement.DAMAGED, word="", actor_id=staff.id)
    with pytest.raises(StockError):
        service.move_stock(variant, -11, Movement.CORRECTED, word="", actor_id=staff.id)
    with pytest.raises(CatalogueError):
        service.move_stock(variant, -1, Movement.RECEIVED, word="", actor_id=staff.id)
    with pytest.raises(CatalogueError):
        service.move_stock(variant, 1, Movement.BOUGHT, word="", actor_id=staff.id)
    assert mall.stock_of() == 10
    all_is_well()


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("price_points", {"points": -1}),
        ("price_points", {"points": 0}),
        ("price_minor", {"price_minor": -5}),
        ("goods", {"delivery": Delivery.GOODS}),
        ("goods", {"delivery": Delivery.GOODS, "goods": "item:1"}),
        ("goods", {"goods": "badge:first"}),
        ("closes_at", {"opens_at": NOON, "closes_at": NOON}),
        ("deposit_points", {"deposit_points": 100}),
        ("rest_from", {"deposit_points": 10}),
        ("category", {"category": "nowhere"}),
        ("variants", {"variants": []}),
        ("variants", {"variants": [VariantDraft(code="a"), VariantDraft(code="a")]}),
        ("variants", {"variants": [VariantDraft(code="a", initial=-1)]}),
    ],
)
def test_an_item_that_makes_no_sense_is_refused_at_its_field(
    app: Flask, field: str, changes: dict[str, Any]
) -> None:
    mall.a_shelf()
    with pytest.raises(CatalogueError) as refused:
        service.save_item(mall.a_draft(**changes), actor_id=None)
    assert refused.value.field == field


def test_verifiers_name_a_stock_and_an_order_that_drift(alice: MemberRow) -> None:
    from app.rewards.models import VARIANT
    from app.rewards.queries import checks

    earn(alice.id, 250)
    mall.an_item()
    mall.buy(alice.id)
    db.session.execute(sa.update(VARIANT).values(stock=9))
    db.session.execute(sa.update(ORDER).values(txn_id=None))
    assert len(list(checks.drifting_stocks())) == 1
    assert len(list(checks.drifting_orders())) == 1
    db.session.execute(sa.update(ORDER).values(state=State.DONE))
    assert len(list(checks.misplaced_orders())) == 1
    db.session.rollback()


def test_members_who_are_strangers_see_nothing_of_an_order(alice: MemberRow) -> None:
    bob = a_member("bob")
    earn(alice.id, 250)
    mall.an_item()
    done = mall.buy(alice.id)
    from app.rewards.types import NoSuchOrderError

    for act in (queries.order_page, service.cancel):
        with pytest.raises(NoSuchOrderError):
            act(bob.id, done.code)
    with pytest.raises(NoSuchOrderError):
        service.set_address(bob.id, done.code, mall.HOME)
    assert clock.now() == NOON
