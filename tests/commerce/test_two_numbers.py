"""One order under two numbers: a file calls it as letters do, webhooks by its id."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import permutations
from threading import Event as Signal

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce.models import Order
from app.commerce.service.chunking import Chunk
from app.commerce.service.foreseeing import Foreseer
from app.commerce.types import ChannelRow, FileKind
from app.kernel import verify
from app.kernel.db import db, use_case
from tests.factories.commerce import a_channel
from tests.factories.deliveries import Event, deliver, order, outcome, refund

WORTH = 45  # of 80 for goods: what comes back of a whole order comes back of its goods first
Work = Callable[[], object]
CHECKS = ("commerce.awards", "commerce.figures", "commerce.refunds", "ledger")


@pytest.fixture
def shop(app: Flask) -> ChannelRow:
    return a_channel()


def _numbers() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Order.external_id).order_by(Order.id)))


def _award(number: str) -> int:
    points: int = outcome(number)["award"]
    return points


def _events(own: str, printed: str) -> list[Event]:
    """A file's order and refund, a webhook's order and refund: of one purchase."""
    return [
        order(printed, None, buyer="b"),
        refund(printed, "b", 10_00, None),
        order(own, 5, buyer="b", printed_number=printed),
        refund(own, "a", 25_00, 5),
    ]


def test_it_is_paid_once_and_every_refund_finds_it(shop: ChannelRow) -> None:
    for n, turn in enumerate(permutations(range(4))):
        events = _events(f"45078{n}", f"#{1000 + n}")
        for at in (*turn, *turn):
            deliver(shop, [events[at]])
        kept = _numbers()[-1]
        assert kept in {f"45078{n}", f"#{1000 + n}"}
        assert len(_numbers()) == n + 1, turn
        assert _award(kept) == WORTH, turn
    assert not any(report.drifts for report in verify.run(CHECKS))


def test_an_id_and_a_printed_number_of_digits_are_two_orders(shop: ChannelRow) -> None:
    deliver(shop, [order("2050", printed_number="1001"), order("1001", printed_number="52")])
    deliver(shop, [refund("1001", "a", 25_00, 5)])
    assert sorted(_numbers()) == ["1001", "2050"]
    assert outcome("2050")["points"] == 80
    assert outcome("1001")["points"] == 55


def test_a_dry_run_foresees_it(shop: ChannelRow) -> None:
    deliver(shop, [order("450789469", 5, buyer="b", printed_number="#1001")])
    foreseer = Foreseer(shop, FileKind.ORDERS)
    foreseer.look(Chunk(0, 2, [order("#1001", None, buyer="b"), order("#1002", None)]))
    assert (foreseer.foreseen.counts.duplicate, foreseer.foreseen.counts.new) == (1, 1)


# --- both for the first time, at once ------------------------------------------------------------


def _together(app: Flask, works: list[Work]) -> None:
    db.session.remove()

    def run(work: Work) -> None:
        with app.app_context():
            try:
                work()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(min(len(works), 8)) as pool:
        list(pool.map(run, works))


def _second_while_first_writes(app: Flask, first: Work, second: Work) -> None:
    """The second comes while the first is written and not committed."""
    is_written, may_commit = Signal(), Signal()

    @use_case
    def slowly() -> None:
        first()
        is_written.set()
        may_commit.wait(1)  # the second runs into the first meanwhile

    def then() -> None:
        is_written.wait(10)
        second()
        may_commit.set()

    _together(app, [slowly, then])


@pytest.mark.race
@pytest.mark.parametrize("own", ["450789469", "gid-1"])
@pytest.mark.parametrize("is_file_first", [True, False])
def test_told_by_a_file_and_a_webhook_at_once_it_is_one_order(
    app: Flask, shop: ChannelRow, own: str, *, is_file_first: bool
) -> None:
    printed = "#1001" if own.isdecimal() else "1001"
    file_, file_refund, webhook, its_refund = _events(own, printed)
    works: list[Work] = [
        partial(deliver, shop, [file_, file_refund]),
        partial(deliver, shop, [webhook, its_refund]),
    ]
    _second_while_first_writes(app, *(works if is_file_first else works[::-1]))
    kept = _numbers()
    assert kept == [printed if is_file_first else own]
    assert _award(kept[0]) == WORTH
    assert not any(report.drifts for report in verify.run(CHECKS))


@pytest.mark.race
def test_a_file_and_many_of_its_webhooks_at_once_make_every_order_once(
    app: Flask, shop: ChannelRow
) -> None:
    count = 60
    told = [_events(f"45078{n}", f"#{1000 + n}") for n in range(count)]
    parts = [told[start : start + 20] for start in range(0, count, 20)]
    works: list[Work] = []
    for part in parts:
        works.append(partial(deliver, shop, [event for each in part for event in each[:2]]))
        works += [partial(deliver, shop, each[2:]) for each in part[::7]]
    _together(app, works)
    for each in told:
        deliver(shop, each[2:])
    assert len(_numbers()) == count
    assert {_award(number) for number in _numbers()} == {WORTH}
    assert not any(report.drifts for report in verify.run(CHECKS))
