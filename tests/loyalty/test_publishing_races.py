"""A version that is published misses no act that is decided in that very moment."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import verify
from app.kernel.db import db, use_case
from app.kernel.types import Ref
from app.loyalty import service
from app.loyalty.models import LoyaltyAward, LoyaltyCounter
from app.loyalty.queries import books
from app.loyalty.service.books import publish
from app.loyalty.types import Cap, Rule, Window
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_rule

REPLY = "reply.published"
CHECKED = ("loyalty.counters", "loyalty.caps", "loyalty.budgets")
LIMITED = a_rule(REPLY, 5, caps=(Cap(Window.DAY, points=12),))

pytestmark = [pytest.mark.race, pytest.mark.only("postgres")]


class Other:
    """A use case in a thread of its own, that holds its transaction open until it may go on."""

    def __init__(self, app: Flask, work: Callable[[], object]) -> None:
        self.app, self.work = app, work
        self.done_its_work, self.may_commit = threading.Event(), threading.Event()
        self.errors: list[BaseException] = []
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        with self.app.app_context():
            try:
                self._held()
            except BaseException as error:  # noqa: BLE001 - told to the test
                self.errors.append(error)
            finally:
                self.done_its_work.set()
                db.session.remove()

    @use_case
    def _held(self) -> None:
        self.work()
        self.done_its_work.set()
        self.may_commit.wait(30)

    def finish(self) -> None:
        self.may_commit.set()
        self.thread.join()
        assert self.errors == []


def until_somebody_waits() -> None:
    """Look until a transaction waits for the lock of those who decide."""
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    stop = threading.Event()
    for _look in range(600):
        with db.engine.connect() as connection:
            if connection.scalar(waiting):
                return
        stop.wait(0.02)
    raise AssertionError("nobody waits")


def a_reply(member: MemberRow, number: int) -> Callable[[], object]:
    return lambda: service.reward(member.id, REPLY, source=Ref("reply", number))


def newest(rule: Rule) -> Callable[[], object]:
    def work() -> int:
        book = books.current()
        return publish(
            replace(book, rules={**book.rules, REPLY: rule}), note="a limit", actor_id=None
        )

    return work


def counted() -> list[tuple[int, int]]:
    rows = db.session.execute(
        sa.select(LoyaltyCounter.points, LoyaltyCounter.times).where(
            LoyaltyCounter.name == f"{REPLY}|day"
        )
    )
    found = [(points, times) for points, times in rows]
    db.session.rollback()
    return found


def test_publishing_waits_for_acts_that_are_being_decided(app: Flask, alice: MemberRow) -> None:
    use_rules(a_rule(REPLY, 5))
    act = Other(app, a_reply(alice, 1))
    act.done_its_work.wait(30)
    publisher = Other(app, newest(LIMITED))
    until_somebody_waits()
    assert not publisher.done_its_work.is_set()

    act.finish()
    publisher.finish()
    assert counted() == [(5, 1)], "the act of the old version is in the new limit"
    points = [service.reward(alice.id, REPLY, source=Ref("reply", n)).points for n in (2, 3, 4)]
    assert points == [5, 2, 0]
    assert not any(report.drifts for report in verify.run(CHECKED))


@pytest.mark.parametrize("had", ["a limit", "no limit"])
def test_an_act_that_read_the_old_version_decides_by_the_new_one(
    app: Flask, alice: MemberRow, had: str
) -> None:
    caps = (Cap(Window.WEEK, points=100),) if had == "a limit" else ()
    use_rules(a_rule(REPLY, 5, caps=caps))
    publisher = Other(app, newest(LIMITED))
    publisher.done_its_work.wait(30)
    act = Other(app, a_reply(alice, 1))
    with suppress(AssertionError):
        until_somebody_waits()
    assert not act.done_its_work.is_set()

    publisher.finish()
    act.finish()
    version = db.session.scalar(sa.select(LoyaltyAward.rule_version))
    db.session.rollback()
    assert version == books.current().version
    assert counted() == [(5, 1)]
    db.session.rollback()
    assert not any(report.drifts for report in verify.run(CHECKED))


def test_many_acts_and_publications_at_once_drift_nowhere(app: Flask, alice: MemberRow) -> None:
    use_rules(a_rule(REPLY, 1))
    start, errors = threading.Barrier(4), list[BaseException]()

    def run(who: int) -> None:
        with app.app_context():
            start.wait()
            try:
                for turn in range(6):
                    if who == 0:
                        use_case(newest(a_rule(REPLY, 1, caps=LIMITS[turn % len(LIMITS)])))()
                    else:
                        a_reply(alice, 100 * who + turn)()
            except BaseException as error:  # noqa: BLE001 - told to the test
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert not any(report.drifts for report in verify.run(CHECKED))


LIMITS = ((Cap(Window.DAY, points=9),), (Cap(Window.WEEK, times=30),), ())
