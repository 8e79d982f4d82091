"""Missions, camps and made-up days are acts of the rules: logged, limited, lifted, taken back."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.checkin import service as checkin
from app.checkin.types import Item
from app.identity.types import MemberRow
from app.kernel import clock, facts, verify
from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.loyalty import policy, service
from app.loyalty.models import LoyaltyAward, LoyaltyMissionProgress
from app.loyalty.queries import books
from app.loyalty.queries import missions as mission_queries
from app.loyalty.types import Award, Cap, Outcome, Rule, Window
from app.loyalty.types.doings import Doing
from app.loyalty.types.drafts import Problem
from app.loyalty.types.missions import Period
from tests.factories.camps import POST, REPLY, a_camp, a_mission, an_act, tomorrow
from tests.factories.identity import Browser
from tests.factories.loyalty import use_rules
from tests.factories.rules import ICY, a_campaign, a_rule, call, freezing
from tests.loyalty.test_races import THREADS, together

CHECKED = (
    "ledger", "loyalty.missions", "loyalty.progress", "loyalty.counters", "loyalty.caps",
    "loyalty.budgets", "loyalty.camps",
)  # fmt: skip


def available(member: MemberRow) -> int:
    points = ledger.balance(member.id)
    db.session.rollback()
    return points.available - points.debt


def awards(member: MemberRow, action: str) -> list[Any]:
    rows = db.session.execute(
        sa.select(LoyaltyAward.__table__)
        .where(LoyaltyAward.member_id == member.id, LoyaltyAward.action == action)
        .order_by(LoyaltyAward.id)
    ).all()
    db.session.rollback()
    return list(rows)


def progress(member: MemberRow) -> list[tuple[int, bool]]:
    rows = mission_queries.missions_of(member.id)
    db.session.rollback()
    return [(row.count, row.is_done) for row in rows]


def clean() -> list[str]:
    found = [drift for report in verify.run(CHECKED) for drift in report.drifts]
    db.session.rollback()
    return found


def carried(key: str = policy.MISSION, **more: Any) -> Rule:
    return replace(policy.V1.rule(key), **more)


def post(member: MemberRow, number: int) -> Ref:
    source = Ref("thread", number)
    service.reward(member.id, Doing.POST.action, source=source, about={"length": 20})
    return source


# --- by rules ------------------------------------------------------------------------------------


def test_a_mission_stands_in_the_act_log_with_its_rule_and_version(
    app: Flask, staff: MemberRow, alice: MemberRow, alice_client: Browser
) -> None:
    a_mission(staff, points=7)
    version = use_rules(a_rule("reply.published", 2))
    an_act(alice)

    [row] = awards(alice, policy.MISSION)
    assert (row.rule, row.points, row.growth, row.rule_version) == (policy.MISSION, 7, 7, version)
    assert (row.source_kind, row.about["points"], row.campaign) == ("mission", 7, "")
    assert available(alice) == 9
    page = alice_client.get(f"/me/wallet/{row.txn_id}").text
    assert "Mission done" in page
    assert "A mission pays once" in page
    assert clean() == []


def test_a_campaign_lifts_missions_only_where_their_rule_lets_it(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    a_mission(staff, points=10)
    double = a_campaign(actions=(policy.MISSION,), budget=15)
    use_rules(a_rule("reply.published", 0, growth=1), campaigns=[double])
    an_act(alice)
    assert available(alice) == 10

    use_rules(carried(is_lifted=True))
    tomorrow()
    an_act(alice)
    an_act(bob)
    assert (available(alice), available(bob)) == (10 + 20, 15)  # the budget ended with him
    assert clean() == []


def test_a_limit_and_an_off_switch_hold_for_missions(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_mission(staff, points=10)
    a_mission(staff, points=8)
    use_rules(a_rule("reply.published", 0), carried(caps=(Cap(Window.DAY, points=12),)))
    an_act(alice)
    assert available(alice) == 12
    assert [row.outcome for row in awards(alice, policy.MISSION)] == [
        Outcome.GIVEN, Outcome.CAPPED,
    ]  # fmt: skip

    use_rules(carried(is_on=False))
    tomorrow()
    an_act(alice)
    assert available(alice) == 12
    assert clean() == []


def test_points_of_a_frozen_member_wait_in_the_act_log(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_mission(staff, points=10)
    use_rules(a_rule("reply.published", 0))
    with freezing():
        call(alice.id, ICY)
        an_act(alice)
        assert available(alice) == 0
        assert [row.outcome for row in awards(alice, policy.MISSION)] == [Outcome.FROZEN]
        call(alice.id, "alice")
        service.pay_waiting(alice.id)
        service.pay_waiting(alice.id)
    assert available(alice) == 10
    assert clean() == []


def test_a_camps_bonus_is_an_act_too(app: Flask, staff: MemberRow, alice: MemberRow) -> None:
    from app.loyalty.service import camps

    code = a_camp(staff, bonus_points=50)
    use_rules(a_rule("reply.published", 0))
    camps.join_cohort(alice.id, "dips", code)
    an_act(alice)
    tomorrow()
    an_act(alice)
    [row] = awards(alice, policy.CAMP)
    assert (row.points, row.source_kind, row.rule) == (50, "camp_seat", policy.CAMP)
    assert available(alice) == 50
    assert clean() == []


def test_a_healed_milestone_is_paid_by_the_rules_ladder(app: Flask, alice: MemberRow) -> None:
    use_rules(carried(policy.MILESTONE, steps=MappingProxyType({3: 33, 9: 99})))
    checkin.give(alice.id, Item.CARD, 1, key="start")
    for day in range(4):
        if day != 1:
            checkin.check_in(alice.id)
        tomorrow()
    missed = clock.business_date() - 3 * clock.ONE_DAY
    done = checkin.make_up(alice.id, missed)

    rules = {row.rule: row.points for row in awards(alice, policy.MADE_UP)}
    assert rules.get(policy.HEALED) == 33
    assert available(alice) == 3 * 10 + 33 + done.points
    assert [step.days for step in done.due] == [3]
    assert clean() == []


def test_a_book_from_before_knows_them_all_the_same() -> None:
    body = policy.written(policy.V1)
    body["rules"] = [
        {name: value for name, value in each.items() if name not in NEW}
        for each in body["rules"]
        if each["key"] not in {rule.key for rule in policy.ALWAYS}
    ]
    book = policy.read_book(2, body)
    assert {rule.key for rule in policy.ALWAYS} <= set(book.rules)
    assert book.rules[policy.ORDER if policy.ORDER in book.rules else policy.THREAD].is_lifted
    assert policy.read_book(2, policy.written(book)) == book


NEW = {"steps_of", "amount_on", "is_lifted"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"amount_on": "length"}, Problem.UNKNOWN_ATTRIBUTE),
        ({"step_on": "points", "steps": {1: 2}}, Problem.TWO_AMOUNTS),
        ({"amount_on": "", "step_on": "points", "steps_of": "none"}, Problem.EMPTY_LADDER),
    ],
)
def test_a_slip_in_such_a_rule_is_told(
    app: Flask, change: dict[str, Any], problem: Problem
) -> None:
    from app.loyalty.queries import drafts

    book = books.current()
    assert [each.problem for each in drafts.findings(book) if each.key == policy.MISSION] == []
    wrong = replace(book, rules={**book.rules, policy.MISSION: carried(**change)})
    told = {each.problem for each in drafts.findings(wrong) if each.key == policy.MISSION}
    assert problem in told


# --- removed content -----------------------------------------------------------------------------


def test_what_is_removed_counts_no_more_and_what_comes_back_counts_again(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_mission(staff, wanted=POST, goal=3, points=40)
    first, _second = post(alice, 1), post(alice, 2)
    assert progress(alice) == [(2, False)]

    service.take_back(first)
    service.take_back(first)
    assert progress(alice) == [(1, False)]
    post(alice, 3)
    assert progress(alice) == [(2, False)], "posting and deleting leads nowhere"
    service.give_back(first)
    assert progress(alice) == [(3, True)], "what comes back may finish it"
    assert [row.points for row in awards(alice, policy.MISSION)] == [40]
    assert clean() == []


def test_the_last_counted_act_can_go_too(app: Flask, staff: MemberRow, alice: MemberRow) -> None:
    a_mission(staff, wanted=POST, goal=2)
    service.take_back(post(alice, 1))
    assert progress(alice) == [(0, False)]
    post(alice, 2)
    assert progress(alice) == [(1, False)]
    assert clean() == []


def test_what_is_done_stays_done_unless_the_mission_takes_it_back(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_mission(staff, wanted=POST, goal=2, points=30)
    a_mission(staff, wanted=POST, goal=2, points=500, takes_back=True)
    one, _two = post(alice, 1), post(alice, 2)
    assert available(alice) == 20 + 30 + 500

    service.take_back(one)
    assert available(alice) == 10 + 30
    assert sorted(progress(alice)) == [(1, False), (2, True)]
    service.give_back(one)
    assert available(alice) == 20 + 30 + 500
    service.take_back(one)
    post(alice, 3)
    assert available(alice) == 10 + 10 + 30 + 500, "another act makes up for what is gone"
    assert [row.points for row in awards(alice, policy.MISSION)] == [30, 500]
    assert facts.count_by_name(
        ["mission.done"], since=clock.business_date(), until=clock.business_date() + clock.ONE_DAY
    ) == {"mission.done": 2}
    db.session.rollback()
    assert clean() == []


def test_more_than_the_goal_is_a_reserve(app: Flask, staff: MemberRow, alice: MemberRow) -> None:
    a_mission(staff, wanted=POST, goal=1, points=9, takes_back=True, period=Period.WEEK)
    one, _two = post(alice, 1), post(alice, 2)
    service.take_back(one)
    assert (progress(alice), available(alice)) == ([(1, True)], 10 + 9)
    assert clean() == []


def test_capped_acts_that_earned_nothing_are_followed_too(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_mission(staff, wanted=REPLY, goal=2)
    use_rules(a_rule("reply.published", 0))
    source = Ref("reply", 1)
    service.reward(alice.id, "reply.published", source=source, cause=Ref("thread", 5))
    service.take_back(Ref("thread", 5))
    assert progress(alice) == [(0, False)]
    rows = db.session.scalars(sa.select(LoyaltyMissionProgress.points)).all()
    db.session.rollback()
    assert list(rows) == [0]
    assert clean() == []


@pytest.mark.race
def test_acts_and_removals_at_once_leave_what_stands(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_mission(staff, wanted=POST, goal=THREADS, points=500, takes_back=True)

    def act(number: int) -> Award:
        award = service.reward(alice.id, Doing.POST.action, source=Ref("thread", number + 1))
        if number % 2:
            service.take_back(Ref("thread", number + 1))
        return award

    together(app, act)
    assert progress(alice) == [(THREADS // 2, False)]
    service.give_back(*(Ref("thread", number + 1) for number in range(THREADS)))
    assert progress(alice) == [(THREADS, True)]
    assert available(alice) == 50 + 500, "five threads a day earn; all of them count"
    assert clean() == []
