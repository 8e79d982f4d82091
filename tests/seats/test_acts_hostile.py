"""Attendance while members become one and two again: paid once, and to whoever came."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import verify
from app.kernel.db import db
from app.kernel.goods import take_back
from app.ledger import service as ledger
from app.seats import queries, service
from app.seats.models import OCCASION, TICKET
from app.seats.types import TicketState
from tests.concurrency.ledger_rush import rush
from tests.factories import seats
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_rule
from tests.seats.test_acts import ATTENDED, points_of, seats_for


def nothing_drifts() -> None:
    db.session.rollback()
    assert [drift for report in verify.run() for drift in report.drifts] == []


def merge(one: MemberRow, into: MemberRow, staff: MemberRow) -> int:
    cause = MergeCause.STAFF
    return identity.merge_members(one.id, into.id, cause=cause, actor_id=staff.id).id


def test_who_came_while_merged_keeps_it_when_they_part(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    use_rules(a_rule(ATTENDED, 30))
    code = seats.an_occasion(staff)
    (hers,) = seats_for(alice, code)
    (his,) = seats_for(bob, code, key="draw:2")
    merged = merge(bob, alice, staff)
    assert service.check_in(staff.id, his)
    assert points_of(alice) == 30
    identity.unmerge_members(merged, actor_id=staff.id)
    assert service.undo_check_in(staff.id, his)
    assert (points_of(alice), points_of(bob)) == (0, 0)
    nothing_drifts()
    assert service.check_in(staff.id, his)
    assert points_of(alice) + points_of(bob) == 30
    assert service.check_in(staff.id, hers)
    assert points_of(alice) + points_of(bob) == 60
    nothing_drifts()


def test_both_came_then_one_and_taken_back(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    use_rules(a_rule(ATTENDED, 30))
    code = seats.an_occasion(staff)
    (hers,) = seats_for(alice, code)
    (his,) = seats_for(bob, code, key="draw:2")
    assert service.check_in(staff.id, hers)
    assert service.check_in(staff.id, his)
    merged = merge(bob, alice, staff)
    assert points_of(alice) == 60
    assert service.undo_check_in(staff.id, his)
    identity.unmerge_members(merged, actor_id=staff.id)
    nothing_drifts()
    assert points_of(alice) == 30
    assert points_of(bob) == 0


def test_seats_of_an_old_ticket_go_back_with_it_when_two_part(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    code = seats.an_occasion(staff)
    seats_for(alice, code, key="draw:11")
    seats_for(bob, code, key="draw:1")
    is_his = TICKET.c.member_id == bob.id
    db.session.execute(sa.update(TICKET).where(is_his).values(places=3))
    db.session.execute(sa.update(OCCASION).values(taken=4))
    db.session.commit()
    merged = merge(bob, alice, staff)
    assert service.part_old_tickets() == 1
    identity.unmerge_members(merged, actor_id=staff.id)
    assert len(queries.tickets_of(bob.id).items) == 3
    assert len(queries.tickets_of(alice.id).items) == 1
    assert take_back("seat", "draw:1")
    db.session.commit()
    assert db.session.scalar(sa.select(OCCASION.c.taken)) == 1
    nothing_drifts()


@pytest.mark.race
def test_a_guest_who_is_merged_at_the_door_is_paid(
    alice: MemberRow, bob: MemberRow, staff: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_rules(a_rule(ATTENDED, 30))
    (his,) = seats_for(bob, seats.an_occasion(staff))
    lock = ledger.lock_wallets

    def late(members):  # type: ignore[no-untyped-def]
        monkeypatch.setattr(ledger, "lock_wallets", lock)
        merge(bob, alice, staff)  # while the door waited for the wallet
        return lock(members)

    monkeypatch.setattr(ledger, "lock_wallets", late)
    assert service.check_in(staff.id, his)
    assert points_of(alice) == 30
    nothing_drifts()


@pytest.mark.race
def test_two_tickets_at_two_doors_pay_once(app: Flask, alice: MemberRow, staff: MemberRow) -> None:
    use_rules(a_rule(ATTENDED, 30))
    codes = seats_for(alice, seats.an_occasion(staff), 4)

    def act(key: str) -> str:
        number = int("".join(sign for sign in key if sign.isdigit()) or 0)
        code = codes[number % 4]
        if number % 3 == 2:
            service.undo_check_in(staff.id, code)
        else:
            service.check_in(staff.id, code)
        return "done"

    rush(app, act, "", 24)
    for code in codes:
        service.check_in(staff.id, code)
    assert points_of(alice) == 30
    for code in codes:
        service.undo_check_in(staff.id, code)
    assert points_of(alice) == 0
    nothing_drifts()


@pytest.mark.race
def test_old_tickets_are_parted_while_they_are_used_and_handed_back(
    app: Flask, alice: MemberRow, staff: MemberRow
) -> None:
    use_rules(a_rule(ATTENDED, 30))
    code = seats.an_occasion(staff, seats=40)
    for each in range(4):
        seats_for(alice, code, key=f"draw:{each}")
    is_hers = TICKET.c.member_id == alice.id
    db.session.execute(sa.update(TICKET).where(is_hers).values(places=3))
    db.session.execute(sa.update(OCCASION).values(taken=12))
    db.session.commit()
    codes = list(db.session.scalars(sa.select(TICKET.c.code).order_by(TICKET.c.id)))
    db.session.rollback()

    def act(key: str) -> str:
        number = int("".join(sign for sign in key if sign.isdigit()) or 0)
        if number % 3 == 0:
            service.part_old_tickets()
        elif number % 3 == 1:
            service.check_in(staff.id, codes[0])
        else:
            take_back("seat", "draw:1")
        return "done"

    rush(app, act, "", 12)
    service.part_old_tickets()
    nothing_drifts()
    held = sa.select(sa.func.sum(TICKET.c.places)).where(TICKET.c.state == TicketState.HELD)
    taken = db.session.scalar(sa.select(OCCASION.c.taken))
    assert (db.session.scalar(held), taken) == (9, 9)
    assert points_of(alice) == 30
