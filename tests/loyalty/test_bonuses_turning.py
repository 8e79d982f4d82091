"""A campaign's bonus goes back to its budget with the act it was put on, and comes back with it."""

import threading

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import verify
from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.loyalty import service
from app.loyalty.queries import budgets
from tests.factories.identity import a_member
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign, a_rule, call, freezing

REPLY = "reply.published"
CHECKED = ("loyalty.budgets", "loyalty.counters", "loyalty.caps", "ledger")


def _spent() -> int:
    db.session.rollback()
    found = budgets.standing(["week"])["week"].spent
    assert sum(points for _day, points in budgets.spent_by_day(a_campaign())) == found
    assert not any(report.drifts for report in verify.run(CHECKED))
    db.session.rollback()
    return found


def _has(member: MemberRow) -> int:
    db.session.rollback()
    balance = ledger.balance(member.id)
    return balance.available - balance.debt


def _reply(member: MemberRow, number: int) -> Ref:
    source = Ref("reply", number)
    service.reward(member.id, REPLY, source=source)
    return source


def test_a_bonus_is_given_back_with_its_act_and_taken_again_once(
    alice: MemberRow, bob: MemberRow
) -> None:
    use_rules(a_rule(REPLY, 10), campaigns=[a_campaign(budget=15)])
    first = _reply(alice, 1)
    assert (_has(alice), _spent()) == (20, 10)
    for _twice in range(2):
        service.take_back(first)
        assert (_has(alice), _spent()) == (0, 0)
    for _twice in range(2):
        service.give_back(first)
        assert (_has(alice), _spent()) == (20, 10)


def test_what_comes_back_gets_of_its_bonus_what_the_budget_still_holds(
    alice: MemberRow, bob: MemberRow
) -> None:
    use_rules(a_rule(REPLY, 10), campaigns=[a_campaign(budget=15)])
    first = _reply(alice, 1)
    service.take_back(first)
    second = _reply(bob, 2)  # another one takes what is free
    assert (_has(bob), _spent()) == (20, 10)
    service.give_back(first)
    assert (_has(alice), _spent()) == (15, 15)
    service.take_back(second)
    assert (_has(alice), _has(bob), _spent()) == (15, 0, 5)
    service.give_back(first)  # again: nothing comes later by itself
    assert (_has(alice), _spent()) == (15, 5)
    service.take_back(first)
    assert (_has(alice), _spent()) == (0, 0)
    service.give_back(first)
    assert (_has(alice), _spent()) == (20, 10)


def test_two_accounts_give_the_bonus_back_once(alice: MemberRow) -> None:
    use_rules(a_rule(REPLY, 10), campaigns=[a_campaign()])
    source = _reply(alice, 1)
    service.take_back(source)
    service.take_back(source, on_account="suspicion")
    assert (_has(alice), _spent()) == (0, 0)
    service.give_back(source)
    assert (_has(alice), _spent()) == (0, 0)
    service.give_back(source, on_account="suspicion")
    assert (_has(alice), _spent()) == (20, 10)


def test_a_frozen_member_s_bonus_follows_too(alice: MemberRow) -> None:
    use_rules(a_rule(REPLY, 10), campaigns=[a_campaign(budget=10)])
    with freezing():
        call(alice.id, "Icy")
        source = _reply(alice, 1)
        assert (_has(alice), _spent()) == (0, 10)
        service.take_back(source)
        assert (_has(alice), _spent()) == (0, 0)
        service.give_back(source)
        assert (_has(alice), _spent()) == (0, 10)
        call(alice.id, "alice")
        service.pay_waiting(alice.id)
    assert (_has(alice), _spent()) == (20, 10)


@pytest.mark.race
def test_returns_and_new_acts_at_once_never_pass_a_budget(app: Flask) -> None:
    """Eight members, each with an act taken back and given back while others act."""
    use_rules(a_rule(REPLY, 10), campaigns=[a_campaign(budget=45)])
    members = [a_member(f"m{n}", email=None, password=None) for n in range(8)]
    sources = [_reply(member, n + 1) for n, member in enumerate(members)]
    start = threading.Barrier(len(members))
    errors: list[BaseException] = []

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                service.take_back(sources[number])
                service.reward(members[number].id, REPLY, source=Ref("reply", 100 + number))
                service.give_back(sources[number])
            except BaseException as error:  # noqa: BLE001 - told to the test
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(members))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert _spent() == 45
    assert sum(_has(member) for member in members) == 16 * 10 + 45
