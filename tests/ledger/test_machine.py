"""The ledger against an independent model, any commands in any order (Hypothesis).

After every step: buckets and lots equal the model's (I2, I5, I11, I14), the verifier finds nothing
(I1, I3, I4, I8-I10, I12), the statement folds to the balance (I19), the roll-forward ties out by
fund (I20), a refused command has changed no byte (I6), a repeated one returns its first result
(I7), and no profile is needed for any of it (I24).
"""

import copy
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import DomainError
from app.kernel.types import Ref
from app.ledger import queries, service
from app.ledger.types import (
    BY_DAY,
    NEVER,
    Adjust,
    Book,
    Capture,
    Claw,
    Command,
    Earn,
    Fund,
    Hold,
    IdempotencyConflictError,
    Part,
    Posted,
    Release,
    Reverse,
    Spend,
)
from tests.conftest import NOON, Database
from tests.ledger.book import all_buckets, assert_sound, buckets, dump, lots
from tests.ledger.model import Model, RefusedError, Txn

MEMBERS = (1, 2, 3)
GRACE = 4

members = st.sampled_from(MEMBERS)
points = st.integers(1, 12)
funds = st.sampled_from([Fund.ORDER, Fund.CONTENT])
pick = st.integers(0, 2**16)
share = st.integers(1, 10)  # tenths of what there is; the last one asks for a little more

waits = st.integers(0, 3) | st.integers(1, 4_000).map(lambda minutes: timedelta(minutes=minutes))
"""Business days, or a stretch of time."""

SHANGHAI = timedelta(hours=8)
HOUR = timedelta(hours=1)
BEGIN = datetime(2020, 1, 1, tzinfo=UTC)


def upward(moment: datetime) -> datetime:
    """The full hour in which a moment ends."""
    return BEGIN - (BEGIN - moment) // HOUR * HOUR


def midnight(day: date) -> datetime:
    """The moment with which a day begins in Shanghai."""
    return datetime.combine(day, time(), UTC) - SHANGHAI


Say = Callable[[Model, int], Txn | None]


class LedgerMachine(RuleBasedStateMachine):
    """One random life of three members."""

    reset: Callable[[], None]

    def __init__(self) -> None:
        super().__init__()
        self.reset()
        self.open = ExitStack()
        self.open.enter_context(clock.frozen(NOON))
        self.model = Model(clock.now(), clock.business_date())
        self.numbers = iter(range(1, 10**6))
        self.posted: list[tuple[Command, Posted]] = []

    def teardown(self) -> None:
        self.open.close()

    # --- how a command is tried on both ---

    def named(self) -> dict[str, Any]:
        return {"scope": "machine", "key": str(next(self.numbers))}

    def attempt(self, command: Command, say: Say) -> None:
        """Say a command to the model and post it: both accept it, or both refuse it."""
        if self.is_refused(lambda model: say(model, 0)):
            before = dump()
            with pytest.raises(DomainError):
                service.post(command)
            assert dump() == before
            return
        posted = service.post(command)
        txn = say(self.model, posted.txn_id)
        if txn is not None:
            self.model.txns[posted.txn_id] = txn
        self.posted.append((command, posted))

    def is_refused(self, say: Callable[[Model], object]) -> bool:
        try:
            say(copy.deepcopy(self.model))
        except RefusedError:
            return True
        return False

    def one_of(self, things: Iterable[int], choice: int) -> int:
        known = sorted(things)
        return known[choice % len(known)]

    def some_of(self, member: int, tenths: int) -> int:
        """So many tenths of what a member could spend; at ten tenths two more than that."""
        someone = copy.deepcopy(self.model).find(member)
        return max(1, len(someone.spendable()) * tenths // 10 + 2 * (tenths == 10))

    # --- commands ---

    @initialize()
    def start(self) -> None:
        for member in MEMBERS:
            self.give(member, 10 + member, 3, Fund.ORDER, 0, 4 * member, has_source=True)

    @rule(member=members, n=points, growth=st.integers(0, 5), fund=funds, wait=waits,
          life=st.none() | st.integers(0, 9), has_source=st.booleans())  # fmt: skip
    def earn(
        self, member: int, n: int, growth: int, fund: Fund, wait: int | timedelta,
        life: int | None, has_source: bool,
    ) -> None:  # fmt: skip
        self.give(member, n, growth, fund, wait, life, has_source=has_source)

    def give(
        self, member: int, n: int, growth: int, fund: Fund, wait: int | timedelta,
        life: int | None, *, has_source: bool,
    ) -> None:  # fmt: skip
        matures_on = matures_at = None
        comes = self.model.now
        if isinstance(wait, timedelta):
            matures_at = self.model.now + wait
            comes = upward(matures_at)
        elif wait:
            matures_on = self.model.today + timedelta(days=wait)
            comes = midnight(matures_on)
        expires = NEVER if life is None else (comes + SHANGHAI).date() + timedelta(days=life)
        number = next(self.numbers) if has_source else None
        part = Part("order.paid", n, growth, fund=fund, matures_on=matures_on,
                    matures_at=matures_at, expires_on=expires)  # fmt: skip
        source = Ref("order", number) if number is not None else None
        key = (expires, comes if comes > self.model.now else BY_DAY, fund)
        self.attempt(
            Earn(member_id=member, parts=(part,), source=source, **self.named()),
            lambda model, _: model.earn(member, n, growth, key, number),
        )

    @rule(member=members, n=points, m=points, life=st.integers(0, 9))
    def earn_two_parts(self, member: int, n: int, m: int, life: int) -> None:
        """One act whose parts expire on two days: so long after it, and at the end of a month."""
        rolling = self.model.today + timedelta(days=life)
        fixed = (self.model.today.replace(day=1) + timedelta(days=62)).replace(day=1)
        parts = (
            Part("order.paid", n, fund=Fund.ORDER, expires_on=rolling),
            Part("checkin.daily", m, fund=Fund.CONTENT, expires_on=fixed),
        )
        keys = [(n, (rolling, BY_DAY, Fund.ORDER)), (m, (fixed, BY_DAY, Fund.CONTENT))]
        self.attempt(
            Earn(member_id=member, parts=parts, **self.named()),
            lambda model, _: model.earn_parts(member, keys),
        )

    @rule(member=members, tenths=share)
    def spend(self, member: int, tenths: int) -> None:
        n = self.some_of(member, tenths)
        self.attempt(
            Spend(member_id=member, points=n, reason="reward", **self.named()),
            lambda model, _: model.spend(member, n),
        )

    @rule(member=members, n=st.integers(-6, 8), growth=st.integers(-2, 4))
    def adjust(self, member: int, n: int, growth: int) -> None:
        if n or growth:
            self.attempt(
                Adjust(member_id=member, points=n, growth=growth, **self.named()),
                lambda model, _: model.adjust(member, n, growth),
            )

    @rule(member=members, tenths=share, hours=st.integers(1, 90))
    def hold(self, member: int, tenths: int, hours: int) -> None:
        n = self.some_of(member, tenths)
        until = self.model.now + timedelta(hours=hours)
        self.attempt(
            Hold(member_id=member, points=n, reason="reward", expires_at=until, **self.named()),
            lambda model, txn_id: model.hold(txn_id, member, n, until),
        )

    @precondition(lambda self: self.open_holds())
    @rule(choice=pick, n=st.none() | points)
    def capture(self, choice: int, n: int | None) -> None:
        hold_id = self.one_of(self.open_holds(), choice)
        self.attempt(
            Capture(hold_id=hold_id, points=n, **self.named()),
            lambda model, _: model.capture(hold_id, n),
        )

    @precondition(lambda self: self.open_holds())
    @rule(choice=pick, grace=st.sampled_from([None, 0, GRACE]))
    def release(self, choice: int, grace: int | None) -> None:
        hold_id = self.one_of(self.open_holds(), choice)
        self.attempt(
            Release(hold_id=hold_id, grace_days=grace, **self.named()),
            lambda model, _: model.release(hold_id, grace),
        )

    @precondition(lambda self: self.model.holds)
    @rule(choice=pick)
    def settle_any(self, choice: int) -> None:
        """Any hold, settled ones too: those refuse."""
        hold_id = self.one_of(self.model.holds, choice)
        self.attempt(
            Capture(hold_id=hold_id, **self.named()), lambda model, _: model.capture(hold_id, None)
        )

    def open_holds(self) -> list[int]:
        return [hold_id for hold_id, hold in self.model.holds.items() if hold.state == "open"]

    @precondition(lambda self: self.model.txns)
    @rule(choice=pick, n=st.none() | st.integers(0, 8), growth=st.none() | st.integers(0, 3))
    def reverse(self, choice: int, n: int | None, growth: int | None) -> None:
        if n != 0 or growth != 0:
            self.reverse_txn(self.one_of(self.model.txns, choice), n, growth)

    def reverse_txn(self, txn_id: int, n: int | None, growth: int | None) -> None:
        self.attempt(
            Reverse(txn_id=txn_id, points=n, growth=growth, grace_days=GRACE, **self.named()),
            lambda model, _: model.reverse(txn_id, n, growth, GRACE),
        )

    @precondition(lambda self: self.spent())
    @rule(choice=pick, n=st.none() | st.integers(1, 8))
    def give_back(self, choice: int, n: int | None) -> None:
        self.reverse_txn(self.one_of(self.spent(), choice), n, None if n is None else 0)

    def spent(self) -> list[int]:
        return [txn_id for txn_id, txn in self.model.txns.items() if txn.taken]

    @precondition(lambda self: self.model.sources)
    @rule(choice=pick, tenths=share, growth=st.integers(0, 4))
    def claw(self, choice: int, tenths: int, growth: int) -> None:
        number = self.one_of(self.model.sources, choice)
        source = self.model.sources[number]
        n = source.left * tenths // 10 + (tenths == 10)
        if not (n or growth):
            return
        fund = source.key[2] if source.key else Fund.ORDER
        command = Claw(
            member_id=source.member, source=Ref("order", number), fund=fund, points=n,
            growth=growth, **self.named(),
        )  # fmt: skip
        self.attempt(command, lambda model, _: model.claw(number, n, growth, fund))

    # --- merging ---

    def try_merging(self, act: Callable[[], object], say: Callable[[Model], None]) -> None:
        if self.is_refused(say):
            before = dump()
            with pytest.raises(DomainError):
                act()
            assert dump() == before
            return
        act()
        say(self.model)

    @rule(source=members, into=members)
    def merge(self, source: int, into: int) -> None:
        key = str(next(self.numbers))
        self.try_merging(
            lambda: service.merge(source, into, key=key), lambda model: model.merge(source, into)
        )

    @precondition(lambda self: self.model.merges)
    @rule(choice=pick)
    def unmerge(self, choice: int) -> None:
        source = self.one_of(self.model.merges, choice)
        key = str(next(self.numbers))
        self.try_merging(
            lambda: service.unmerge(source, key=key), lambda model: model.unmerge(source)
        )

    # --- time ---

    @rule(hours=st.integers(1, 150))
    def wait(self, hours: int) -> None:
        self.pass_by(timedelta(hours=hours))

    @rule(minutes=st.integers(1, 200))
    def wait_a_little(self, minutes: int) -> None:
        self.pass_by(timedelta(minutes=minutes))

    @rule(seconds=st.sampled_from([-1, 0, 1]))
    def wait_for_the_next_moment(self, seconds: int) -> None:
        """To the second before points mature, the very second, or the one after it."""
        comes = [
            point.matures - self.model.now + timedelta(seconds=seconds)
            for number in MEMBERS
            for point in self.model.own(number).points
        ]
        self.pass_by(min((each for each in comes if each > timedelta(0)), default=timedelta(0)))

    def pass_by(self, span: timedelta) -> None:
        clock.tick(span)
        self.model.now, self.model.today = clock.now(), clock.business_date()

    @rule()
    def sweep(self) -> None:
        service.mature_due()
        service.expire_due()
        for number in MEMBERS:
            self.model.own(number).refresh(self.model.now, self.model.today)
        service.release_expired_holds()
        self.model.release_expired()
        service.close_days()
        service.roll_up()

    # --- again ---

    @precondition(lambda self: self.posted)
    @rule(choice=pick)
    def replay(self, choice: int) -> None:
        command, first = self.posted[choice % len(self.posted)]
        before = dump()
        assert service.post(command) == replace(first, is_new=False)
        other = Spend(member_id=9, points=1, reason="x", scope=command.scope, key=command.key)
        with pytest.raises(IdempotencyConflictError):
            service.post(other)
        assert dump() == before

    # --- what always holds ---

    @invariant()
    def is_sound(self) -> None:
        assert_sound()

    @invariant()
    def agrees_with_the_model(self) -> None:
        kept, now, today = all_buckets(), self.model.now, self.model.today
        shown = queries.balances(MEMBERS)
        for number in MEMBERS:
            member = self.model.own(number)
            assert kept.get((number, Book.POINTS), (0, 0, 0, 0)) == member.buckets()
            growth = (0, member.growth, 0, member.growth_debt)
            assert kept.get((number, Book.GROWTH), (0, 0, 0, 0)) == growth
            assert lots(number) == member.lots()
            live = [p for p in member.points if not p.hold and p.expires >= today]
            due = sum(p.matures <= now for p in live)
            assert shown[number].available == due - min(member.debt, due)
            assert shown[number].pending == len(live) - due

    @invariant()
    def a_statement_folds_to_the_balance(self) -> None:
        """Of one member a step, in turn."""
        number = MEMBERS[len(self.posted) % len(MEMBERS)]
        for book in Book:
            after = queries.Buckets(0, 0, 0, 0)
            for line in reversed(queries.statement(number, book=book, limit=500).items):
                moved = [a + b for a, b in zip(after, line.change, strict=True)]
                assert list(line.after) == moved
                after = line.after
            assert tuple(after) == buckets(number, book)

    @invariant()
    def what_expires_when_is_told_alike(self) -> None:
        now, today = self.model.now, self.model.today
        left: Counter[tuple[int, date]] = Counter()
        by_month: Counter[date | None] = Counter()
        for number in MEMBERS:
            for point in self.model.own(number).points:
                never = point.expires == NEVER
                by_month[None if never else point.expires.replace(day=1)] += 1
                if point.hold or point.matures > now or never:
                    continue
                if point.expires >= today:
                    left[number, point.expires] += 1
        until = today + timedelta(days=99)
        told = {(each.member_id, each.on): each.points for each in queries.lapsing(until)}
        days = {day for _member, day in left}
        assert told == queries.points_lapsing(MEMBERS, days) == left
        outstanding = queries.outstanding_by_expiry()
        assert {each.month: each.points for each in outstanding} == by_month
        months = queries.months()
        assert (months[-1].closing if months else 0) == by_month.total()
        db.session.rollback()

    @invariant()
    def the_roll_forward_ties_out(self) -> None:
        report = queries.roll_forward(date(2026, 1, 1), self.model.today + timedelta(days=1))
        db.session.rollback()
        assert report.tie_out.difference == 0
        left = Counter(point.fund for number in MEMBERS for point in self.model.own(number).points)
        assert {row.fund: row.closing for row in report.rows if row.closing} == left


@pytest.fixture
def machine(app: Flask, database: Database) -> type[LedgerMachine]:
    def reset(_self: LedgerMachine) -> None:
        db.session.remove()
        db.engine.dispose()
        database.reset()

    return type("Machine", (LedgerMachine,), {"reset": reset})


@pytest.mark.timeout(3_600)
def test_the_ledger_does_what_the_model_says(
    machine: type[LedgerMachine], database: Database, request: pytest.FixtureRequest
) -> None:
    examples = 20 if database.kind == "sqlite" else 8
    is_long = bool(request.config.getoption("--long"))
    if is_long:
        examples *= 60
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            derandomize=not is_long,  # the long run looks for what is new
        ),
    )
