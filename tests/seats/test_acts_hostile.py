"""Attendance while members become one and two again: paid once, and to whoever came."""

import pytest
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import verify
from app.kernel.db import db
from app.ledger import service as ledger
from app.seats import service
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
