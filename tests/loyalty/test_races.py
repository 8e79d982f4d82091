"""Caps and single rewards hold when many come at once, on both databases."""

import threading
from collections.abc import Callable
from typing import TypeVar

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import verify
from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.loyalty import service

THREADS = 16
Got = TypeVar("Got")


def together(app: Flask, act: Callable[[int], Got], *, crowd: int = THREADS) -> list[Got]:
    """Run ``act(0)``, ``act(1)`` … in threads that start at one moment; return what they got."""
    start = threading.Barrier(crowd)
    got: list[Got] = []
    errors: list[BaseException] = []

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                got.append(act(number))
            except BaseException as error:  # noqa: BLE001 - told to the test
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(crowd)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    return got


@pytest.mark.race
def test_sixteen_threads_at_once_stay_under_the_days_cap(app: Flask, alice: MemberRow) -> None:
    awards = together(
        app, lambda n: service.reward(alice.id, "thread.published", source=Ref("thread", n + 1))
    )

    assert sorted(award.points for award in awards) == [0] * 11 + [10] * 5
    assert ledger.balance(alice.id).available == 50
    assert not any(r.drifts for r in verify.run(("loyalty.counters", "loyalty.caps")))


@pytest.mark.race
def test_one_source_told_sixteen_times_at_once_is_rewarded_once(
    app: Flask, alice: MemberRow
) -> None:
    awards = together(
        app, lambda _n: service.reward(alice.id, "checkin.daily", source=Ref("checkin", 1))
    )

    assert {award.points for award in awards} == {10}
    assert ledger.balance(alice.id).available == 10
