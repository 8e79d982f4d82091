"""An act earns what its rule says, once, within the day's cap."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.identity.types import MemberRow
from app.kernel import clock, ids, verify
from app.kernel.db import db, use_case
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.types import FrozenWalletError, Fund
from app.loyalty import policy, queries, service
from app.loyalty.models import LoyaltyAward, LoyaltyCounter
from app.loyalty.types import Act, Award, Cap, OrderEarn, Rule, Window
from tests.conftest import NOON
from tests.factories.identity import a_member
from tests.factories.loyalty import a_source, use_rules

TODAY = date(2026, 9, 1)
PHOTO = {"has_photo": True}
PHOTO_THREAD = "thread.with_photo"  # the rule; the act is a thread


def thread(number: int) -> Ref:
    return Ref("thread", number)


def clean() -> bool:
    return not any(report.drifts for report in verify.run(("loyalty.counters", "loyalty.caps")))


def test_a_thread_earns_points_and_as_much_growth(alice: MemberRow) -> None:
    award = service.reward(alice.id, "thread.published", source=thread(1))

    assert award == Award(10, 10, capped=False, reason="thread.published")
    balance = ledger.balance(alice.id)
    assert (balance.available, balance.growth, balance.pending) == (10, 10, 0)


@pytest.mark.parametrize(
    ("action", "points"),
    [
        ("thread.published", 10),
        ("reply.published", 2),
        ("like.received", 1),
        ("checkin.daily", 10),
    ],
)
def test_every_act_earns_what_its_rule_says(alice: MemberRow, action: str, points: int) -> None:
    assert service.reward(alice.id, action, source=a_source()).points == points


def test_the_same_source_again_gets_the_first_award_and_nothing_moves(alice: MemberRow) -> None:
    first = service.reward(alice.id, "reply.published", source=Ref("reply", 7))
    again = service.reward(alice.id, "reply.published", source=Ref("reply", 7))

    assert again == first
    assert ledger.balance(alice.id).available == 2


def test_a_thread_is_paid_as_a_thread_or_as_one_with_a_photo_never_both(alice: MemberRow) -> None:
    service.reward(alice.id, "thread.published", source=thread(1), about=PHOTO)
    second = service.reward(alice.id, "thread.published", source=thread(1))

    assert (second.reason, second.points) == ("thread.with_photo", 20)
    assert ledger.balance(alice.id).available == 20


def test_above_the_days_cap_an_act_earns_nothing_and_is_remembered(alice: MemberRow) -> None:
    awards = [service.reward(alice.id, "thread.published", source=thread(n)) for n in range(1, 8)]

    assert [(a.points, a.capped) for a in awards] == [(10, False)] * 5 + [(0, True)] * 2
    assert ledger.balance(alice.id).available == 50
    [limit] = queries.limits_reached(alice.id)
    assert (limit.rule, limit.missed, limit.cap) == ("thread.published", 2, 50)
    assert service.reward(alice.id, "thread.published", source=thread(7)) == awards[-1]
    assert clean()


def test_a_capped_source_stays_capped_on_the_next_day(alice: MemberRow) -> None:
    for n in range(1, 7):
        service.reward(alice.id, "thread.published", source=thread(n))

    clock.tick(timedelta(days=1))

    assert service.reward(alice.id, "thread.published", source=thread(6)).points == 0
    assert service.reward(alice.id, "thread.published", source=thread(99)).points == 10


def test_the_cap_counts_the_brands_day_not_the_utc_day(alice: MemberRow) -> None:
    with clock.frozen(datetime(2026, 9, 1, 15, 59, 59, tzinfo=UTC)):  # 23:59:59 in Shanghai
        for n in range(1, 7):
            service.reward(alice.id, "thread.published", source=thread(n))
    with clock.frozen(datetime(2026, 9, 1, 16, 0, tzinfo=UTC)):  # midnight in Shanghai
        assert service.reward(alice.id, "thread.published", source=thread(7)).points == 10


def test_caps_of_other_rules_and_other_members_are_their_own(
    alice: MemberRow, bob: MemberRow
) -> None:
    for n in range(1, 7):
        service.reward(alice.id, "thread.published", source=thread(n))

    assert service.reward(alice.id, "thread.published", source=thread(50), about=PHOTO).points == 20
    assert service.reward(bob.id, "thread.published", source=thread(51)).points == 10


def test_a_cap_that_does_not_divide_cuts_the_last_award_short(
    alice: MemberRow,
) -> None:
    reply = "reply.published"
    use_rules(Rule(reply, reply, 6, 6, Fund.CONTENT, caps=(Cap(Window.DAY, points=10),)))

    awards = [
        service.reward(alice.id, "reply.published", source=Ref("reply", n)) for n in (1, 2, 3)
    ]

    assert [(a.points, a.capped) for a in awards] == [(6, False), (4, True), (0, True)]
    assert ledger.balance(alice.id).available == 10


def test_a_ladder_step_is_posted_in_the_same_transaction(alice: MemberRow) -> None:
    award = service.reward(
        alice.id,
        "checkin.daily",
        source=Ref("checkin", 1),
        about={"streak_days": 7, "milestones": (7, 8)},
    )

    assert (award.points, award.growth) == (40, 40)
    [line] = ledger.statement(alice.id).items
    assert [(part.reason, part.amount) for part in line.parts if part.book == "points"] == [
        ("checkin.daily", 10),
        ("checkin.milestone.7", 30),
    ]
    assert line.source == Ref("checkin", 1)
    assert line.rule_version == 1


def test_an_award_keeps_the_version_of_the_rules_that_made_it(alice: MemberRow) -> None:
    service.reward(alice.id, "like.received", source=Ref("like", 1))

    row = db.session.execute(sa.select(LoyaltyAward.__table__)).one()
    assert (row.rule_version, row.points, row.awarded_on) == (1, 1, TODAY)
    assert row.txn_id is not None


def test_a_slip_in_the_name_of_a_rule_is_an_error_at_once(alice: MemberRow) -> None:
    with pytest.raises(LookupError, match="no action"):
        service.reward(alice.id, "thread.publishd", source=thread(1))


def test_a_refusing_wallet_does_not_stop_the_act(
    alice: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_commands: object, **_how: object) -> None:
        raise FrozenWalletError

    monkeypatch.setattr("app.loyalty.service.rewarding.ledger.post_many", refuse)

    @use_case
    def publish() -> Award:
        return service.reward(alice.id, "thread.published", source=thread(1))

    assert publish() == Award(0, 0, capped=False, reason="thread.published")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(LoyaltyCounter)) == 0


def test_a_frozen_member_goes_on_earning(alice: MemberRow) -> None:
    service.reward(alice.id, "reply.published", source=Ref("reply", 1))
    ledger_service.freeze(alice.id)

    assert service.reward(alice.id, "reply.published", source=Ref("reply", 2)).points == 2


def test_what_a_merged_member_earns_reaches_the_one_he_became(
    alice: MemberRow, bob: MemberRow
) -> None:
    service.reward(alice.id, "reply.published", source=Ref("reply", 1))
    ledger_service.merge(alice.id, bob.id, key="m")

    assert service.reward(alice.id, "reply.published", source=Ref("reply", 2)).points == 2
    assert ledger.balance(bob.id).available == 4


# --- orders --------------------------------------------------------------------------------------


def an_order(number: int, member_id: int, paid_minor: int, ends_in: int = 7) -> OrderEarn:
    ends = TODAY + timedelta(days=ends_in)
    return OrderEarn(number, member_id, paid_minor, "CNY", NOON, ends)


def test_an_order_earns_a_point_per_full_unit_pending_until_its_window_is_over(
    alice: MemberRow,
) -> None:
    [award] = service.award_orders([an_order(1, alice.id, 12_999)])

    assert award == Award(129, 129, False, "order.paid", clock.day_start(date(2026, 9, 9)))
    balance = ledger.balance(alice.id)
    assert (balance.available, balance.pending, balance.growth) == (0, 129, 129)
    assert [day for day, _points, _fund in balance.pending_by_moment] == [
        clock.day_start(date(2026, 9, 9))
    ]


def test_the_last_day_of_the_window_still_waits_and_the_day_after_pays(alice: MemberRow) -> None:
    last, over = service.award_orders(
        [an_order(1, alice.id, 100, ends_in=0), an_order(2, alice.id, 200, ends_in=-1)]
    )

    assert (last.pending_until, over.pending_until) == (clock.day_end(TODAY), None)
    assert ledger.balance(alice.id).available == 2
    clock.tick(timedelta(days=1))
    assert ledger.balance(alice.id).available == 3


def test_orders_below_a_full_unit_earn_and_post_nothing(alice: MemberRow) -> None:
    awards = service.award_orders([an_order(1, alice.id, 0), an_order(2, alice.id, 99)])

    assert [award.points for award in awards] == [0, 0]
    assert not ledger.statement(alice.id).items


def test_each_order_is_rounded_down_by_itself(alice: MemberRow) -> None:
    service.award_orders([an_order(n, alice.id, 199) for n in range(1, 4)])

    assert ledger.balance(alice.id).pending == 3


def test_an_order_is_paid_for_once_even_when_its_window_has_closed_meanwhile(
    alice: MemberRow,
) -> None:
    service.award_orders([an_order(1, alice.id, 5_000)])
    clock.tick(timedelta(days=30))

    [again] = service.award_orders([an_order(1, alice.id, 5_000)])

    assert (again.points, again.pending_until) == (50, None)
    assert ledger.balance(alice.id).available == 50


def test_awarding_orders_costs_the_same_number_of_statements_for_two_and_for_two_hundred(
    alice: MemberRow, count_statements: object
) -> None:
    members = [a_member(f"m{n}", email=None, password=None).id for n in range(40)]
    service.award_orders([an_order(n, members[n], 1_000) for n in range(40)])
    with count_statements() as two:  # type: ignore[operator]
        service.award_orders([an_order(100 + n, members[n], 1_000) for n in range(2)])
    with count_statements() as many:  # type: ignore[operator]
        service.award_orders([an_order(200 + n, members[n % 40], 1_000) for n in range(200)])
    assert len(many) <= len(two) + 2


# --- many at once --------------------------------------------------------------------------------

ACTIONS = ("thread.published", PHOTO_THREAD, "reply.published", "like.received")
an_act = st.tuples(
    st.integers(0, 1),  # member
    st.sampled_from(ACTIONS),
    st.integers(1, 12),  # source
    st.integers(0, 2),  # day
)


def as_act(rule: str) -> tuple[str, dict[str, bool]]:
    """Return the act that a rule pays for, and what is said about it."""
    return ("thread.published", PHOTO) if rule == PHOTO_THREAD else (rule, {})


def earned(member_ids: list[int]) -> dict[tuple[int, str, date], int]:
    rows = db.session.execute(
        sa.select(
            LoyaltyAward.member_id,
            LoyaltyAward.rule,
            LoyaltyAward.awarded_on,
            sa.func.sum(LoyaltyAward.points),
        )
        .where(LoyaltyAward.member_id.in_(member_ids))
        .group_by(LoyaltyAward.member_id, LoyaltyAward.rule, LoyaltyAward.awarded_on)
    ).all()
    return {(row[0], row[1], row[2]): int(row[3]) for row in rows}


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=st.lists(an_act, max_size=60))
def test_caps_hold_for_any_acts_and_many_at_once_equal_one_by_one(
    app: Flask, drawn: list[tuple[int, str, int, int]]
) -> None:
    ordered = sorted(drawn, key=lambda act: act[3])  # days in their order
    offset = ids.next_id()  # sources of their own for every example
    one, other = (
        [a_member(f"x{n}", email=None, password=None).id for n in range(2)] for _ in range(2)
    )

    singly = []
    for who, action, number, day in ordered:
        with clock.frozen(NOON + timedelta(days=day)):
            source = Ref(f"s{who}", offset + number)
            acted, about = as_act(action)
            singly.append(service.reward(one[who], acted, source=source, about=about))
    at_once = service.reward_many(
        [
            Act(
                other[who],
                as_act(action)[0],
                Ref(f"t{who}", offset + number),
                NOON + timedelta(days=day),
                as_act(action)[1],
            )
            for who, action, number, day in ordered
        ]
    )

    assert [(a.points, a.capped, a.reason) for a in at_once] == [
        (a.points, a.capped, a.reason) for a in singly
    ]
    for (_member, action, _day), points in earned([*one, *other]).items():
        assert points <= (policy.V1.rule(action).daily_cap or 0)
    for left, right in zip(one, other, strict=True):
        assert ledger.balance(left).available == ledger.balance(right).available
    assert clean()


def test_many_at_once_twice_changes_nothing(alice: MemberRow) -> None:
    acts = [Act(alice.id, "reply.published", Ref("reply", n), NOON) for n in range(1, 30)]

    first = service.reward_many(acts)
    again = service.reward_many(acts)

    assert again == first
    assert ledger.balance(alice.id).available == 20


def test_nothing_at_once_is_nothing(app: Flask) -> None:
    assert service.reward_many([]) == []
    assert service.award_orders([]) == []


# --- upkeep --------------------------------------------------------------------------------------


def test_a_counter_that_drifts_is_named(alice: MemberRow) -> None:
    service.reward(alice.id, "reply.published", source=Ref("reply", 1))

    @use_case
    def tamper() -> None:
        db.session.execute(sa.update(LoyaltyCounter).values(points=18))

    tamper()

    [report] = verify.run(("loyalty.counters",))
    assert len(report.drifts) == 1
    assert "says 18 points, 1 times; the awards say 2 and 1" in report.drifts[0]


def test_counters_of_days_long_past_are_forgotten_and_awards_stay(alice: MemberRow) -> None:
    service.reward(alice.id, "reply.published", source=Ref("reply", 1))
    clock.tick(timedelta(days=61))

    assert service.prune_counters() == 1
    assert service.prune_counters() == 0
    assert service.reward(alice.id, "reply.published", source=Ref("reply", 1)).points == 2
    assert clean()


def test_the_cap_of_a_day_whose_counter_was_pruned_still_holds(alice: MemberRow) -> None:
    then = NOON - timedelta(days=70)

    def likes(first: int) -> list[Act]:
        sources = (Ref("thread_like", n) for n in range(first, first + 30))
        return [Act(alice.id, "like.received", source, then) for source in sources]

    earned = sum(award.points for award in service.reward_many(likes(1)))
    assert earned == policy.V1.rule("like.received").daily_cap
    service.prune_counters()
    assert sum(award.points for award in service.reward_many(likes(1_000))) == 0
    assert clean()
