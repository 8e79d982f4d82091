"""Somebody who wants more than his share: second accounts, merges, things removed and restored."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.types import Spend
from app.loyalty import service
from app.loyalty.queries import fraud as desk
from app.loyalty.queries import grants_batches
from app.loyalty.service import fraud, grants
from app.loyalty.service import grants_batches as batches
from app.loyalty.types import Act, Compare, Condition, Expiry, Lapse
from app.loyalty.types.fraud import CaseState, Signal, SignalKind
from app.loyalty.types.grants import (
    BatchRow,
    BatchState,
    FourEyesError,
    GrantReason,
    SelfGrantError,
)
from tests.factories.desk import a_grant, work_all
from tests.factories.identity import a_member
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_rule

REPLY = "reply.published"
THING = Ref("reply", 1)
SHORT = Expiry(Lapse.DAYS, 2)
FIRST_TIME = Condition("first_time", Compare.IS, value=True)


@pytest.fixture(autouse=True)
def everything_adds_up(app: Flask) -> Iterator[None]:
    yield
    db.session.rollback()
    assert [report for report in verify.run() if report.drifts] == []


def points(member: MemberRow) -> tuple[int, int]:
    """Return what a member can spend, and what he owes."""
    db.session.rollback()
    found = ledger.balance(member.id)
    return found.available, found.debt


def earn(member: MemberRow, source: Ref = THING) -> None:
    service.reward(member.id, REPLY, source=source)


def spend(member: MemberRow, amount: int) -> None:
    ledger_service.post(
        Spend(member_id=member.id, points=amount, reason="test.spent", scope="t", key=str(amount))
    )


def merge(source: MemberRow, target: MemberRow, staff: MemberRow) -> None:
    identity.merge_members(source.id, target.id, cause=MergeCause.STAFF, actor_id=staff.id)


def wait(days: int) -> None:
    clock.tick(timedelta(days=days))


# --- what lapses ---------------------------------------------------------------------------------


def test_what_has_lapsed_is_not_taken_a_second_time(alice: MemberRow) -> None:
    use_rules(a_rule(REPLY, 50, expiry=SHORT))
    earn(alice)
    wait(4)
    service.take_back(THING)
    assert points(alice) == (0, 0)
    service.give_back(THING)
    assert points(alice) == (0, 0)


def test_what_was_taken_elsewhere_before_it_lapsed_is_taken_again_when_it_came_back(
    alice: MemberRow,
) -> None:
    """Its own points were spent, so others went; what came back is new and goes once more."""
    use_rules(a_rule(REPLY, 50, expiry=SHORT), a_rule("thread.published", 50))
    earn(alice)
    spend(alice, 50)
    service.reward(alice.id, "thread.published", source=Ref("thread", 1))
    service.take_back(THING)
    assert points(alice) == (0, 0)
    wait(4)
    service.give_back(THING)
    assert points(alice) == (50, 0)
    service.take_back(THING)
    assert points(alice) == (0, 0)


def test_points_that_paid_a_debt_are_taken_back_too(alice: MemberRow) -> None:
    use_rules(a_rule(REPLY, 50, expiry=SHORT))
    earn(alice)
    spend(alice, 50)
    service.take_back(THING)
    assert points(alice) == (0, 50)
    earn(alice, Ref("reply", 2))
    assert points(alice) == (0, 0)
    service.take_back(Ref("reply", 2))
    assert points(alice) == (0, 50)


def test_removing_and_restoring_makes_no_points_young(alice: MemberRow) -> None:
    use_rules(a_rule(REPLY, 50, expiry=Expiry(Lapse.DAYS, 30)))
    earn(alice)
    wait(29)
    service.take_back(THING)
    service.give_back(THING)
    assert points(alice) == (50, 0)
    wait(2)
    assert points(alice) == (0, 0)


def test_what_comes_back_after_its_last_day_has_a_week(alice: MemberRow) -> None:
    use_rules(a_rule(REPLY, 50, expiry=SHORT))
    earn(alice)
    service.take_back(THING)
    wait(4)
    service.give_back(THING)
    wait(7)
    assert points(alice) == (50, 0)
    wait(1)
    assert points(alice) == (0, 0)


# --- second accounts -----------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [False, True])
def test_the_first_time_of_a_person_is_one_whoever_he_was(
    alice: MemberRow, bob: MemberRow, staff: MemberRow, at_once: bool
) -> None:
    use_rules(a_rule(REPLY, 50, conditions=(FIRST_TIME,)))
    third = a_member("third", email=None, password=None)
    earn(third)
    merge(third, alice, staff)
    merge(alice, bob, staff)
    if at_once:
        service.reward_many([Act(bob.id, REPLY, Ref("reply", 2), clock.now())])
    else:
        earn(bob, Ref("reply", 2))
    assert points(bob) == (50, 0)


def test_nobody_gets_what_he_proposed_for_whom_he_became(
    staff: MemberRow, moderator: MemberRow, alice: MemberRow
) -> None:
    grant = a_grant(moderator.id, alice.id, 101)
    merge(alice, moderator, staff)
    with pytest.raises(SelfGrantError):
        grants.approve(staff.id, grant.code)
    assert points(moderator) == (0, 0)


def test_ones_second_account_is_no_second_person(
    staff: MemberRow, moderator: MemberRow, alice: MemberRow
) -> None:
    other = a_member("other", (Role.ADMINISTRATOR,), email=None, password=None)
    grant = a_grant(moderator.id, alice.id, 101)
    batch = batch_of(moderator, f"{alice.yid},102")
    batches.start(moderator.id, batch.code)
    identity.revoke_role(staff.id, moderator.id, Role.MODERATOR)
    merge(moderator, other, staff)
    with pytest.raises(FourEyesError):
        grants.approve(other.id, grant.code)
    with pytest.raises(FourEyesError):
        batches.approve(other.id, batch.code)


# --- in bulk -------------------------------------------------------------------------------------


def batch_of(maker: MemberRow, *rows: str) -> BatchRow:
    raw = "\n".join(rows).encode()
    return batches.begin_from_file(maker.id, "Contest", GrantReason.CONTEST, raw)


def test_nobody_agrees_to_a_batch_that_pays_whom_he_became(
    staff: MemberRow, operator: MemberRow, alice: MemberRow
) -> None:
    second = a_member("second", (Role.ADMINISTRATOR,), email=None, password=None)
    batch = batch_of(operator, f"{alice.yid},4000")
    assert batches.start(operator.id, batch.code).state is BatchState.WAITING
    merge(alice, second, staff)
    with pytest.raises(SelfGrantError):
        batches.approve(second.id, batch.code)


def test_a_line_for_whom_its_maker_became_is_not_paid(
    staff: MemberRow, operator: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    batch = batch_of(operator, f"{alice.yid},400", f"{bob.yid},400")
    batches.start(operator.id, batch.code)
    merge(alice, operator, staff)
    work_all()
    assert (points(operator), points(bob)) == ((0, 0), (400, 0))
    found = grants_batches.get_batch(batch.code)
    assert (found.done, found.failed) == (1, 1)


def test_an_occasion_gives_a_person_once_whoever_he_was(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    batches.start(staff.id, batch_of(staff, f"{alice.yid},400").code)
    work_all()
    merge(alice, bob, staff)
    again = batch_of(staff, f"{bob.yid},401")
    assert (again.lines, again.given_before) == (0, 1)
    assert points(bob) == (400, 0)


def test_two_lines_that_become_one_person_pay_once(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    batch = batch_of(staff, f"{alice.yid},400", f"{bob.yid},400")
    batches.start(staff.id, batch.code)
    merge(alice, bob, staff)
    work_all()
    assert points(bob) == (400, 0)


# --- the fraud desk ------------------------------------------------------------------------------


def a_case(member: MemberRow) -> str:
    evidence = {"peak": 20, "own": 1, "usual": 2, "days": 7}
    fraud.note([Signal(member.id, SignalKind.BURST, 40, 30, evidence)])
    return desk.cases((CaseState.OPEN,)).items[0].code


def test_a_false_alarm_gives_back_nothing_of_another_case_that_was_right(
    operator: MemberRow, alice: MemberRow
) -> None:
    service.reward(alice.id, "thread.published", source=Ref("thread", 1))
    right = a_case(alice)
    award = desk.get_case(right).acts[0].award_id
    fraud.reverse(operator.id, right, [award])
    fraud.close(operator.id, right)
    wait(60)
    wrong = a_case(alice)
    fraud.reverse(operator.id, wrong, [award])
    fraud.dismiss(operator.id, wrong)
    assert points(alice) == (0, 0)
