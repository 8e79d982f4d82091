"""The same commands give the same: one by one or many at once, on SQLite or on PostgreSQL."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import create_app
from app.kernel import clock, ids
from app.kernel.db import db, use_case
from app.kernel.errors import DomainError
from app.kernel.types import Ref
from app.ledger import queries, service
from app.ledger.types import (
    NEVER,
    Adjust,
    Book,
    Capture,
    Claw,
    Command,
    Earn,
    Fund,
    Hold,
    Part,
    Posted,
    Release,
    Reverse,
    Spend,
)
from tests import servers
from tests.conftest import NOON, migrate, test_config
from tests.ledger.book import assert_sound, buckets, dump, in_days, lots

# --- many at once is a loop of one ---------------------------------------------------------------

_offsets = iter(range(10_000, 10**9, 10_000))
_member = st.integers(0, 2)
_points = st.integers(1, 9)
_days = st.sampled_from([None, 1, 3])
_wait = st.sampled_from([None, 1, 3, timedelta(minutes=40), timedelta(hours=12)])


@st.composite
def commands(draw: st.DrawFn) -> list[tuple[str, int, int, Any]]:
    """(what, member, points, more): said without ids, so that they can be said twice."""
    what = st.sampled_from(["earn", "earn", "both", "spend", "hold", "adjust", "claw", "again"])
    return draw(st.lists(st.tuples(what, _member, _points, st.tuples(_wait, _days)), max_size=25))


def days_of(wait: int | timedelta | None, life: int | None) -> dict[str, Any]:
    """Days, or the moment, of points that wait so long and live so many days after that."""
    if isinstance(wait, timedelta):
        return {
            "matures_at": clock.now() + wait,
            "expires_on": in_days(life + wait.days + 1) if life else NEVER,
        }
    return {
        "matures_on": in_days(wait) if wait else None,
        "expires_on": in_days(life + (wait or 0)) if life else NEVER,
    }


def said(plan: list[tuple[str, int, int, Any]], offset: int) -> list[Command]:
    """The plan as commands for the members from ``offset`` on."""
    made: list[Command] = []
    for number, (what, who, n, (wait, life)) in enumerate(plan):
        named: dict[str, Any] = {"scope": f"plan{offset}", "key": str(number)}
        member_id = offset + who
        part = Part("order.paid", n, 0, fund=Fund.ORDER, **days_of(wait, life))
        if what in {"earn", "both"}:
            growing = replace(part, growth=n) if what == "both" else part
            made.append(
                Earn(
                    member_id=member_id,
                    parts=(growing, Part("bonus", 1, 1, fund=Fund.GIFT)),
                    source=Ref("order", offset + number),
                    **named,
                )
            )
        elif what == "spend":
            made.append(Spend(member_id=member_id, points=n, reason="reward", **named))
        elif what == "hold":
            until = clock.now() + timedelta(hours=n)
            made.append(
                Hold(member_id=member_id, points=n, reason="reward", expires_at=until, **named)
            )
        elif what == "adjust":
            made.append(Adjust(member_id=member_id, points=n - 5 or 1, **named))
        elif what == "claw":
            source = Ref("order", offset + number - 1)
            earner = offset + plan[number - 1][1]
            made.append(Claw(member_id=earner, source=source, fund=Fund.ORDER, points=n, **named))
        elif made:
            made.append(made[n % len(made)])
    return made


def seen(offset: int) -> list[object]:
    """Everything about the members from ``offset`` on, without ids."""
    found: list[object] = []
    for member_id in range(offset, offset + 3):
        found += [buckets(member_id), buckets(member_id, Book.GROWTH), lots(member_id)]
        for book in Book:
            page = queries.statement(member_id, book=book, limit=100)
            found += [
                (x.seq, x.kind, x.parts, x.change, x.after, x.matures_at, x.expires_on)
                for x in page.items
            ]
    db.session.rollback()
    return found


def without_ids(results: list[Posted]) -> list[Posted]:
    return [replace(posted, txn_id=0) for posted in results]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(
    paid=st.lists(
        st.tuples(st.integers(0, 2), st.integers(1, 9), st.booleans()), min_size=1, max_size=6
    ),
    spent=st.tuples(*[st.integers(0, 9)] * 3),
    taken=st.lists(st.tuples(st.integers(0, 5), st.integers(1, 4)), max_size=10),
)
def test_many_claws_at_once_are_one_after_the_other(
    app: Flask,
    paid: list[tuple[int, int, bool]],
    spent: tuple[int, int, int],
    taken: list[tuple[int, int]],
) -> None:
    """Sources twice in one batch, lots shared by sources, points spent meanwhile, refusals."""
    one_by_one, at_once = next(_offsets), next(_offsets)
    for offset in (one_by_one, at_once):
        for number, (who, points, waits) in enumerate(paid):
            later = clock.business_date() + timedelta(days=3) if waits else None
            part = Part("order", points, points, fund=Fund.ORDER, matures_on=later)
            service.post(
                Earn(member_id=offset + who, parts=(part,), source=Ref("order", offset + number),
                     scope="t", key=f"{offset}:paid:{number}")
            )  # fmt: skip
        for who, points in enumerate(spent):
            with suppress(DomainError):
                service.post(Spend(member_id=offset + who, points=points or 1, reason="reward",
                                   scope="t", key=f"{offset}:spent:{who}"))  # fmt: skip

    def claws(offset: int) -> list[Claw]:
        return [
            Claw(member_id=offset + paid[at % len(paid)][0], fund=Fund.ORDER, points=points,
                 growth=points, source=Ref("order", offset + at % len(paid)), scope="t",
                 key=f"{offset}:claw:{number}")
            for number, (at, points) in enumerate(taken)
        ]  # fmt: skip

    accepted, first = [], []
    for place, command in enumerate(claws(one_by_one)):
        with suppress(DomainError):
            first.append(service.post(command))
            accepted.append(place)
    batch = [claws(at_once)[place] for place in accepted]
    assert without_ids(service.post_many(batch)) == without_ids(first)
    assert seen(one_by_one) == seen(at_once)
    again = service.post_many(batch)
    assert not any(posted.is_new for posted in again)
    if batch:  # a refused one refuses all
        before = seen(at_once)
        more = [replace(batch[0], key=f"{at_once}:more"), replace(batch[0], key=f"{at_once}:all",
                points=1_000)]  # fmt: skip
        with pytest.raises(DomainError):
            service.post_many(more)
        assert seen(at_once) == before


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(plan=commands(), cut=st.integers(0, 25))
def test_post_many_is_a_loop_of_post(
    app: Flask, plan: list[tuple[str, int, int, Any]], cut: int
) -> None:
    one_by_one, at_once = next(_offsets), next(_offsets)
    accepted, first = [], []
    for place, command in enumerate(said(plan, one_by_one)):
        try:
            first.append(service.post(command))
        except DomainError:
            continue
        accepted.append(place)
    batch = said(plan, at_once)
    batch = [batch[place] for place in accepted]

    @use_case
    def all_of_them() -> list[Posted]:
        return [*service.post_many(batch[:cut]), *service.post_many(batch[cut:])]

    second = all_of_them()
    assert without_ids(second) == without_ids(first)
    assert seen(at_once) == seen(one_by_one)


def test_a_batch_with_a_refused_command_posts_nothing(app: Flask) -> None:
    plan = [("earn", 0, 5, (None, None)), ("spend", 1, 5, (None, None))]
    before = dump()
    with pytest.raises(DomainError):
        service.post_many(said(plan, 500))
    assert dump() == before


# --- two databases, one journal ------------------------------------------------------------------


@contextmanager
def on(url: str, folder: Path) -> Iterator[None]:
    """An application on an empty database; time and ids start anew."""
    app = create_app(test_config(url, folder))
    migrate(app)
    with app.app_context(), clock.frozen(NOON), ids.generated_by(ids.SeededGenerator(7)):
        yield
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.config.getoption("--fast"):
        pytest.skip("PostgreSQL is left out by --fast")
    base = servers.ensure_postgres()
    server = sa.create_engine(base, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    name = f"same_{os.getpid()}"
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    yield f"{base.rpartition('/')[0]}/{name}"
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


class Life:
    """Some months of nine members: every kind of command, chosen by the seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.step = 0
        self.holds: list[int] = []
        self.txns: list[int] = []

    def run(self, steps: int) -> None:
        acts = [self.earn] * 4 + [
            self.spend, self.hold, self.settle, self.undo, self.claw, self.many, self.wait,
            self.merge, self.part, self.adjust,
        ]  # fmt: skip
        for self.step in range(steps):
            try:
                self.dice.choice(acts)()
            except DomainError:
                continue

    def named(self) -> dict[str, Any]:
        return {"scope": "log", "key": str(self.step)}

    def who(self) -> int:
        return self.dice.randint(1, 5)

    def amount(self) -> int:
        return self.dice.randint(1, 20)

    def earn(self) -> None:
        self.txns.append(
            service.post(_earning(self.dice, self.who(), self.amount(), self.step)).txn_id
        )

    def spend(self) -> None:
        spend = Spend(member_id=self.who(), points=self.amount(), reason="reward", **self.named())
        self.txns.append(service.post(spend).txn_id)

    def hold(self) -> None:
        n = self.amount()
        until = clock.now() + timedelta(hours=n)
        held = Hold(
            member_id=self.who(), points=n, reason="reward", expires_at=until, **self.named()
        )
        self.holds.append(service.post(held).txn_id)

    def settle(self) -> None:
        hold_id = self.dice.choice(self.holds or [1])
        if self.dice.random() < 0.5:
            self.txns.append(service.post(Capture(hold_id=hold_id, **self.named())).txn_id)
        else:
            service.post(Release(hold_id=hold_id, **self.named()))

    def undo(self) -> None:
        service.post(Reverse(txn_id=self.dice.choice(self.txns or [1]), **self.named()))

    def claw(self) -> None:
        source = Ref("order", self.dice.randint(0, self.step))
        claw = Claw(
            member_id=self.who(), source=source, fund=Fund.ORDER, points=self.amount(), growth=1,
            **self.named(),
        )  # fmt: skip
        service.post(claw)

    def many(self) -> None:
        service.post_many(
            [
                _earning(self.dice, self.dice.randint(1, 9), self.amount(), self.step * 1000 + i)
                for i in range(12)
            ]
        )

    def wait(self) -> None:
        clock.tick(timedelta(hours=self.dice.randint(1, 90)))
        _sweep()

    def merge(self) -> None:
        service.merge(self.who(), self.who(), key=str(self.step))

    def part(self) -> None:
        service.unmerge(self.who(), key=str(self.step))

    def adjust(self) -> None:
        adjust = Adjust(member_id=self.who(), points=self.amount() - 10 or 1, **self.named())
        self.txns.append(service.post(adjust).txn_id)


def _earning(dice: random.Random, who: int, n: int, number: int) -> Earn:
    wait = dice.choice((None, 2, 7, timedelta(minutes=100), timedelta(hours=40)))
    life = dice.choice((None, 10, 30))
    part = Part(
        "order.paid",
        n,
        dice.randint(0, 3),
        fund=dice.choice((Fund.ORDER, Fund.CONTENT)),
        **days_of(wait, life),
    )
    return Earn(
        member_id=who, parts=(part,), source=Ref("order", number), scope="earn", key=str(number)
    )


def _sweep() -> None:
    service.mature_due(limit=2)
    service.expire_due()
    service.release_expired_holds()
    service.close_days()
    service.checkpoint()


def test_sqlite_and_postgresql_write_the_same_journal(postgres_url: str, tmp_path: Path) -> None:
    journals = []
    for url in (f"sqlite:///{tmp_path / 'same.db'}", postgres_url):
        with on(url, tmp_path):
            Life(seed=20_260_901).run(steps=250)
            assert_sound()
            journals.append(dump())
    first, second = (journal.splitlines() for journal in journals)
    assert len(first) > 1_000
    assert {line.partition(" ")[0] for line in first} >= {
        "wallet", "ledger_txn", "ledger_transfer", "wallet_entry", "point_lot", "lot_move", "hold",
        "wallet_merge", "checkpoint", "ledger_day",
    }  # fmt: skip
    differing = [pair for pair in zip(first, second, strict=False) if pair[0] != pair[1]]
    assert differing == []
    assert len(first) == len(second)
