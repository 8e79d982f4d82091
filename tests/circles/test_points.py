"""What coming into a circle earns: once, whatever members do and become."""

import pytest
from flask import Flask

from app.circles import service
from app.circles.types import Joining
from app.identity import service as people
from app.identity.types import MemberRow, MergeCause
from app.kernel import verify
from app.kernel.db import db
from app.ledger import queries as ledger
from app.ledger import service as wallets
from app.ledger.types import Spend
from tests.factories.circles import a_circle
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_rule


@pytest.fixture(autouse=True)
def _five_points(app: Flask) -> None:
    use_rules(a_rule(service.JOINED, 5))


def points_of(member: MemberRow) -> int:
    db.session.rollback()
    return ledger.balance(member.id).available


def nothing_drifts() -> None:
    db.session.rollback()
    assert [drift for report in verify.run() for drift in report.drifts] == []


def merge(one: MemberRow, into: MemberRow, staff: MemberRow) -> int:
    cause = MergeCause.STAFF
    return people.merge_members(one.id, into.id, cause=cause, actor_id=staff.id).id


def test_a_hundred_times_in_and_out_pays_once(alice: MemberRow, staff: MemberRow) -> None:
    a_circle(staff, "solo")
    for _time in range(30):
        service.join(alice.id, "solo")
        assert points_of(alice) == 5
        service.leave(alice.id, "solo")
        assert points_of(alice) == 0
        service.come_back(alice.id, "solo")
        service.leave(alice.id, "solo")
    service.join(alice.id, "solo")
    assert points_of(alice) == 5
    nothing_drifts()


@pytest.mark.parametrize("was_in", [True, False])
def test_who_stands_in_a_circle_by_another_account_leaves_it_with_its_points(
    alice: MemberRow, bob: MemberRow, staff: MemberRow, *, was_in: bool
) -> None:
    a_circle(staff, "solo", bob)
    if was_in:
        service.join(alice.id, "solo")
        service.leave(alice.id, "solo")
    merged = merge(bob, alice, staff)
    assert points_of(alice) == 5
    service.leave(alice.id, "solo")
    assert points_of(alice) == 0
    service.join(alice.id, "solo")
    assert points_of(alice) == 5
    nothing_drifts()
    people.unmerge_members(merged, actor_id=staff.id)
    assert points_of(alice) + points_of(bob) == 5
    nothing_drifts()
    service.join(alice.id, "solo")
    assert points_of(alice) + points_of(bob) == 10
    nothing_drifts()


def test_points_that_are_spent_are_owed_when_he_is_taken_out(
    alice: MemberRow, koc: MemberRow, staff: MemberRow
) -> None:
    a_circle(staff, "solo", alice, leader=koc, joining=Joining.OPEN)
    wallets.post(Spend(member_id=alice.id, points=5, reason="x", scope="t", key="1"))
    service.remove(koc.id, "solo", alice.yid, "too loud")
    assert ledger.balance(alice.id).debt == 5
    service.join(alice.id, "solo", "please")
    service.answer(koc.id, "solo", alice.yid, admit=True)
    db.session.rollback()
    assert (points_of(alice), ledger.balance(alice.id).debt) == (0, 0)
    nothing_drifts()
