"""One order under two numbers: a file calls it as letters do, webhooks by its id."""

from itertools import permutations

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce.models import Order
from app.commerce.service.chunking import Chunk
from app.commerce.service.foreseeing import Foreseer
from app.commerce.types import ChannelRow, FileKind
from app.kernel import verify
from app.kernel.db import db
from tests.factories.commerce import a_channel
from tests.factories.deliveries import Event, deliver, order, outcome, refund

WORTH = 45  # of 80 for goods: what comes back of a whole order comes back of its goods first
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
