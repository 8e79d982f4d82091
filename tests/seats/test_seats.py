"""Seats at events: bought or won, given back in time, called off; who comes is checked in once."""

from datetime import timedelta
from functools import partial

import pytest
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import clock, goods
from app.kernel.db import db
from app.kernel.goods import GoodsGoneError, UnknownGoodsError
from app.ledger import queries as ledger
from app.rewards import service as rewards
from app.rewards.types import TooLateError
from app.seats import queries, service
from app.seats.types import (
    NoSuchTicketError,
    OccasionOverError,
    TicketState,
    TicketVoidError,
    TooFewSeatsError,
)
from tests.conftest import NOON
from tests.factories import seats
from tests.ledger.book import earn
from tests.rewards.test_races import crowd, together

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def points_of(member: MemberRow) -> int:
    db.session.rollback()
    return ledger.balance(member.id).available


def test_a_redemption_gives_a_ticket_and_its_return_gives_the_points_back(
    alice: MemberRow, staff: MemberRow
) -> None:
    code = seats.an_occasion(staff)
    seats.in_the_mall(code)
    earn(alice.id, 300)
    order = seats.buy(alice, count=2)
    tickets = queries.tickets_of(alice.id).items
    assert [each.places for each in tickets] == [1, 1]
    assert points_of(alice) == 100
    assert queries.occasion(code).left == 8
    assert rewards.cancel(alice.id, order.code)
    assert not rewards.cancel(alice.id, order.code)
    over = queries.tickets_of(alice.id, past=True).items
    assert [each.state for each in over] == [TicketState.RETURNED] * 2
    assert points_of(alice) == 300
    assert queries.occasion(code).left == 10
    seats.nothing_drifts()


@pytest.mark.parametrize(
    ("hours", "before", "may"),
    [(24, 25 * HOUR, True), (24, 23 * HOUR, False), (0, HOUR, True), (None, 6 * DAY, False)],
)
def test_a_seat_goes_back_by_its_owner_until_the_hour_the_team_said(
    alice: MemberRow, staff: MemberRow, hours: int | None, before: timedelta, may: bool
) -> None:
    code = seats.an_occasion(staff, return_hours=hours)
    seats.in_the_mall(code)
    earn(alice.id, 100)
    order = seats.buy(alice)
    with clock.frozen(NOON + 7 * DAY - before):
        if may:
            assert rewards.cancel(alice.id, order.code)
        else:
            with pytest.raises(TooLateError):
                rewards.cancel(alice.id, order.code)
    assert points_of(alice) == (100 if may else 0)
    seats.nothing_drifts()


def test_who_was_let_in_keeps_his_ticket_and_nobody_refunds_it(
    alice: MemberRow, staff: MemberRow
) -> None:
    code = seats.an_occasion(staff, return_hours=0)
    seats.in_the_mall(code)
    earn(alice.id, 100)
    order, ticket = seats.buy(alice), seats.own(alice)
    assert service.check_in(staff.id, ticket.code)
    assert not service.check_in(staff.id, ticket.code)
    with pytest.raises(TooLateError):
        rewards.cancel(alice.id, order.code)
    with pytest.raises(TooLateError):
        rewards.refund(order.code, actor_id=staff.id)
    assert service.undo_check_in(staff.id, ticket.code)
    assert rewards.refund(order.code, actor_id=staff.id)
    with pytest.raises(TicketVoidError):
        service.check_in(staff.id, ticket.code)
    with pytest.raises(NoSuchTicketError):
        service.check_in(staff.id, "NONE")
    assert points_of(alice) == 100
    seats.nothing_drifts()


def test_seats_are_never_oversold_over_mall_and_draws_together(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    code = seats.an_occasion(staff, seats=1)
    seats.in_the_mall(code)
    earn(alice.id, 100)
    assert seats.win(bob, code).is_new
    assert not seats.win(bob, code).is_new
    with pytest.raises(GoodsGoneError):
        seats.buy(alice)
    assert points_of(alice) == 100
    with pytest.raises(TooFewSeatsError):
        service.write_occasion(staff.id, seats.a_draft(seats=0), code)
    with pytest.raises(UnknownGoodsError):
        seats.win(alice, "NOWHERE", "draw:2")
    assert goods.take_back("seat", "draw:1")
    assert goods.take_back("seat", "draw:1")
    seats.buy(alice)
    seats.nothing_drifts()


def test_nobody_gets_a_seat_once_it_has_begun(alice: MemberRow, staff: MemberRow) -> None:
    code = seats.an_occasion(staff)
    with clock.frozen(NOON + 8 * DAY), pytest.raises(GoodsGoneError):
        seats.win(alice, code)
    assert [ref for ref, _name in queries.choices()] == [code]
    with clock.frozen(NOON + 8 * DAY):
        assert queries.choices() == []


def test_what_is_called_off_pays_back_and_tells_everybody_once(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    code = seats.an_occasion(staff, return_hours=None)
    seats.in_the_mall(code)
    earn(alice.id, 100)
    seats.buy(alice)
    seats.win(bob, code)
    assert service.call_off(staff.id, code)
    assert not service.call_off(staff.id, code)
    with pytest.raises(TicketVoidError):
        service.check_in(staff.id, seats.own(bob).code)
    with pytest.raises(OccasionOverError):
        service.write_occasion(staff.id, seats.a_draft(), code)
    assert service.settle_called_off() == 2
    assert service.settle_called_off() == 0
    assert [seats.own(each).state for each in (alice, bob)] == [TicketState.CALLED_OFF] * 2
    assert points_of(alice) == 100
    seats.nothing_drifts()


def test_guests_are_told_a_day_ahead_and_of_every_other_place_or_time(
    alice: MemberRow, staff: MemberRow
) -> None:
    code = seats.an_occasion(staff)
    seats.win(alice, code)
    assert service.remind() == service.tell_moved() == 0
    with clock.frozen(NOON + 6 * DAY + HOUR):
        assert service.remind() == 1
        assert service.remind() == 0
        later = seats.a_draft(starts_at=NOON + 9 * DAY)
        service.write_occasion(staff.id, later, code)
        assert service.tell_moved() == 1
        assert service.tell_moved() == service.remind() == 0
    with clock.frozen(NOON + 8 * DAY + HOUR):
        assert service.remind() == 1


def test_the_seats_of_who_leaves_are_free_again(alice: MemberRow, staff: MemberRow) -> None:
    code = seats.an_occasion(staff, seats=1)
    seats.win(alice, code)
    assert service.lapse(alice.id) == 1
    assert service.lapse(alice.id) == 0
    assert queries.occasion(code).left == 1
    seats.nothing_drifts()


@pytest.mark.race
def test_of_sixteen_buyers_of_three_seats_three_get_one(app: Flask, staff: MemberRow) -> None:
    code = seats.an_occasion(staff, seats=3)
    seats.in_the_mall(code)
    people = crowd(16)
    got = together(app, 16, [partial(seats.buy, each) for each in people])
    assert sum(not isinstance(each, Exception) for each in got) == 3
    assert {type(each) for each in got if isinstance(each, Exception)} == {GoodsGoneError}
    assert queries.occasion(code).left == 0
    seats.nothing_drifts()


@pytest.mark.race
def test_given_back_and_let_in_at_once_only_one_of_them_holds(app: Flask, staff: MemberRow) -> None:
    code = seats.an_occasion(staff, return_hours=0)
    seats.in_the_mall(code)
    for person in crowd(6):
        order, ticket = seats.buy(person), seats.own(person)
        together(
            app, 2,
            [
                partial(rewards.cancel, person.id, order.code),
                partial(service.check_in, staff.id, ticket.code),
            ],
        )  # fmt: skip
        after = seats.own(person)
        came, has_points = after.checked_in_at is not None, points_of(person) == 150
        assert came is not has_points
    seats.nothing_drifts()


def test_a_ticket_follows_into_a_merged_account(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    seats.win(alice, seats.an_occasion(staff))
    identity.merge_members(alice.id, bob.id, cause=MergeCause.STAFF, actor_id=staff.id)
    assert seats.own(bob).state is TicketState.HELD
