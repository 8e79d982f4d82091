"""Money that is paid outside goes back outside: nothing that was paid is ever forgotten."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import verify
from app.kernel.db import db
from app.ledger import queries as ledger
from app.rewards import queries, service
from app.rewards.models import MONEY_BACK, PAYMENT
from app.rewards.queries import money
from app.rewards.service import stepping
from app.rewards.types import (
    AskedBeforeError,
    Came,
    Decision,
    NoSuchMoneyError,
    NoSuchOrderError,
    Ordered,
    State,
    Told,
    TooLateError,
    Why,
)
from tests.conftest import NOON
from tests.factories import mall
from tests.factories.identity import Browser
from tests.ledger.book import earn
from tests.rewards.test_races import together

CHECKS = ("rewards.stocks", "rewards.orders", "rewards.steps", "rewards.money", "ledger")
Counter = Callable[[], AbstractContextManager[list[str]]]


def all_is_well() -> None:
    for report in verify.run(CHECKS):
        assert not report.drifts, report


def an_order(member: MemberRow, slug: str = "mug") -> Ordered:
    """Redeem something for 100 points and 9.90."""
    earn(member.id, 100)
    mall.an_item(slug, price_minor=990)
    return mall.buy(member.id, slug, seen_minor=990)


def a_paid_order(member: MemberRow, staff: MemberRow, slug: str = "mug") -> Ordered:
    order = an_order(member, slug)
    service.mark_paid(order.code, actor_id=staff.id)
    return order


def told(order: str, number: int = 1, **more: object) -> Told:
    """Return a payment of 9.90 as a payment service tells it."""
    values = {
        "delivery_id": f"d-{number}", "body_digest": f"{number:064x}", "order_code": order,
        "minor": 990, "currency": "CNY", "paid_at": NOON, "reference": f"pay-{number}", **more,
    }  # fmt: skip
    return Told(**values)  # type: ignore[arg-type]


def owed() -> list[tuple[int, str, str]]:
    rows = db.session.execute(sa.select(MONEY_BACK).order_by(MONEY_BACK.c.id)).all()
    return [(row.minor, row.currency, row.why.value) for row in rows]


# --- orders that end after they were paid --------------------------------------------------------


def test_a_paid_order_can_be_cancelled_and_its_money_waits_to_go_back(
    alice: MemberRow, staff: MemberRow, alice_client: Browser
) -> None:
    order = a_paid_order(alice, staff)
    page = f"/me/mall-orders/{order.code}"
    assert queries.order_page(alice.id, order.code).paid_at == NOON
    assert f"{page}/cancel" in alice_client.get(page).text
    assert "by hand" in alice_client.get(f"{page}/cancel").text
    assert alice_client.post(f"{page}/cancel").status_code == 303
    assert "We owe you" in alice_client.get(page).text
    assert ledger.balance(alice.id).available == 100
    assert mall.stock_of() == 5
    assert owed() == [(990, "CNY", "ended")]
    assert not service.cancel(alice.id, order.code)
    assert not service.refund(order.code, actor_id=staff.id)
    assert owed() == [(990, "CNY", "ended")]
    all_is_well()


@pytest.mark.parametrize("state", [State.PACKED, State.SHIPPED, State.DONE])
def test_too_late_to_cancel_shows_what_one_can_do_instead(
    alice: MemberRow, staff: MemberRow, alice_client: Browser, state: State
) -> None:
    order = a_paid_order(alice, staff)
    way = [State.PACKED, State.SHIPPED, State.DONE]
    for each in way[: way.index(state) + 1]:
        stepping.advance(order.code, each, actor_id=staff.id)
    page = f"/me/mall-orders/{order.code}"
    shown = alice_client.get(page).text
    assert f"{page}/cancel" not in shown
    assert f"{page}/refund" in shown
    assert alice_client.get(f"{page}/refund").status_code == 200
    assert alice_client.post(f"{page}/refund").status_code == 303
    shown = alice_client.get(page).text
    assert f"{page}/refund" not in shown
    assert "You asked for a refund" in shown
    assert alice_client.get(f"{page}/refund").status_code == 303
    assert not service.ask_refund(alice.id, order.code)
    assert money.open_counts() == (0, 1, 0)
    assert service.refund(order.code, actor_id=staff.id)
    assert money.open_counts() == (0, 0, 1)
    all_is_well()


def test_a_refund_is_asked_for_only_where_one_can_not_cancel(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    order = a_paid_order(alice, staff)
    with pytest.raises(TooLateError):
        service.ask_refund(alice.id, order.code)
    stepping.advance(order.code, State.PACKED, actor_id=staff.id)
    with pytest.raises(NoSuchOrderError):
        service.ask_refund(bob.id, order.code)
    assert service.ask_refund(alice.id, order.code)
    assert service.decline_refund(order.code, actor_id=staff.id)
    assert not service.decline_refund(order.code, actor_id=staff.id)
    with pytest.raises(AskedBeforeError):
        service.ask_refund(alice.id, order.code)
    assert money.open_counts() == (0, 0, 0)


def test_staff_answer_refunds_on_a_page(
    alice: MemberRow, staff: MemberRow, staff_client: Browser, alice_client: Browser
) -> None:
    first, second = a_paid_order(alice, staff), a_paid_order(alice, staff, "cup")
    for order in (first, second):
        stepping.advance(order.code, State.PACKED, actor_id=staff.id)
        service.ask_refund(alice.id, order.code)
    listed = staff_client.get("/staff/mall/refunds").text
    assert first.code in listed
    assert second.code in listed
    page = f"/staff/mall/refunds/{first.code}"
    assert staff_client.get(page).status_code == 200
    assert staff_client.post(page, data={"answer": "refund"}).status_code == 303
    assert staff_client.post(page, data={"answer": "refund"}).status_code == 404
    other = f"/staff/mall/refunds/{second.code}"
    assert staff_client.post(other, data={"answer": "decline"}).status_code == 303
    assert "Nobody asks" in staff_client.get("/staff/mall/refunds").text
    assert "No refund this time" in alice_client.get("/notices").text
    assert "can&#39;t grant" in alice_client.get(f"/me/mall-orders/{second.code}").text
    assert owed() == [(990, "CNY", "ended")]
    assert staff_client.get("/staff/mall/refunds/nothing").status_code == 404


def test_what_came_goes_back_and_not_what_was_asked(alice: MemberRow, staff: MemberRow) -> None:
    order = an_order(alice)
    taken = service.take_payment(told(order.code, minor=1000, reference="bank-7"))
    assert taken.why is not None
    (row,) = money.kept_payments().items
    assert row.can_take
    assert service.decide(row.id, Decision.TAKE, actor_id=staff.id)
    assert not service.decide(row.id, Decision.GIVE_BACK, actor_id=staff.id)
    assert queries.order_page(alice.id, order.code).line.state is State.TO_PACK
    service.refund(order.code, actor_id=staff.id, why=Why.STAFF)
    assert owed() == [(1000, "CNY", "ended")]
    assert money.money_back().items[0].reference == "bank-7"
    all_is_well()


def test_closing_an_account_leaves_its_money_on_the_list(
    alice: MemberRow, staff: MemberRow, staff_client: Browser
) -> None:
    order = a_paid_order(alice, staff)
    assert service.end_all_of(alice.id) == 1
    assert owed() == [(990, "CNY", "ended")]
    assert order.code in staff_client.get("/staff/mall/money-back").text
    all_is_well()


def test_money_to_give_back_follows_in_a_merge(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    order = a_paid_order(bob, staff)
    identity.merge_members(bob.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    service.cancel(alice.id, order.code)
    (row,) = money.money_back().items
    assert row.owner is not None
    assert row.owner.id == alice.id
    assert queries.order_page(alice.id, order.code).money_back[0].minor == 990
    all_is_well()


# --- the list ------------------------------------------------------------------------------------


def test_staff_note_that_money_went_back_and_can_undo_it(
    alice: MemberRow, staff: MemberRow, staff_client: Browser, alice_client: Browser
) -> None:
    order = a_paid_order(alice, staff)
    service.cancel(alice.id, order.code)
    (row,) = money.money_back().items
    page = f"/staff/mall/money-back/{row.id}"
    assert "9.90" in staff_client.get(page).text
    assert staff_client.post(page, data={"note": "x" * 301}).status_code == 422
    assert staff_client.post(page, data={"note": "transfer 77"}).status_code == 303
    assert not service.note_given_back(row.id, "again", actor_id=staff.id)
    assert "Nothing is to be given back" in staff_client.get("/staff/mall/money-back").text
    assert "transfer 77" in staff_client.get("/staff/mall/money-back?done=1").text
    shown = alice_client.get(f"/me/mall-orders/{order.code}").text
    assert "We sent you" in shown
    assert "transfer 77" not in shown
    assert staff_client.post(f"{page}/undo").status_code == 303
    assert not service.note_still_owed(row.id, actor_id=staff.id)
    assert money.open_counts() == (0, 0, 1)
    with pytest.raises(NoSuchMoneyError):
        service.note_given_back(1, "", actor_id=staff.id)
    assert staff_client.get("/staff/mall/money-back/1").status_code == 404
    assert alice_client.get("/staff/mall/money-back").status_code in {403, 404}


def test_staff_decide_what_becomes_of_a_payment(
    alice: MemberRow, staff: MemberRow, staff_client: Browser
) -> None:
    order = an_order(alice)
    service.take_payment(told("nothing", 1))
    service.take_payment(told(order.code, 2, currency="USD"))
    service.take_payment(told(order.code, 3, minor=1))
    lost, foreign, cheap = money.kept_payments().items
    listed = staff_client.get("/staff/mall/payments/kept").text
    assert "There is no such order." in listed
    page = "/staff/mall/payments/kept/{}"
    asked = staff_client.get(page.format(lost.id)).text
    assert 'value="take"' not in asked
    assert 'value="take"' in staff_client.get(page.format(foreign.id)).text
    assert staff_client.post(page.format(lost.id), data={}).status_code == 422
    assert staff_client.post(page.format(lost.id), data={"decision": "take"}).status_code == 422
    back = {"decision": "give_back", "note": "he wrote to us"}
    assert staff_client.post(page.format(lost.id), data=back).status_code == 303
    take = {"decision": "take"}
    assert staff_client.post(page.format(foreign.id), data=take).status_code == 303
    assert staff_client.post(page.format(cheap.id), data=take).status_code == 422  # paid by now
    assert staff_client.post(page.format(cheap.id), data={"decision": "done"}).status_code == 303
    assert staff_client.get(page.format(cheap.id)).status_code == 404
    assert owed() == [(990, "CNY", "staff")]
    rows = db.session.scalars(sa.select(PAYMENT.c.state).order_by(PAYMENT.c.id)).all()
    assert [each.value for each in rows] == ["back", "taken", "settled"]
    assert "Every payment fits" in staff_client.get("/staff/mall/payments/kept").text
    all_is_well()


def test_the_menu_says_how_much_waits(
    alice: MemberRow, staff: MemberRow, staff_client: Browser
) -> None:
    service.cancel(alice.id, a_paid_order(alice, staff).code)
    service.take_payment(told("nothing"))
    assert db.session.scalar(money.counting_open()) == 2


@pytest.mark.parametrize("many", [1, 40])
def test_the_lists_cost_the_same_with_few_and_with_many(
    alice: MemberRow, staff: MemberRow, staff_client: Browser, count_statements: Counter, many: int
) -> None:
    order = a_paid_order(alice, staff)
    service.cancel(alice.id, order.code)
    for number in range(many):
        service.take_payment(told("nothing", number))
    for row in money.kept_payments().items[: many // 2]:
        service.decide(row.id, Decision.GIVE_BACK, actor_id=staff.id)
    for due in money.money_back().items[: many // 4]:
        service.note_given_back(due.id, "", actor_id=staff.id)
    for path in ("payments/kept", "money-back", "money-back?done=1", "refunds", "payments"):
        with count_statements() as seen:
            assert staff_client.get(f"/staff/mall/{path}").status_code == 200
        assert len(seen) <= 8, (path, seen)
        assert staff_client.get(f"/staff/mall/{path}?after={10**25}").status_code == 200


def test_a_verifier_names_money_that_was_forgotten(alice: MemberRow, staff: MemberRow) -> None:
    order = a_paid_order(alice, staff)
    service.cancel(alice.id, order.code)
    db.session.execute(sa.delete(MONEY_BACK))
    db.session.commit()
    (report,) = verify.run(("rewards.money",))
    assert len(report.drifts) == 1


@pytest.mark.race
def test_of_many_tellings_and_a_cancellation_at_once_nothing_is_lost(
    app: Flask, alice: MemberRow, staff: MemberRow
) -> None:
    """The order is paid once and cancelled once, in whatever order; the money goes back once."""
    order = an_order(alice)
    jobs: list[Callable[[], object]] = [
        *(partial(service.take_payment, told(order.code)) for _each in range(5)),
        *(partial(service.mark_paid, order.code, actor_id=staff.id) for _each in range(2)),
        *(partial(service.cancel, alice.id, order.code) for _each in range(5)),
    ]
    got = together(app, 12, jobs)
    assert {type(each) for each in got if isinstance(each, Exception)} <= {TooLateError}
    assert queries.order_page(alice.id, order.code).line.state is State.CANCELLED
    assert ledger.balance(alice.id).available == 100
    assert mall.stock_of() == 5
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PAYMENT)) == 1
    # Its own money once where it was paid by hand, too: then what was told waits for staff.
    assert len(owed()) == 1
    all_is_well()


@pytest.mark.race
def test_one_payment_told_under_many_numbers_at_once_is_taken_once(
    app: Flask, alice: MemberRow
) -> None:
    order = an_order(alice)
    same = [told(order.code, n, reference="pay-1") for n in range(12)]
    got = together(app, 12, [partial(service.take_payment, each) for each in same])
    assert sum(each.state is not None for each in got) == 1
    assert queries.order_page(alice.id, order.code).line.state is State.TO_PACK
    all_is_well()


@pytest.mark.race
def test_two_colleagues_decide_and_give_back_once(
    app: Flask, alice: MemberRow, staff: MemberRow
) -> None:
    service.take_payment(told("nothing"))
    (row,) = money.kept_payments().items
    back = partial(service.decide, row.id, Decision.GIVE_BACK, actor_id=staff.id)
    assert sorted(together(app, 6, [back] * 6)) == [False] * 5 + [True]
    (due,) = money.money_back().items
    note = partial(service.note_given_back, due.id, "", actor_id=staff.id)
    assert sorted(together(app, 6, [note] * 6)) == [False] * 5 + [True]
    assert owed() == [(990, "CNY", "staff")]


# --- money that comes too late, noted by hand ----------------------------------------------------


def test_money_that_came_for_an_ended_order_is_noted_by_hand_once(
    alice: MemberRow, staff: MemberRow, staff_client: Browser, alice_client: Browser
) -> None:
    order = an_order(alice)
    page = "/staff/mall/money-back/new"
    sent = {"code": order.code, "amount": "9.90", "note": "bank 7", "request_key": "k" * 20}
    answer = staff_client.post(page, data=sent)
    assert answer.status_code == 422
    assert "mark it as paid" in answer.text
    assert "bank 7" in answer.text
    service.cancel(alice.id, order.code)
    assert order.code in staff_client.get(f"{page}?order={order.code}").text
    for _again in range(2):
        assert staff_client.post(page, data=sent).status_code == 303
    assert owed() == [(990, "CNY", "late")]
    assert "bank 7" in staff_client.get("/staff/mall/money-back").text
    for wrong in ({"amount": "0"}, {"amount": "-1"}, {"code": "nothing"}):
        assert staff_client.post(page, data={**sent, **wrong}).status_code == 422
    assert "We owe you" in alice_client.get(f"/me/mall-orders/{order.code}").text
    assert alice_client.get(page).status_code in {403, 404}
    all_is_well()


def test_money_that_came_a_second_time_is_noted_beside_the_paid_order(
    alice: MemberRow, staff: MemberRow
) -> None:
    order = a_paid_order(alice, staff)
    came = Came(order_code=order.code, minor=990, note="", request_key="k" * 20)
    assert service.note_late(came, actor_id=staff.id)
    assert not service.note_late(came, actor_id=staff.id)
    service.cancel(alice.id, order.code)
    assert sorted(owed()) == [(990, "CNY", "ended"), (990, "CNY", "late")]
    all_is_well()
