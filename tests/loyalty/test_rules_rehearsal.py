"""A dry run tells what a time would have cost: to the point what it costs when it is replayed."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import clock, ids, jobs
from app.kernel.db import db
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.loyalty import policy, service
from app.loyalty.models import LoyaltyAward
from app.loyalty.queries import books, context, rehearsals
from app.loyalty.service import rehearsing
from app.loyalty.types import Act, Cap, Compare, Condition, Rule, RuleBook, Window
from app.loyalty.types.rehearsals import Outlook
from tests.conftest import NOON
from tests.factories.camps import a_mission
from tests.factories.commerce import an_order
from tests.factories.goods import a_product
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign, a_rule, daily

REPLY, LIKE = "reply.published", "like.received"
FIRST, LAST = date(2026, 9, 1), date(2026, 9, 30)
FIRST_TIME = Condition("first_time", Compare.IS, value=True)


def rehearse(book: RuleBook, since: date = FIRST, until: date = LAST, **more: Any) -> Outlook:
    """Ask, let the worker count, return what it found."""
    moves = more.pop("moves_campaigns", False)
    run_id = rehearsing.ask(book, since, until, moves_campaigns=moves, actor_id=1)
    jobs.run(rehearsing.SWEEP)
    run = rehearsals.rehearsal(run_id)
    assert run
    assert run.outlook, run.error
    return run.outlook


def with_rules(*rules: Rule, **more: Any) -> RuleBook:
    book = books.current()
    campaigns = {each.key: each for each in more.pop("campaigns", ())}
    return replace(
        book,
        rules={**book.rules, **{rule.key: rule for rule in rules}},
        campaigns=campaigns,
        **more,
    )


def do(acts: Sequence[tuple[int, str, int, int, int]], who: Sequence[int]) -> list[Act]:
    """Return acts from now on: (member, action, hours, length, other)."""
    offset = ids.next_id()
    return [
        Act(
            who[member], action, Ref("thing", offset + n), clock.now() + timedelta(hours=hours),
            {"length": length}, who[(member + 1 + other) % len(who)],
        )
        for n, (member, action, hours, length, other) in enumerate(acts)
    ]  # fmt: skip


an_act = st.tuples(
    st.integers(0, 2),
    st.sampled_from((REPLY, LIKE)),
    st.integers(0, 200),
    st.integers(0, 40),
    st.integers(0, 1),
)
NEW = (
    a_rule(REPLY, 7, caps=(Cap(Window.DAY, 20), Cap(Window.WEEK, times=5)), cooldown_minutes=90),
    a_rule("reply.long", 11, action=REPLY, slot=REPLY, caps=daily(times=2),
           conditions=(Condition("length", Compare.AT_LEAST, 20),)),
    a_rule("reply.first", 30, action=REPLY, conditions=(FIRST_TIME,)),
    a_rule(LIKE, 3, pair_cap=Cap(Window.DAY, times=1), caps=(Cap(Window.EVER, 12),)),
)  # fmt: skip


STRETCH = timedelta(days=70)
_stretches = count()


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=st.lists(an_act, min_size=1, max_size=40), budget=st.sampled_from((1, 40, 10_000)))
def test_the_dry_run_equals_the_real_cost_when_replayed(
    app: Flask, drawn: list[tuple[int, str, int, int, int]], budget: int
) -> None:
    """Acts under the old rules, a dry run of new ones, the same acts of others under the new."""
    ordered = sorted(drawn, key=lambda act: act[2])
    with clock.frozen(NOON + next(_stretches) * STRETCH):  # a time of its own for each example
        first, second = (
            [a_member(f"z{n}", email=None, password=None).id for n in range(3)] for _ in range(2)
        )
        lift = a_campaign(
            f"c{ids.next_id()}", actions=(REPLY, LIKE), budget=budget,
            ends_at=clock.now() + timedelta(hours=100),
        )  # fmt: skip
        old = [policy.V1.rule(REPLY), policy.V1.rule(LIKE)]
        use_rules(*old, *(replace(each, is_on=False) for each in NEW[1:3]))
        real = service.reward_many(do(ordered, first))

        today = clock.business_date()
        draft = with_rules(*NEW, campaigns=[lift])
        outlook = rehearse(draft, today, today + timedelta(days=30))
        use_rules(*NEW, campaigns=[lift])
        replayed = service.reward_many(do(ordered, second))

    assert outlook.total.given == sum(award.points for award in real)
    assert outlook.total.points == sum(award.points for award in replayed)
    assert outlook.acts == len(drawn)
    assert outlook.capped == sum(award.capped for award in replayed)
    by_campaign = outlook.by_campaign.get(lift.key)
    assert (by_campaign.points if by_campaign else 0) <= budget


def test_it_is_counted_in_steps_and_taken_up_again(
    alice: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts = [(0, REPLY, hour, 10, 0) for hour in range(0, 90, 3)]
    service.reward_many(do(acts, [alice.id]))
    draft = with_rules(a_rule(REPLY, 3, caps=(Cap(Window.DAY, 9), Cap(Window.WEEK, times=12))))
    whole = rehearse(draft)

    monkeypatch.setattr(rehearsing, "ROWS", 7)
    run_id = rehearsing.ask(draft, FIRST, LAST, moves_campaigns=False, actor_id=1)
    seen = []
    while rehearsing.step():
        run = rehearsals.rehearsal(run_id)
        assert run
        seen.append(run.percent)
    run = rehearsals.rehearsal(run_id)

    assert run
    assert run.outlook == whole
    assert len(seen) > 4
    assert seen == sorted(seen)
    assert (seen[-1], run.acts_done) == (100, 30)


def test_what_was_used_before_the_time_counts_in_limits_that_reach_back(alice: MemberRow) -> None:
    use_rules(a_rule(REPLY, 5))
    with clock.frozen(NOON - timedelta(days=1)):
        service.reward(alice.id, REPLY, source=Ref("reply", 1))
    service.reward_many(do([(0, REPLY, 1, 1, 0), (0, REPLY, 2, 1, 0)], [alice.id]))

    ever = rehearse(with_rules(a_rule(REPLY, 5, caps=(Cap(Window.EVER, times=2),))))
    daily_ = rehearse(with_rules(a_rule(REPLY, 5, caps=daily(times=2))))
    first = rehearse(with_rules(a_rule(REPLY, 5, conditions=(FIRST_TIME,))))

    assert (ever.total.points, daily_.total.points, first.total.points) == (5, 10, 0)
    assert ever.total.given == 10


def test_the_first_time_of_whom_he_was_counts_from_the_day_they_became_one(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    """As it was asked when they happened: before the merge each had a first time of his own."""
    service.reward(alice.id, REPLY, source=Ref("reply", 1))
    with clock.frozen(NOON + timedelta(hours=1)):
        identity.merge_members(alice.id, bob.id, cause=MergeCause.STAFF, actor_id=staff.id)
    with clock.frozen(NOON + timedelta(hours=2)):
        service.reward(bob.id, REPLY, source=Ref("reply", 2))
    draft = with_rules(a_rule(REPLY, 5, conditions=(FIRST_TIME,)))
    assert rehearse(draft).total.points == 5


def test_who_had_done_it_before_they_became_one_had_his_own_first_time(
    alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    service.reward(alice.id, REPLY, source=Ref("reply", 1))
    service.reward(bob.id, REPLY, source=Ref("reply", 2))
    with clock.frozen(NOON + timedelta(hours=1)):
        identity.merge_members(alice.id, bob.id, cause=MergeCause.STAFF, actor_id=staff.id)
    draft = with_rules(a_rule(REPLY, 5, conditions=(FIRST_TIME,)))
    assert rehearse(draft).total.points == 10


def test_a_campaign_of_another_time_is_looked_at_as_if_it_had_been_on(alice: MemberRow) -> None:
    service.reward(alice.id, REPLY, source=Ref("reply", 1))
    later = a_campaign(starts_at=NOON + timedelta(days=90))
    draft = with_rules(campaigns=[later])

    as_it_is = rehearse(draft)
    as_if = rehearse(draft, moves_campaigns=True)

    assert (as_it_is.total.points, as_if.total.points) == (2, 4)
    assert as_if.by_campaign["week"].difference == 2


def test_a_rule_that_asks_for_a_tag_is_counted_from_what_was_really_written(
    alice: MemberRow,
) -> None:
    """Tags are kept as digests: the act log can be asked for one, and tells none."""
    for number, tags in enumerate((("soup", "winter"), ("tea",), ())):
        service.reward(alice.id, REPLY, source=Ref("reply", number + 1), about={"tags": tags})
    kept = db.session.scalars(sa.select(LoyaltyAward.about)).all()
    assert "soup" not in str(kept)
    db.session.rollback()
    asks = Condition("tags", Compare.ANY_OF, ("Soup", "leek"))
    shuns = Condition("tags", Compare.NONE_OF, ("tea",))

    asked = rehearse(with_rules(a_rule(REPLY, 9, conditions=(asks,))))
    shunned = rehearse(with_rules(a_rule(REPLY, 9, conditions=(shuns,))))

    assert (asked.total.points, shunned.total.points) == (9, 18)
    assert (asked.unknown, asked.as_today) == ({}, {})


def test_what_nobody_noted_then_is_told_with_the_number_of_acts(
    alice: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before_it_was_noted:
        before_it_was_noted.setattr(context, "kept", tuple)
        for number in (1, 2):
            service.reward(alice.id, REPLY, source=Ref("reply", number), about={"length": 9})
    asks = Condition("tags", Compare.ANY_OF, ("soup",))
    mentors = Condition("roles", Compare.ANY_OF, ("mentor",))

    blind = rehearse(with_rules(a_rule(REPLY, 9, conditions=(asks,))))
    today = rehearse(with_rules(a_rule(REPLY, 9, conditions=(mentors,))))

    assert (blind.unknown, blind.as_today, blind.total.points) == ({REPLY: 2}, {}, 0)
    assert (today.unknown, today.as_today) == ({}, {REPLY: 2})


def test_orders_are_asked_for_the_goods_that_they_really_had(alice: MemberRow) -> None:
    """No rule asked for products when they were paid, so their acts don't tell; the books do."""
    product = a_product("BR-1")
    an_order(alice.id, number="A-1", lines=(("BR-1", 1, 100_00),))
    an_order(alice.id, number="A-2", lines=((None, 1, 50_00),))
    asks = Condition("product", Compare.ANY_OF, (product,))
    extra = a_rule("order.broth", 40, action="order.paid", slot="broth", conditions=(asks,))

    outlook = rehearse(with_rules(extra))

    assert outlook.by_rule["order.broth"].points == 40
    assert outlook.unknown == {}


def test_orders_are_rated_again(alice: MemberRow) -> None:
    an_order(alice.id, number="A-1", lines=((None, 1, 100_00),))
    an_order(alice.id, number="A-2", lines=((None, 1, 50_50),))
    double = a_campaign(actions=("order.paid",), budget=120)

    same = rehearse(books.current())
    half = rehearse(with_rules(minor_per_point=200))
    lifted = rehearse(with_rules(campaigns=[double]))

    assert (same.total.points, same.total.given, same.orders) == (150, 150, 2)
    assert half.by_rule["order.paid"].points == 75
    assert lifted.by_campaign["week"].points == 100  # the second one does not fit any more
    assert (lifted.gainers, lifted.top_gainers[0].difference) == (1, 100)


def test_a_budget_that_acts_and_orders_share_ends_where_it_really_ended(
    alice: MemberRow, bob: MemberRow
) -> None:
    shared = a_campaign(actions=(REPLY, "order.paid"), budget=130)
    use_rules(a_rule(REPLY, 20), campaigns=[shared])
    for number, (who, minor) in enumerate(((alice, 50_00), (bob, 0), (alice, 70_00), (bob, 0))):
        if minor:
            an_order(who.id, number=f"A-{number}", lines=((None, 1, minor),))
        else:
            service.reward(who.id, REPLY, source=Ref("reply", number + 1))
        clock.tick(timedelta(minutes=1))

    outlook = rehearse(books.current())

    # 50 and 20 fit; the second order would need 70 of 60 that are left; the last reply gets 20.
    assert outlook.by_campaign["week"].points == outlook.by_campaign["week"].given == 90
    assert outlook.by_campaign["week"].acts == 3
    assert outlook.total.points == outlook.total.given == 250
    assert (outlook.gainers, outlook.losers) == (0, 0)


def test_what_was_known_of_a_member_then_decides_not_what_is_known_now(
    alice: MemberRow, staff: MemberRow
) -> None:
    from app.identity import service as identity

    for_mentors = Condition("roles", Compare.ANY_OF, ("mentor",))
    use_rules(
        a_rule(REPLY, 5),
        a_rule("reply.mentor", 9, action=REPLY, slot="mentor", conditions=(for_mentors,)),
    )
    identity.grant_role(None, alice.id, Role.MENTOR)
    service.reward(alice.id, REPLY, source=Ref("reply", 1))
    identity.revoke_role(None, alice.id, Role.MENTOR)
    service.reward(alice.id, REPLY, source=Ref("reply", 2))

    outlook = rehearse(books.current())

    assert outlook.total.points == outlook.total.given == 5 + 9 + 5
    assert (outlook.gainers, outlook.losers) == (0, 0)


def test_missions_are_counted_by_their_own_amounts(alice: MemberRow, staff: MemberRow) -> None:
    a_mission(staff, points=30)
    service.reward(alice.id, REPLY, source=Ref("reply", 1))
    lifted = replace(policy.V1.rule(policy.MISSION), is_lifted=True)
    double = a_campaign(actions=(policy.MISSION,))

    same = rehearse(books.current())
    more = rehearse(with_rules(lifted, campaigns=[double]))

    assert same.total.points == same.total.given == 2 + 30
    assert more.by_campaign["week"].points == 30


# --- the pages -----------------------------------------------------------------------------------


def test_staff_ask_wait_and_read_what_came_out(
    app: Flask, operator: MemberRow, alice: MemberRow
) -> None:
    desk: Browser = browser(app)
    sign_in(desk, operator)
    service.reward(alice.id, REPLY, source=Ref("reply", 1))
    desk.post("/staff/rules/draft")
    asked = {"since": "2026-09-01", "until": "2026-09-30", "moves_campaigns": "y"}

    wrong = desk.post("/staff/rules/draft/dry-run", data={**asked, "until": "2026-08-01"})
    started = desk.post("/staff/rules/draft/dry-run", data=asked)
    waiting = desk.get(started.location)
    jobs.run(rehearsing.SWEEP)
    done = desk.get(started.location, headers={"HX-Request": "true"})

    assert wrong.status_code == 422
    assert started.status_code == 303
    assert "counting" in waiting.text
    assert "<html" not in done.text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", done.text))
    assert "1 acts and 0 orders looked at" in words
    assert desk.get("/staff/rules/dry-runs/7").status_code == 404
    assert "Really given" in desk.get("/staff/rules/draft/publish").text
