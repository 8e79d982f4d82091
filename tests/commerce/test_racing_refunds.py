"""Refunds, versions and spending at once: every point once, whoever is first."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from threading import Event as Signal

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import service
from app.commerce.models import Order, Refund
from app.commerce.types import ChannelRow
from app.kernel import verify
from app.kernel.db import db, use_case
from app.ledger import queries as ledger
from app.ledger import service as points
from app.ledger.types import InsufficientPointsError, Spend
from tests.factories.commerce import a_channel
from tests.factories.deliveries import TOMATO, Event, at, deliver, order, outcome, refund

pytestmark = pytest.mark.race

ROUNDS = 6
CHECKS = ("commerce.awards", "commerce.figures", "commerce.refunds", "ledger")


@pytest.fixture
def shop(app: Flask) -> ChannelRow:
    return a_channel()


def _at_once(app: Flask, works: Sequence[Callable[[], object]]) -> list[object]:
    db.session.remove()
    gate = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        with app.app_context():
            gate.wait()
            try:
                return work()
            except InsufficientPointsError as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def _nothing_drifts() -> bool:
    return not any(report.drifts for report in verify.run(CHECKS))


def test_one_refund_delivered_by_many_at_once_counts_once(app: Flask, shop: ChannelRow) -> None:
    deliver(shop, [order("N1")])
    taken = _at_once(app, [partial(deliver, shop, [refund("N1", "a", 25_00, 5)])] * 4)
    assert sum(each.refunds.new for each in taken if isinstance(each, service.Taken)) == 1
    assert outcome("N1")["points"] == 55
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Refund)) == 1
    assert _nothing_drifts()


@pytest.mark.parametrize("is_order_first", [True, False])
def test_a_refund_and_its_order_never_miss_each_other(
    app: Flask, shop: ChannelRow, *, is_order_first: bool
) -> None:
    """The second comes while the first is written and not committed: it waits, and then sees it."""
    events: list[Event] = [order("N1"), refund("N1", "a", 25_00, 5)]
    first, second = events if is_order_first else events[::-1]
    is_written, may_commit = Signal(), Signal()

    @use_case
    def slowly() -> None:
        deliver(shop, [first])
        is_written.set()
        may_commit.wait(2)  # the second runs into the first meanwhile

    def then() -> None:
        is_written.wait(10)
        deliver(shop, [second])
        may_commit.set()

    _at_once(app, [slowly, then])
    assert outcome("N1")["points"] == 55
    assert _nothing_drifts()


def test_versions_and_refunds_at_once_end_with_the_latest(app: Flask, shop: ChannelRow) -> None:
    for n in range(ROUNDS):
        number = f"N{n}"
        works = [
            partial(deliver, shop, [order(number, 10)]),
            partial(deliver, shop, [order(number, 30, (TOMATO,), shipped_at=at(3))]),
            partial(deliver, shop, [order(number, 20, is_cancelled=True)]),
            partial(deliver, shop, [refund(number, "a", 10_00, 5, is_cancelled=True)]),
            partial(deliver, shop, [refund(number, "a", 10_00, 4)]),
            partial(deliver, shop, [refund(number, "b", 20_00, 4)]),
        ]
        _at_once(app, works[n:] + works[:n])
        assert outcome(number)["points"] == 30, n
    assert _nothing_drifts()


def test_what_is_spent_while_it_is_taken_back_is_owed_or_refused(
    app: Flask, shop: ChannelRow
) -> None:
    for n in range(ROUNDS):
        number = f"N{n}"
        deliver(shop, [order(number, paid_at=at(-60 * 24 * 40))])
        member_id = _member_of(number)
        spend = Spend(member_id=member_id, points=60, reason="test", scope="test", key=number)
        results = _at_once(
            app,
            [
                partial(points.post, spend),
                partial(deliver, shop, [refund(number, "a", 40_00, 5)]),
                partial(deliver, shop, [refund(number, "b", 10_00, 5)]),
            ],
        )
        was_spent = not isinstance(results[0], InsufficientPointsError)
        balance = ledger.balance(member_id)
        wanted = -30 if was_spent else 30
        assert balance.available - balance.debt == wanted, n
    assert _nothing_drifts()


def _member_of(number: str) -> int:
    found: int = db.session.scalars(
        sa.select(Order.member_id).where(Order.external_id == number)
    ).one()
    db.session.rollback()
    return found
