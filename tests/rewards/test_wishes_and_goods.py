"""Wishes and what is told about them; the rewards page; badges and cards from the mall."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from app.checkin import queries as checkin
from app.checkin.service import seed_check_ins
from app.checkin.types import SeedCheckIn
from app.identity.types import MemberRow
from app.kernel import audience, goods
from app.kernel.goods import Giving, GoodsGoneError, UnknownGoodsError
from app.ledger import queries as ledger
from app.loyalty.types.badges import BadgeKind
from app.rewards import service
from app.rewards.types import Delivery, Movement, TooLateError
from tests.conftest import NOON
from tests.factories import mall
from tests.factories.camps import a_badge, badges_of
from tests.factories.identity import Browser
from tests.ledger.book import earn

Counting = Callable[[], AbstractContextManager[list[str]]]


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_a_wish_tells_how_far_it_is_and_when_points_reach(
    alice: MemberRow, alice_client: Browser
) -> None:
    earn(alice.id, 40)
    mall.an_item()
    assert "60 more points to go" in text(alice_client.get("/mall/mug").text)
    assert alice_client.post("/mall/mug/wish").status_code == 303
    page = text(alice_client.get("/me/wishes").text)
    assert "60 more points to go" in page
    assert "Check in" in page
    assert service.tell_affordable() == 0
    earn(alice.id, 60)
    assert service.tell_affordable() == 1
    assert service.tell_affordable() == 0
    assert "Your points reach for it: Mug" in text(alice_client.get("/notices").text)
    alice_client.post("/mall/mug/wish", data={"off": "1"})
    assert "Nothing on your list yet" in text(alice_client.get("/me/wishes").text)


def test_a_wish_that_was_sold_out_is_told_when_it_is_back(
    alice: MemberRow, alice_client: Browser, staff: MemberRow
) -> None:
    variant = mall.variant_id(mall.an_item(stock=0))
    service.wish(alice.id, "mug", wants=True)
    assert service.tell_back() == 0
    service.move_stock(variant, 3, Movement.RECEIVED, word="", actor_id=staff.id)
    assert service.tell_back() == 1
    assert service.tell_back() == 0
    assert "Back in the mall: Mug" in text(alice_client.get("/notices").text)


def test_a_low_stock_is_told_once_for_each_crossing(
    alice: MemberRow, staff: MemberRow, staff_client: Browser
) -> None:
    from app.rewards.types import VariantDraft

    variant = mall.variant_id(
        mall.an_item(variants=[VariantDraft(code="one", initial=3, low_at=2)])
    )
    earn(alice.id, 500)
    assert service.tell_low_stock() == 0
    mall.buy(alice.id)
    assert service.tell_low_stock() == 1
    mall.buy(alice.id)
    assert service.tell_low_stock() == 0
    assert "Running low: Mug" in text(staff_client.get("/notices").text)
    service.move_stock(variant, 5, Movement.RECEIVED, word="", actor_id=staff.id)
    assert service.tell_low_stock() == 0
    service.move_stock(variant, -5, Movement.DAMAGED, word="", actor_id=staff.id)
    assert service.tell_low_stock() == 1


def test_the_rewards_page_shows_what_one_can_get_before_what_is_near(
    alice: MemberRow, alice_client: Browser, client: Browser, count_statements: Counting
) -> None:
    earn(alice.id, 150)
    mall.an_item("mug", points=100)
    mall.an_item("pot", points=400)
    with count_statements() as seen:
        page = alice_client.get("/rewards").text
    assert len(seen) <= 8, seen
    shown = text(page)
    assert shown.index("You can get now") < shown.index("Nearly there")
    assert "250 more points to go" in shown
    assert client.get("/rewards").status_code == 303


# --- goods ---------------------------------------------------------------------------------------


def test_a_make_up_card_is_bought_and_taken_back(alice: MemberRow, staff: MemberRow) -> None:
    earn(alice.id, 250)
    mall.an_item("card", delivery=Delivery.GOODS, goods="makeup_card:1")
    done = mall.buy(alice.id, "card", address=None)
    assert done.state == "done"
    assert checkin.state_of(alice.id, NOON.date()).cards == 1
    with pytest.raises(TooLateError):
        service.cancel(alice.id, done.code)
    service.refund(done.code, actor_id=staff.id)
    assert checkin.state_of(alice.id, NOON.date()).cards == 0
    assert ledger.balance(alice.id).available == 250
    assert goods.take_back("makeup_card", f"mall:{done.order_id}")


def test_a_badge_is_bought_once_and_comes_back_with_a_refund(
    alice: MemberRow, staff: MemberRow
) -> None:
    key = "mall-friend"
    a_badge(staff, key, kind=BadgeKind.MANUAL)
    earn(alice.id, 250)
    mall.an_item("badge", delivery=Delivery.GOODS, goods=f"badge:{key}")
    done = mall.buy(alice.id, "badge", address=None)
    assert key in badges_of(alice)
    assert audience.includes(f"badge:{key}", alice.id)
    with pytest.raises(GoodsGoneError):
        mall.buy(alice.id, "badge", address=None)
    assert ledger.balance(alice.id).available == 150
    service.refund(done.code, actor_id=staff.id)
    assert key not in badges_of(alice)
    assert ledger.balance(alice.id).available == 250


@pytest.mark.parametrize("kind", ["makeup_card", "badge"])
def test_goods_that_never_were_are_refused(app: Flask, alice: MemberRow, kind: str) -> None:
    with pytest.raises(UnknownGoodsError):
        goods.give(kind, Giving(member_id=alice.id, ref="nothing", key="k:1"))
    assert not goods.take_back(kind, "k:1")


def test_days_of_check_in_unlock_a_hidden_edition(alice: MemberRow, alice_client: Browser) -> None:
    from datetime import timedelta

    mall.an_item("secret", unlock="checkins:7")
    assert alice_client.get("/mall/secret").status_code == 404
    seed_check_ins([SeedCheckIn(alice.id, NOON - timedelta(days=n)) for n in range(7)])
    assert alice_client.get("/mall/secret").status_code == 200
    assert audience.includes("checkins:7", alice.id)
    assert not audience.includes("checkins:x", alice.id)
