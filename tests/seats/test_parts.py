"""Of several seats redeemed together each goes back alone: its points, its money, its piece."""

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import verify
from app.kernel.db import db
from app.ledger import queries as ledger
from app.rewards import queries as mall_queries
from app.rewards import service as rewards
from app.rewards.models import MONEY_BACK
from app.rewards.types import State, TooLateError, VariantDraft
from app.seats import queries, service
from app.seats.models import TICKET
from app.seats.types import Ticket, TicketState
from tests.factories import mall, seats
from tests.factories.identity import Browser
from tests.ledger.book import earn
from tests.rewards.test_races import crowd, together

CHECKS = (
    "seats.taken", "rewards.stocks", "rewards.orders", "rewards.steps", "rewards.money",
    "rewards.parts", "ledger",
)  # fmt: skip


def all_is_well() -> None:
    db.session.rollback()
    assert [drift for report in verify.run(CHECKS) for drift in report.drifts] == []


def points_of(member: MemberRow) -> int:
    db.session.rollback()
    return ledger.balance(member.id).available


def tickets(member: MemberRow) -> list[Ticket]:
    db.session.rollback()
    found = [
        *queries.tickets_of(member.id).items, *queries.tickets_of(member.id, past=True).items
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.id)


def owed() -> list[int]:
    return list(db.session.scalars(sa.select(MONEY_BACK.c.minor).order_by(MONEY_BACK.c.id)))


def an_evening(staff: MemberRow, *, stock: int = 9, **more: Any) -> str:
    """Make an event whose seats are counted on the shelf as well, 100 points each."""
    code = seats.an_occasion(staff, return_hours=0)
    seats.in_the_mall(code, variants=[VariantDraft(code="seat", initial=stock)], **more)
    return code


def test_one_who_came_keeps_his_seat_and_the_others_are_paid_back_exactly(
    alice: MemberRow, staff: MemberRow
) -> None:
    code = an_evening(staff)
    earn(alice.id, 300)
    order = seats.buy(alice, count=3)
    first, second, third = tickets(alice)
    assert {first.places, second.places, third.places} == {1}
    assert service.check_in(staff.id, second.code)
    assert rewards.cancel(alice.id, order.code)
    with pytest.raises(TooLateError):
        rewards.cancel(alice.id, order.code)
    with pytest.raises(TooLateError):
        rewards.refund(order.code, actor_id=staff.id)
    assert [each.state for each in tickets(alice)] == [
        TicketState.RETURNED, TicketState.HELD, TicketState.RETURNED,
    ]  # fmt: skip
    shown = mall_queries.order_page(alice.id, order.code).line
    assert (points_of(alice), mall.stock_of("night"), queries.occasion(code).left) == (200, 8, 9)
    assert (shown.state, shown.count, shown.gone_back) == (State.DONE, 3, 2)
    all_is_well()
    assert service.undo_check_in(staff.id, second.code)
    assert rewards.refund(order.code, actor_id=staff.id)
    assert (points_of(alice), mall.stock_of("night"), queries.occasion(code).left) == (300, 9, 10)
    assert mall_queries.order_page(alice.id, order.code).line.state is State.REFUNDED
    all_is_well()


def test_money_goes_back_in_parts_that_add_up_to_the_cent(
    alice: MemberRow, staff: MemberRow
) -> None:
    an_evening(staff, price_minor=333, points=0)
    order = mall.buy(
        alice.id, "night", address=None, count=3, seen_points=0, seen_minor=999
    )  # fmt: skip
    rewards.mark_paid(order.code, actor_id=staff.id)
    first, second, third = tickets(alice)
    for each in (first, third, second):
        assert rewards.cancel(alice.id, order.code, [each.id])
        all_is_well()
    assert owed() == [333, 333, 333]
    assert not rewards.cancel(alice.id, order.code)
    assert mall.stock_of("night") == 9


def test_only_the_chosen_ticket_goes_back_and_only_ones_own(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    code = an_evening(staff, limit_each=3)
    for member in (alice, bob):
        earn(member.id, 300)
    order = seats.buy(alice, count=3)
    seats.buy(bob, count=2)
    _first, second, _third = tickets(alice)
    with pytest.raises(TooLateError):
        rewards.cancel(alice.id, order.code, [tickets(bob)[0].id])
    assert rewards.cancel(alice.id, order.code, [second.id, tickets(bob)[0].id])
    assert (points_of(alice), points_of(bob), queries.occasion(code).left) == (100, 100, 6)
    assert seats.buy(alice).is_new  # what went back does not count towards the limit
    all_is_well()


def test_what_is_called_off_pays_back_every_seat_that_was_not_used_and_tells_once(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    code = an_evening(staff)
    earn(alice.id, 300)
    seats.buy(alice, count=3)
    assert seats.win(bob, code).is_new
    assert service.check_in(staff.id, tickets(alice)[0].code)
    assert service.call_off(staff.id, code)
    assert service.settle_called_off() == 3
    assert service.settle_called_off() == 0
    assert points_of(alice) == 200
    assert [each.state for each in tickets(alice)] == [
        TicketState.HELD, TicketState.CALLED_OFF, TicketState.CALLED_OFF,
    ]  # fmt: skip
    all_is_well()


@pytest.mark.race
def test_at_the_door_and_given_back_at_once_no_seat_is_both(app: Flask, staff: MemberRow) -> None:
    an_evening(staff, stock=40)
    for person in crowd(4):
        earn(person.id, 150)
        order = seats.buy(person, count=3)
        mine = tickets(person)
        together(
            app,
            3,
            [
                partial(rewards.cancel, person.id, order.code),
                partial(service.check_in, staff.id, mine[1].code),
                partial(rewards.cancel, person.id, order.code, [mine[0].id]),
            ],
        )
        came = [each for each in tickets(person) if each.checked_in_at is not None]
        assert all(each.state is TicketState.HELD for each in came)
        assert len(came) <= 1
        assert points_of(person) == 300 - 100 * len(came)
        all_is_well()


def test_the_page_asks_which_tickets_go_back(
    alice: MemberRow, alice_client: Browser, staff: MemberRow
) -> None:
    an_evening(staff)
    earn(alice.id, 300)
    order = seats.buy(alice, count=3)
    first, second, _third = tickets(alice)
    assert alice_client.get(f"/me/tickets/{first.code}").text.count("/me/tickets/") > 3
    page = f"/me/mall-orders/{order.code}/cancel"
    asked = alice_client.get(page).text
    assert asked.count('type="checkbox"') == 3
    assert alice_client.post(page, data={}).status_code == 422
    assert alice_client.post(page, data={"pieces": ["7"]}).status_code == 422
    assert alice_client.post(page, data={"pieces": [str(second.id)]}).status_code == 303
    assert points_of(alice) == 100
    assert "1 of 3 given back" in alice_client.get(f"/me/mall-orders/{order.code}").text
    all_is_well()


# --- tickets from before each seat had one of its own --------------------------------------------


def one_for_all(member: MemberRow, **values: Any) -> Ticket:
    """Make of what a member got together one ticket, as it was in former days."""
    first, *others = tickets(member)
    db.session.execute(sa.delete(TICKET).where(TICKET.c.id.in_([each.id for each in others])))
    db.session.execute(
        sa.update(TICKET).where(TICKET.c.id == first.id).values(places=1 + len(others), **values)
    )
    db.session.commit()
    (found,) = tickets(member)
    return found


def test_an_old_ticket_becomes_one_for_each_seat_and_each_goes_back_alone(
    alice: MemberRow, staff: MemberRow, staff_client: Browser
) -> None:
    an_evening(staff)
    earn(alice.id, 300)
    order = seats.buy(alice, count=3)
    old = one_for_all(alice)
    assert service.part_old_tickets() == 1
    assert service.part_old_tickets() == 0
    first, second, third = tickets(alice)
    assert (first.code, first.places, second.places, third.places) == (old.code, 1, 1, 1)
    assert len({first.code, second.code, third.code}) == 3
    assert queries.together(first) == [first, second, third]
    door = staff_client.get(f"/staff/seats/door/{first.code}").text
    assert f"/staff/seats/door/{third.code}" in door
    all_is_well()
    assert rewards.cancel(alice.id, order.code, [second.id])
    assert points_of(alice) == 100
    all_is_well()
    assert rewards.refund(order.code, actor_id=staff.id)
    assert (points_of(alice), mall.stock_of("night")) == (300, 9)
    all_is_well()


def test_who_came_with_an_old_ticket_or_gave_it_back_keeps_it_whole(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    an_evening(staff)
    for member in (alice, bob):
        earn(member.id, 200)
        seats.buy(member, count=2)
        one_for_all(member)
    service.check_in(staff.id, tickets(alice)[0].code)
    rewards.cancel(bob.id, mall_queries.orders_of(bob.id).items[0].code)
    assert service.part_old_tickets() == 0
    assert [each.places for each in (*tickets(alice), *tickets(bob))] == [2, 2]
    all_is_well()


# --- what went back, in figures ------------------------------------------------------------------


def test_the_redemption_says_to_its_owner_and_to_the_team_what_went_back(
    alice: MemberRow, alice_client: Browser, staff: MemberRow, staff_client: Browser
) -> None:
    an_evening(staff, price_minor=333)
    earn(alice.id, 300)
    order = mall.buy(
        alice.id, "night", address=None, count=3, seen_points=300, seen_minor=999
    )  # fmt: skip
    rewards.mark_paid(order.code, actor_id=staff.id)
    for each in tickets(alice)[:2]:
        rewards.cancel(alice.id, order.code, [each.id])
    said = "2 of 3 given back · 200 points + CN¥6.66"
    assert said in alice_client.get(f"/me/mall-orders/{order.code}").text
    assert "2 of 3 given back" in alice_client.get("/me/mall-orders").text
    assert "Part of a redemption given back" in alice_client.get("/me/wallet").text
    found = staff_client.get(f"/staff/redemptions?q={order.code}")
    assert found.status_code == 303
    page = staff_client.get(found.headers["Location"]).text
    assert said in page
    assert "300 points + CN¥9.99" in page
    assert page.count("CN¥3.33 is to be sent back.") == 2
    assert "Goes to" not in page
    assert "Problem…" not in page
    wrong = staff_client.get("/staff/redemptions?q=AAAA-AAAA").text
    assert "No redemption has the code" in wrong
    rewards.refund(order.code, actor_id=staff.id)
    page = staff_client.get(found.headers["Location"]).text
    assert "3 of 3 given back · 300 points + CN¥9.99" in page
    assert page.count("CN¥3.33 is to be sent back.") == 3
