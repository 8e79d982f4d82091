"""Rules, limits, budgets, debt, lapsing, freezing, merging, reversal and refunds in any order.

After every step: what a living thing has in the ledger equals its awards, nothing that is gone has
anything but what had lapsed before, counters and budgets equal the awards, no budget is passed. At
the end the whole ledger verifies. Hypothesis draws the order.
"""

from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.commerce import service as commerce
from app.commerce.types import LineDraft, SeedOrder
from app.identity import service as identity
from app.identity.types import MergeCause
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.types import Spend
from app.loyalty import service
from app.loyalty.models import LoyaltyAward, LoyaltyCounter, LoyaltyUndone
from app.loyalty.queries import books
from app.loyalty.types import (
    Cap,
    Compare,
    Condition,
    Expiry,
    Lapse,
    Rule,
    Window,
)
from tests.conftest import NOON, Database
from tests.factories.commerce import a_channel
from tests.factories.deliveries import refund
from tests.factories.identity import a_member
from tests.factories.loyalty import use_rules
from tests.factories.rules import ICY, a_campaign, a_rule, call, daily, freezing

REPLY, GIVEN, RECEIVED = "reply.published", "like.given", "like.received"
ORDER = "order.paid"
CHECKED = ("loyalty.counters", "loyalty.caps", "loyalty.budgets", "commerce.awards")
COUNTER = LoyaltyCounter.__table__
LONG = Condition("length", Compare.AT_LEAST, 20)

RULES: dict[str, list[Rule]] = {
    REPLY: [
        a_rule(REPLY, 5, caps=daily(points=12)),
        a_rule(REPLY, 4, caps=(Cap(Window.WEEK, times=3), Cap(Window.DAY, times=2))),
        a_rule(REPLY, 7, cooldown_minutes=90, expiry=Expiry(Lapse.DAYS, 2)),
        a_rule(REPLY, 6, pair_cap=Cap(Window.DAY, times=1), conditions=(LONG,)),
        a_rule(REPLY, 3, settle_hours=24),
        a_rule(REPLY, 3, is_on=False),
    ],
    GIVEN: [
        a_rule(GIVEN, 2, caps=daily(times=2)),
        a_rule(GIVEN, 0, growth=1, pair_cap=Cap(Window.EVER, times=2)),
    ],
    RECEIVED: [a_rule(RECEIVED, 1, caps=daily(points=3)), a_rule(RECEIVED, 2)],
}

Place = tuple[Ref, int]
Amounts = dict[Place, list[int]]

members = st.integers(0, 2)
pick = st.integers(0, 2**16)


class RulesMachine(RuleBasedStateMachine):
    """One random life of three members under rules that change."""

    reset: Callable[[], None]

    def __init__(self) -> None:
        super().__init__()
        self.reset()
        books.begin_anew()
        self.open = ExitStack()
        self.open.enter_context(clock.frozen(NOON))
        self.open.enter_context(freezing())
        self.numbers = iter(range(1, 10**6))
        self.frozen: set[int] = set()
        self.sources: list[Ref] = []
        self.threads = [Ref("thread", n) for n in range(900, 903)]
        self.orders: dict[str, int] = {}
        self.gone: set[Ref] = set()
        self.became: dict[int, int] = {}

    def teardown(self) -> None:
        try:
            drifts = [d for report in verify.run(("ledger", *CHECKED)) for d in report.drifts]
            assert drifts == []
        finally:
            self.open.close()

    @initialize()
    def start(self) -> None:
        self.shop = a_channel()
        self.boss = a_member("boss", (Role.ADMINISTRATOR,), email=None, password=None).id
        self.who = [a_member(f"r{n}", email=None, password=None).id for n in range(3)]
        self.publish(0, 0, 0, 30)

    # --- what staff do ---

    @rule(reply=pick, given=pick, received=pick, budget=st.sampled_from((7, 30, 500)))
    def publish(self, reply: int, given: int, received: int, budget: int) -> None:
        chosen = [
            RULES[action][at % len(RULES[action])]
            for action, at in ((REPLY, reply), (GIVEN, given), (RECEIVED, received))
        ]
        spent = db.session.scalar(
            sa.select(sa.func.max(COUNTER.c.points)).where(COUNTER.c.member_id == 0)
        )
        db.session.rollback()
        lift = a_campaign(
            actions=(REPLY, RECEIVED, ORDER), starts_at=NOON, ends_at=NOON + timedelta(days=20),
            multiplier=1500, bonus=1, budget=max(budget, spent or 0),
        )  # fmt: skip
        use_rules(*chosen, campaigns=[lift])

    @rule(member=members)
    def freeze(self, member: int) -> None:
        self.frozen.add(member)
        call(self.who[member], ICY)

    @precondition(lambda self: self.frozen)
    @rule(at=pick)
    def settle(self, at: int) -> None:
        member = sorted(self.frozen)[at % len(self.frozen)]
        self.frozen.remove(member)
        call(self.who[member], f"r{member}")
        service.pay_waiting(self.who[member])

    @precondition(lambda self: len(self.became) < 2)
    @rule(one=members, other=members)
    def merge(self, one: int, other: int) -> None:
        """Two become one; whoever is looked at is not merged, as the desk's wallets are locked."""
        source, target = self.who[one], self.who[other]
        if source != target and not {one, other} & self.frozen:
            identity.merge_members(source, target, cause=MergeCause.STAFF, actor_id=self.boss)
            self.became[source] = target
            self.who = [target if each == source else each for each in self.who]

    def now(self, member_id: int) -> int:
        while member_id in self.became:
            member_id = self.became[member_id]
        return member_id

    @rule(at=pick)
    def remove(self, at: int) -> None:
        self.gone.add(thing := self.thing(at))
        service.take_back(thing)

    @rule(at=pick)
    def restore(self, at: int) -> None:
        self.gone.discard(thing := self.thing(at))
        service.give_back(thing)

    def thing(self, at: int) -> Ref:
        known = [*self.threads, *self.sources]
        return known[at % len(known)]

    # --- what members do ---

    @rule(member=members, other=members, length=st.integers(0, 40), thread=members)
    def reply(self, member: int, other: int, length: int, thread: int) -> None:
        if self.threads[thread] in self.gone:  # nobody answers to what is gone
            return
        source = Ref("reply", next(self.numbers))
        self.sources.append(source)
        service.reward(
            self.who[member], REPLY, source=source, about={"length": length},
            other_id=self.other_than(member, other), cause=self.threads[thread],
        )  # fmt: skip

    def other_than(self, member: int, other: int) -> int | None:
        return self.who[other] if self.who[other] != self.who[member] else None

    @rule(member=members, other=members, thread=members)
    def like(self, member: int, other: int, thread: int) -> None:
        if self.who[member] == self.who[other] or self.threads[thread] in self.gone:
            return
        source, cause = Ref("thread_like", next(self.numbers)), self.threads[thread]
        self.sources.append(source)
        me, you = self.who[member], self.who[other]
        service.reward(you, RECEIVED, source=source, other_id=me, cause=cause)
        service.reward(me, GIVEN, source=source, other_id=you, cause=cause)

    @precondition(lambda self: self.sources)
    @rule(at=pick, member=members)
    def again(self, at: int, member: int) -> None:
        source = self.sources[at % len(self.sources)]
        if source.kind == "reply":
            first = db.session.scalar(
                sa.select(LoyaltyAward.member_id).where(LoyaltyAward.source_id == source.id)
            )
            db.session.rollback()
            assert first
            service.reward(first, REPLY, source=source)

    @rule(member=members, tenths=st.integers(1, 10))
    def spend(self, member: int, tenths: int) -> None:
        available = ledger.balance(self.who[member]).available
        db.session.rollback()
        points = available * tenths // 10
        if points:
            key = str(next(self.numbers))
            ledger_service.post(
                Spend(
                    member_id=self.who[member], points=points, reason="test.spent",
                    scope="machine", key=key,
                )
            )  # fmt: skip

    @rule(member=members, minor=st.integers(0, 30_00))
    def order(self, member: int, minor: int) -> None:
        number = f"O{next(self.numbers)}"
        line = LineDraft(None, 1, minor)
        seed = SeedOrder("tmall", number, clock.now(), (line,), member_id=self.who[member])
        commerce.seed_orders([seed])
        self.orders[number] = minor

    @precondition(lambda self: self.orders)
    @rule(at=pick, minor=st.integers(0, 30_00), name=st.sampled_from("ab"))
    def refund(self, at: int, minor: int, name: str) -> None:
        """Refund something, or say otherwise how much it was; also 0: it was none."""
        number = sorted(self.orders)[at % len(self.orders)]
        minute = next(self.numbers)
        told = refund(number, name, minor, minute, refunded_at=clock.now())
        commerce.take_delivery(self.shop, [], [told])

    @rule(hours=st.sampled_from((1, 7, 26, 24 * 8)))
    def wait(self, hours: int) -> None:
        clock.tick(timedelta(hours=hours))

    # --- what must hold ---

    @invariant()
    def what_lives_has_its_awards_and_what_is_gone_has_nothing(self) -> None:
        gone = {
            Ref(kind, ref_id)
            for kind, ref_id in db.session.execute(
                sa.select(LoyaltyUndone.kind, LoyaltyUndone.ref_id).where(LoyaltyUndone.is_undone)
            )
        }
        should: dict[tuple[Ref, int], list[int]] = defaultdict(lambda: [0, 0])
        for row in db.session.execute(sa.select(LoyaltyAward.__table__)):
            source, cause = Ref(row.source_kind, row.source_id), Ref(row.cause_kind, row.cause_id)
            lives = not {source, cause} & gone
            place = source, self.now(row.member_id)
            should[place][0] += row.points * lives
            should[place][1] += row.growth * lives
        has, lapsed = self.in_the_ledger()
        db.session.rollback()
        frozen = {self.who[member] for member in self.frozen}
        for place, amounts in should.items():
            over = lapsed[place]
            if place[1] in frozen:
                assert has[place][0] <= max(amounts[0], over), place
                assert has[place][1] <= amounts[1], place
            elif amounts == [0, 0]:
                assert has[place][0] <= over, place
                assert has[place][1] == 0, place
            else:
                assert has[place] == amounts, place

    def in_the_ledger(self) -> tuple[Amounts, dict[Place, int]]:
        """Return points and growth that sources have, and what of their points has lapsed."""
        has: Amounts = defaultdict(lambda: [0, 0])
        lapsed: dict[Place, int] = defaultdict(int)
        today = clock.business_date()
        for kind in ("reply", "thread_like"):
            ids = [source.id for source in self.sources if source.kind == kind]
            for ref_id, wallets in ledger.left_by_member(kind, ids).items():
                for member_id, left in wallets.items():
                    place = Ref(kind, ref_id), self.now(member_id)
                    has[place][0] += left.points
                    has[place][1] += left.growth
            for ref_id, owners in ledger.lapsed_by_member(kind, ids, today).items():
                for member_id, points in owners.items():
                    lapsed[Ref(kind, ref_id), self.now(member_id)] += points
        return has, lapsed

    @invariant()
    def counters_and_budgets_equal_the_awards(self) -> None:
        drifts = [drift for report in verify.run(CHECKED) for drift in report.drifts]
        rows = db.session.execute(sa.select(COUNTER).where(COUNTER.c.member_id == 0)).all()
        db.session.rollback()
        assert drifts == []
        assert all(row.points <= row.most for row in rows)


@pytest.fixture
def machine(app: Flask, database: Database) -> type[RulesMachine]:
    def reset(_self: RulesMachine) -> None:
        db.session.remove()
        db.engine.dispose()
        database.reset()

    return type("Machine", (RulesMachine,), {"reset": reset})


QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Finding is quick, making it small is not: the long run does that."""


def run(machine: Any, examples: int, *, is_long: bool) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            derandomize=not is_long,
            phases=tuple(Phase) if is_long else QUICK,
        ),
    )


def test_rules_limits_and_reversal_in_any_order(
    machine: type[RulesMachine], database: Database
) -> None:
    run(machine, 8 if database.kind == "sqlite" else 3, is_long=False)
    assert database.kind


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_the_same_for_long_and_looking_for_what_is_new(machine: type[RulesMachine]) -> None:
    run(machine, 400, is_long=True)
    assert books.current().rules
