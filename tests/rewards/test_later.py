"""What is paid later: a money part, the rest of a pre-order; drops by lot."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.db import db
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.rewards import queries, service
from app.rewards.models import ENTRY, LOTS
from app.rewards.service import stepping
from app.rewards.types import (
    Drop,
    EntryClosedError,
    LimitReachedError,
    NotDueError,
    NotForYouError,
    PriceChangedError,
    State,
    TooLateError,
    VariantDraft,
)
from tests.conftest import NOON
from tests.factories import mall
from tests.factories.identity import Browser, a_member
from tests.ledger.book import earn

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CHECKS = ("rewards.stocks", "rewards.orders", "rewards.steps", "ledger")


def all_is_well() -> None:
    for report in verify.run(CHECKS):
        assert not report.drifts, report


def buckets(member: MemberRow) -> tuple[int, int]:
    held = ledger.balance(member.id)
    return held.available, held.held


def state_of(member: MemberRow, code: str) -> str:
    return queries.order_page(member.id, code).line.state.value


# --- points and money ----------------------------------------------------------------------------


def test_points_wait_until_the_money_part_is_paid(alice: MemberRow, staff: MemberRow) -> None:
    earn(alice.id, 250)
    mall.an_item(price_minor=990)
    done = mall.buy(alice.id, seen_minor=990)
    assert state_of(alice, done.code) == "waiting_money"
    assert buckets(alice) == (150, 100)
    all_is_well()

    assert service.mark_paid(done.code, actor_id=staff.id)
    assert not service.mark_paid(done.code, actor_id=staff.id)

    assert buckets(alice) == (150, 0)
    assert state_of(alice, done.code) == "to_pack"
    all_is_well()


@pytest.mark.parametrize("ledger_first", [False, True])
def test_an_order_that_is_never_paid_gives_all_back(
    alice: MemberRow, staff: MemberRow, *, ledger_first: bool
) -> None:
    earn(alice.id, 250)
    mall.an_item(price_minor=990, pay_hours=2)
    done = mall.buy(alice.id, seen_minor=990)
    assert service.end_unpaid() == 0
    with clock.frozen(NOON + 2 * DAY):
        if ledger_first:
            assert ledger_service.release_expired_holds() == 1
        assert service.end_unpaid() == 1
        assert service.end_unpaid() == 0
        with pytest.raises(TooLateError):
            service.mark_paid(done.code, actor_id=staff.id)
    assert buckets(alice) == (250, 0)
    assert mall.stock_of() == 5
    assert state_of(alice, done.code) == "cancelled"
    all_is_well()


def test_an_order_that_waits_for_money_can_be_cancelled(alice: MemberRow) -> None:
    earn(alice.id, 250)
    mall.an_item(price_minor=990)
    done = mall.buy(alice.id, seen_minor=990)
    service.cancel(alice.id, done.code)
    assert buckets(alice) == (250, 0)
    all_is_well()


def test_staff_see_what_waits_for_money_and_mark_it(
    alice: MemberRow, staff_client: Browser
) -> None:
    earn(alice.id, 250)
    mall.an_item(price_minor=990, pay_url="https://pay.example/x")
    done = mall.buy(alice.id, seen_minor=990)
    assert done.code in staff_client.get("/staff/mall/payments").text
    assert staff_client.post(f"/staff/mall/payments/{done.code}").status_code == 303
    assert state_of(alice, done.code) == "to_pack"
    assert done.code not in staff_client.get("/staff/mall/payments").text


# --- sold ahead ----------------------------------------------------------------------------------

AHEAD: dict[str, Any] = {
    "deposit_points": 30,
    "rest_from": NOON + 5 * DAY,
    "rest_until": NOON + 9 * DAY,
}


def test_a_pre_order_takes_a_deposit_and_later_the_rest(
    alice: MemberRow, alice_client: Browser
) -> None:
    earn(alice.id, 250)
    mall.an_item(**AHEAD)
    done = mall.buy(alice.id)
    assert buckets(alice) == (220, 30)
    with pytest.raises(NotDueError):
        service.pay_rest(alice.id, done.code)
    with clock.frozen(NOON + 6 * DAY):
        assert service.tell_rest_due() == 1
        assert service.tell_rest_due() == 0
        assert "The rest is due" in alice_client.get("/notices").text
        answer = alice_client.post(f"/me/mall-orders/{done.code}/rest")
        assert answer.status_code == 303
        assert not service.pay_rest(alice.id, done.code)
    assert buckets(alice) == (150, 0)
    assert state_of(alice, done.code) == "to_pack"
    all_is_well()
    service.cancel(alice.id, done.code)
    assert buckets(alice) == (250, 0)
    all_is_well()


def test_a_rest_that_never_comes_brings_the_deposit_back(alice: MemberRow) -> None:
    earn(alice.id, 250)
    mall.an_item(**AHEAD)
    done = mall.buy(alice.id)
    with clock.frozen(NOON + 9 * DAY):
        with pytest.raises(TooLateError):
            service.pay_rest(alice.id, done.code)
        assert service.end_unpaid() == 1
    assert buckets(alice) == (250, 0)
    assert mall.stock_of() == 5
    all_is_well()


# --- by lot --------------------------------------------------------------------------------------


def a_drop(slug: str = "mug", **more: Any) -> int:
    values = {
        "drop": Drop.LOTS, "opens_at": NOON, "draws_at": NOON + DAY, "stock": 2, "limit_each": 1,
        **more,
    }  # fmt: skip
    return mall.an_item(slug, **values)


def test_lots_fall_as_the_published_seed_says(app: Flask) -> None:
    item_id = a_drop()
    crowd = [a_member(f"m{n}") for n in range(5)]
    for each in crowd:
        earn(each.id, 120)
        assert service.enter(each.id, "mug", None, seen_points=100)
        assert not service.enter(each.id, "mug", None, seen_points=100)
        assert buckets(each) == (20, 100)
    row = db.session.execute(sa.select(LOTS)).one()
    assert row.seed is None
    db.session.rollback()

    with clock.frozen(NOON + DAY):
        while service.draw_due():
            pass
    row = db.session.execute(sa.select(LOTS).where(LOTS.c.item_id == item_id)).one()
    assert hashlib.sha256(row.seed.encode()).hexdigest() == row.commitment
    codes = {e.code: e for e in db.session.execute(sa.select(ENTRY))}
    order = sorted(codes, key=lambda c: hashlib.sha256(f"{row.seed}:{c}".encode()).hexdigest())
    assert [codes[c].state.value for c in order] == ["won", "won", "lost", "lost", "lost"]
    for code in order:
        member = next(m for m in crowd if m.id == codes[code].member_id)
        assert buckets(member) == ((20, 0) if codes[code].state == "won" else (120, 0))
    assert mall.stock_of() == 0
    assert mall.states() == ["waiting_address"] * 2
    all_is_well()


def test_an_entry_can_be_taken_back_and_made_again(alice: MemberRow, alice_client: Browser) -> None:
    a_drop()
    earn(alice.id, 120)
    page = alice_client.get("/mall/mug").text
    assert "How lots are drawn" in page
    sent = {"seen_points": "100"}
    assert alice_client.post("/mall/mug/enter", data=sent).status_code == 303
    assert buckets(alice) == (20, 100)
    assert alice_client.post("/mall/mug/withdraw").status_code == 303
    assert buckets(alice) == (120, 0)
    assert alice_client.post("/mall/mug/enter", data=sent).status_code == 303
    assert buckets(alice) == (20, 100)
    with clock.frozen(NOON + DAY):
        with pytest.raises(EntryClosedError):
            service.withdraw(alice.id, "mug")
        while service.draw_due():
            pass
    assert "You won" in alice_client.get("/mall/mug").text
    all_is_well()


def test_entries_are_refused_where_nothing_is_taken(alice: MemberRow, bob: MemberRow) -> None:
    a_drop(audience="role:moderator")
    a_drop("cup")
    earn(alice.id, 120)
    with pytest.raises(NotForYouError):
        service.enter(alice.id, "mug", None, seen_points=100)
    with pytest.raises(PriceChangedError):
        service.enter(alice.id, "cup", None, seen_points=90)
    with pytest.raises(NotForYouError):
        mall.buy(alice.id, "cup")
    with clock.frozen(NOON + 2 * DAY), pytest.raises(EntryClosedError):
        service.enter(alice.id, "cup", None, seen_points=100)
    service.enter(alice.id, "cup", None, seen_points=100)
    with clock.frozen(NOON + DAY):
        while service.draw_due():
            pass
    with pytest.raises((EntryClosedError, LimitReachedError)), clock.frozen(NOON + 2 * DAY):
        service.enter(bob.id, "cup", None, seen_points=100)
    all_is_well()


def test_a_first_come_drop_opens_at_its_moment(alice: MemberRow, alice_client: Browser) -> None:
    earn(alice.id, 120)
    mall.an_item(drop=Drop.FIRST_COME, opens_at=NOON + HOUR, limit_each=1)
    service.wish(alice.id, "mug", wants=True)
    assert service.tell_starts() == 0
    with clock.frozen(NOON + HOUR):
        assert service.tell_starts() == 1
        assert service.tell_starts() == 0
        assert "It has begun" in alice_client.get("/notices").text
        assert mall.buy(alice.id).is_new


def test_kinds_of_a_drop_are_drawn_each_for_itself(alice: MemberRow, bob: MemberRow) -> None:
    item_id = a_drop(
        variants=[VariantDraft(code="red", initial=1), VariantDraft(code="blue", initial=0)]
    )
    red = mall.variant_id(item_id)
    for each in (alice, bob):
        earn(each.id, 120)
        service.enter(each.id, "mug", red, seen_points=100)
    with clock.frozen(NOON + DAY):
        while service.draw_due():
            pass
    assert sorted(buckets(each) for each in (alice, bob)) == [(20, 0), (120, 0)]
    all_is_well()


def test_who_leaves_gets_nothing_sent_any_more(alice: MemberRow) -> None:
    earn(alice.id, 500)
    a_drop("cup")
    mall.an_item()
    mall.buy(alice.id)
    packed = mall.buy(alice.id)
    stepping.advance(packed.code, State.PACKED, actor_id=alice.id)
    service.enter(alice.id, "cup", None, seen_points=100)

    assert service.end_all_of(alice.id) == 1
    assert service.withdraw_all_of(alice.id) == 1
    assert service.end_all_of(alice.id) == service.withdraw_all_of(alice.id) == 0

    assert mall.states() == ["cancelled", "packed"]
    assert buckets(alice) == (400, 0)
    all_is_well()
