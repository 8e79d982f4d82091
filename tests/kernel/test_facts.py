"""Facts are kept, told at least once, and can be told again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
import sqlalchemy as sa
from flask import Flask

from app.kernel import clock, facts
from app.kernel.db import db, use_case
from app.kernel.types import Ref


@dataclass(frozen=True, slots=True)
class SoupServed(facts.Fact):
    name: ClassVar[str] = "test.soup_served"
    bowls: int


heard: list[tuple[int, int]] = []
broken: list[bool] = []


def listen(fact: SoupServed, told: facts.Told) -> None:
    if broken:
        raise RuntimeError("spilled")
    heard.append((told.id, fact.bowls))


@pytest.fixture(autouse=True)
def ears() -> Iterator[None]:
    facts.subscribe(SoupServed)(listen)
    yield
    heard.clear()
    broken.clear()
    facts._listeners.pop(SoupServed.name, None)


LISTENER = "tests.kernel.test_facts.listen"


@use_case
def serve(bowls: int) -> int:
    return facts.publish(SoupServed(bowls), actor_id=5, subject=Ref("soup", 1), concerns_id=6)


def test_a_fact_is_told_once_after_its_commit(app: Flask) -> None:
    fact_id = serve(3)
    assert heard == []
    assert facts.deliver() == 1
    assert facts.deliver() == 0
    assert heard == [(fact_id, 3)]


def test_a_process_that_does_not_know_the_listener_leaves_the_fact_to_one_that_does(
    app: Flask,
) -> None:
    """The worker still runs yesterday's code: it must not tick off what it cannot tell."""
    fact_id = serve(3)
    known = facts._listeners.pop(SoupServed.name)
    assert facts.deliver() == 0
    facts._listeners[SoupServed.name] = known
    clock.tick(timedelta(minutes=1))
    assert facts.deliver() == 1
    assert heard == [(fact_id, 3)]


def test_a_rolled_back_fact_never_happened(app: Flask) -> None:
    @use_case
    def fails() -> None:
        facts.publish(SoupServed(1))
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        fails()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(facts.FactRow)) == 0
    assert facts.deliver() == 0


def test_a_failing_listener_is_tried_again_later_and_shown_in_the_lag(app: Flask) -> None:
    serve(2)
    broken.append(True)
    assert facts.deliver() == 0
    clock.tick(timedelta(seconds=3))
    assert facts.deliver() == 0  # too early
    (lag,) = [lag for lag in facts.lags() if lag.listener == LISTENER]
    assert (lag.waiting, lag.failed, lag.oldest_seconds) == (1, 0, 3)
    broken.clear()
    clock.tick(timedelta(seconds=3))
    assert facts.deliver() == 1


def test_a_listener_that_never_succeeds_is_given_up_and_counted(app: Flask) -> None:
    serve(2)
    broken.append(True)
    for _ in range(facts.MAX_ATTEMPTS + 2):
        facts.deliver()
        clock.tick(timedelta(days=2))
    (lag,) = [lag for lag in facts.lags() if lag.listener == LISTENER]
    assert lag.failed == 1


def test_replay_tells_the_past_again_and_pruning_keeps_the_facts(app: Flask) -> None:
    first, second = serve(1), serve(2)
    facts.deliver()
    clock.tick(timedelta(days=8))
    assert facts.prune() == 2
    assert facts.replay(LISTENER) == 2
    assert facts.replay(LISTENER) == 2  # queued twice is told once
    assert facts.deliver() == 2
    assert [fact_id for fact_id, _ in heard] == [first, second, first, second]
    with pytest.raises(LookupError):
        facts.replay("nobody")


def test_publishing_many_costs_two_statements(app: Flask, count_statements) -> None:  # type: ignore[no-untyped-def]
    @use_case
    def serve_many() -> None:
        facts.publish_many([facts.Note(SoupServed(n)) for n in range(50)])

    with count_statements() as statements:
        serve_many()
    assert len(statements) == 2
