"""What bad rules get: refused or warned of, with the reason. Pure, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from app.ledger.types import Fund
from app.loyalty.policy import V1, book_of
from app.loyalty.policy.checking import Vocabulary, World, check
from app.loyalty.policy.comparing import changes, rebased
from app.loyalty.types import (
    Cap,
    Compare,
    Condition,
    Expiry,
    Lapse,
    Rule,
    RuleBook,
    Window,
)
from app.loyalty.types.actions import Action, Attribute, AttributeKind
from app.loyalty.types.drafts import WARNINGS, Part, Problem
from tests.factories.rules import a_campaign, a_rule, daily

NOW = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
NUMBER, CHOICE = AttributeKind.NUMBER, AttributeKind.CHOICE
REPLY, GIVEN, RECEIVED = "reply.published", "like.given", "like.received"
P = Problem


def an_action(key: str, **more: Any) -> Action:
    attributes = (
        Attribute("length", "Length", NUMBER),
        Attribute("board", "Board", CHOICE),
        Attribute("has_photo", "Photo"),
    )
    return Action(key, key, "coin", Fund.CONTENT, attributes, **more)


ACTIONS = {
    action.key: action
    for action in (
        an_action(REPLY),
        an_action("thread.published"),
        an_action("checkin.daily", is_one_sided=False),
        an_action(GIVEN, has_other=True),
        an_action(RECEIVED, has_other=True, is_one_sided=False),
        an_action("mission.done", is_one_sided=False, gives=("badge.granted",)),
        an_action("badge.granted", is_one_sided=False, gives=("camp.done",)),
        an_action("camp.done", is_one_sided=False, gives=("mission.done",)),
    )
}
VOCABULARY = Vocabulary(ACTIONS, (Attribute("tier", "Tier", CHOICE),), {"board": {1, 2}})


def found(book: RuleBook, **more: Any) -> list[tuple[Problem, str, str]]:
    before = more.pop("before", book_of(1))
    world = World(now=NOW, vocabulary=VOCABULARY, before=before, **more)
    return [(each.problem, each.key, each.place) for each in check(book, world)]


def of(*rules: Rule) -> list[Problem]:
    return [problem for problem, _key, _place in found(book_of(1, *rules))]


def with_campaigns(*campaigns: Any) -> RuleBook:
    each = MappingProxyType({campaign.key: campaign for campaign in campaigns})
    return replace(book_of(1), campaigns=each)


LIMITED = daily(points=100)


def test_the_rules_of_a_new_house_are_clean() -> None:
    reached = Attribute("milestones", "Milestones", NUMBER)
    named = Attribute("points", "Points", NUMBER, is_amount=True)
    more = (reached, named)
    known = {key: replace(a, attributes=(*a.attributes, *more)) for key, a in ACTIONS.items()}
    world = World(now=NOW, vocabulary=replace(VOCABULARY, actions=known), before=V1)
    rules = {key: rule for key, rule in V1.rules.items() if rule.action in known}

    assert len(rules) > 5
    assert check(replace(V1, rules=rules), world) == []


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        (a_rule(points=-1, caps=LIMITED), P.NEGATIVE),
        (a_rule(points=1, growth=-1, caps=LIMITED), P.NEGATIVE),
        (a_rule(points=5, caps=daily(points=4)), P.CAP_BELOW_AMOUNT),
        (a_rule(points=5, caps=(Cap(Window.DAY),)), P.EMPTY_CAP),
        (a_rule(points=5, caps=daily(times=0)), P.EMPTY_CAP),
        (a_rule(points=5, caps=daily(points=-5)), P.NEGATIVE),
        (a_rule(points=5, caps=(*LIMITED, *daily(times=3))), P.CAP_TWICE),
        (a_rule(points=5, caps=(*LIMITED, Cap(Window.WEEK, 50))), P.CAP_IDLE),
        (a_rule(points=5), P.NO_LIMIT),
        (a_rule(GIVEN, points=1), P.PAYS_ITSELF),
        (a_rule(points=1, caps=LIMITED, pair_cap=Cap(Window.DAY, 5)), P.NO_PAIR),
        (a_rule(points=0, caps=LIMITED), P.NOTHING),
        (a_rule("nobody.knows", points=1, caps=LIMITED), P.UNKNOWN_ACTION),
        (a_rule(points=1, caps=LIMITED, names={"en": "Only English"}), P.NO_NAME),
        (a_rule(points=0, caps=LIMITED, step_on="length"), P.EMPTY_LADDER),
        (a_rule(points=0, steps={1: 5}), P.EMPTY_LADDER),
        (a_rule(points=0, step_on="length", steps={1: 5, 2: 5}), P.STEPS_NOT_RISING),
        (a_rule(points=0, step_on="length", steps={0: 5, 2: 6}), P.NEGATIVE),
        (a_rule(points=0, step_on="board", steps={1: 5}), P.UNKNOWN_ATTRIBUTE),
        (a_rule(points=1, caps=LIMITED, settle_hours=-1), P.NEGATIVE),
        (a_rule(points=1, caps=LIMITED, expiry=Expiry(Lapse.DAYS, 0)), P.EXPIRY_LENGTH),
        (a_rule(points=1, caps=LIMITED, expiry=Expiry(Lapse.DATE)), P.EXPIRY_LENGTH),
        (
            a_rule(points=1, caps=LIMITED, expiry=Expiry(Lapse.DATE, on=date(2026, 8, 31))),
            P.EXPIRY_PAST,
        ),
    ],
)
def test_a_rule_with_one_slip(rule: Rule, problem: Problem) -> None:
    assert of(rule) == [problem]


@pytest.mark.parametrize(
    "rule",
    [
        a_rule(points=5, caps=daily(points=5)),
        a_rule(points=5, caps=(*daily(points=20), Cap(Window.WEEK, 50, 10))),
        a_rule(points=5, cooldown_minutes=10),
        a_rule(GIVEN, points=1, pair_cap=Cap(Window.DAY, times=1)),
        a_rule(GIVEN, points=1, caps=daily(times=5)),
        a_rule(points=0, step_on="length", steps={1: 5, 2: 6}),
        a_rule(points=1, caps=LIMITED, expiry=Expiry(Lapse.MONTH_END, 0)),
        a_rule(points=1, growth=0, caps=LIMITED, is_on=False),
    ],
)
def test_a_rule_without_a_slip(rule: Rule) -> None:
    assert of(rule) == []


@pytest.mark.parametrize(
    ("conditions", "problems"),
    [
        ([Condition("moon", Compare.IS, value=True)], [P.UNKNOWN_ATTRIBUTE]),
        ([Condition("length", Compare.ANY_OF, (1,))], [P.BAD_TEST]),
        ([Condition("length", Compare.AT_LEAST, value=True)], [P.BAD_TEST]),
        ([Condition("has_photo", Compare.IS, 3)], [P.BAD_TEST]),
        ([Condition("board", Compare.ANY_OF, ())], [P.BAD_TEST]),
        ([Condition("board", Compare.ANY_OF, (1, 9))], [P.UNKNOWN_OPTION]),
        (
            [Condition("length", Compare.AT_LEAST, 9), Condition("length", Compare.AT_MOST, 8)],
            [P.NEVER_TRUE],
        ),
        (
            [Condition("has_photo", Compare.IS, v) for v in (True, False)],
            [P.NEVER_TRUE],
        ),
        ([Condition("tier", Compare.ANY_OF, ("gold",)), Condition("board", Compare.IS, 1)], []),
    ],
)
def test_conditions(conditions: list[Condition], problems: list[Problem]) -> None:
    assert of(a_rule(points=1, caps=LIMITED, conditions=tuple(conditions))) == problems


def test_of_rules_in_one_group_one_that_can_never_win_is_told() -> None:
    photo = (Condition("has_photo", Compare.IS, value=True),)
    plain = a_rule("a", 10, action=REPLY, slot="s", caps=LIMITED)
    with_photo = a_rule("b", 10, action=REPLY, slot="s", caps=LIMITED, conditions=photo)
    better = replace(with_photo, points=20)

    assert found(book_of(1, plain, with_photo)) == [(P.NEVER_WINS, "b", "slot")]
    assert found(book_of(1, plain, better)) == []
    assert found(book_of(1, plain, replace(with_photo, slot="own"))) == []


def test_rules_that_pay_each_other_in_a_circle_are_refused() -> None:
    circle = [a_rule(key, 1) for key in ("mission.done", "badge.granted", "camp.done")]

    assert {problem for problem, _, _ in found(book_of(1, *circle))} == {P.CYCLE}
    assert found(book_of(1, *circle[:2])) == []
    assert found(book_of(1, *circle[:2], replace(circle[2], is_on=False))) == []


# --- campaigns -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"names": {"en": "x"}}, P.NO_NAME),
        ({"actions": ()}, P.NO_ACTIONS),
        ({"action": "nobody.knows"}, P.UNKNOWN_ACTION),
        ({"bonus": -1}, P.NEGATIVE),
        ({"multiplier": 500}, P.MULTIPLIER_LOW),
        ({"multiplier": 1000}, P.NOTHING_ADDED),
        ({"budget": 0}, P.NO_BUDGET),
        ({"ends_at": NOW}, P.WINDOW_REVERSED),
        ({"starts_at": NOW - timedelta(days=9), "ends_at": NOW}, P.WINDOW_PAST),
    ],
)
def test_a_campaign_with_one_slip(change: dict[str, Any], problem: Problem) -> None:
    campaign = a_campaign(**{"starts_at": NOW, **change})

    assert [each for each, _, _ in found(with_campaigns(campaign))] == [problem]


def test_a_campaign_that_is_over_and_unchanged_is_left_alone() -> None:
    over = a_campaign(starts_at=NOW - timedelta(days=9), ends_at=NOW - timedelta(days=1))
    book = with_campaigns(over)

    assert found(book, before=book) == []


def test_campaigns_that_overlap_on_an_act_are_told_of_each_other() -> None:
    one = a_campaign("a", starts_at=NOW)
    meets = a_campaign("b", starts_at=NOW + timedelta(days=6))
    after = a_campaign("c", starts_at=one.ends_at)
    other_act = a_campaign("d", action="thread.published", starts_at=NOW)

    assert found(with_campaigns(one, meets)) == [(P.OVERLAP, "a", "starts_at")]
    assert found(with_campaigns(one, after, other_act)) == []
    assert found(with_campaigns(one, replace(meets, is_on=False))) == []


def test_a_budget_cut_below_what_is_spent_is_refused() -> None:
    book = with_campaigns(a_campaign(starts_at=NOW, budget=10))

    assert found(book, spent={"week": 11}) == [(P.BUDGET_BELOW_SPENT, "week", "budget_points")]
    assert found(book, spent={"week": 10}) == []


def test_a_condition_that_some_of_a_campaigns_acts_cannot_answer_is_told() -> None:
    bare = {**ACTIONS, "bare": Action("bare", "bare", "coin", Fund.CONTENT)}
    condition = Condition("length", Compare.AT_LEAST, 1)
    book = with_campaigns(
        a_campaign(starts_at=NOW, actions=(REPLY, "bare"), conditions=(condition,))
    )
    world = World(now=NOW, vocabulary=replace(VOCABULARY, actions=bare), before=book_of(1))

    assert [each.problem for each in check(book, world)] == [P.NOT_FOR_ALL]


def test_an_audience_that_fits_nobody_is_told() -> None:
    book = book_of(1, a_rule(points=1, caps=LIMITED))

    assert found(book, audiences={(Part.RULE, REPLY): 0}) == [
        (P.MATCHES_NOBODY, REPLY, "conditions")
    ]
    assert found(book, audiences={(Part.RULE, REPLY): 1}) == []


def test_orders_need_a_rate() -> None:
    assert found(book_of(1, minor_per_point=0)) == [(P.NO_RATE, "", "minor_per_point")]


def test_errors_come_first_and_every_problem_has_its_words() -> None:
    from app.loyalty.rules_words import SAYS

    book = book_of(1, a_rule(points=5), a_rule(GIVEN, points=-1, caps=LIMITED))
    is_warning = [problem in WARNINGS for problem, _, _ in found(book)]

    assert is_warning == sorted(is_warning)
    assert set(SAYS) == set(Problem)


# --- differences ---------------------------------------------------------------------------------


def test_changes_and_what_becomes_of_them_on_a_newer_version() -> None:
    base = book_of(1, a_rule("a", 1), a_rule("b", 1), a_rule("c", 1))
    theirs = replace(book_of(2, a_rule("a", 9), a_rule("b", 7), a_rule("c", 1)))
    mine = book_of(
        1, a_rule("a", 2), a_rule("b", 7), a_rule("c", 3), a_rule("d", 4), minor_per_point=50
    )

    after, kept, lost = rebased(base, theirs, mine)

    assert [each.key for each in changes(base, mine)] == ["a", "b", "c", "d", ""]
    assert [each.key for each in kept] == ["b", "c", "d", ""]
    assert [each.key for each in lost] == ["a"]
    assert {key: rule.points for key, rule in after.rules.items()} == {
        "a": 9,
        "b": 7,
        "c": 3,
        "d": 4,
    }
    assert (after.version, after.minor_per_point) == (2, 50)
