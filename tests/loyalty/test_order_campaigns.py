"""Campaigns on orders: refunds give their share back, first orders are known, budgets hold."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import service
from app.commerce.models import OrderAward, Refund
from app.commerce.types import ChannelRow, LineDraft
from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.db import db
from app.loyalty.queries import books, budgets
from app.loyalty.types import Campaign, Compare, Condition
from tests.factories.commerce import a_channel, an_order
from tests.factories.deliveries import PAID_AT, deliver, order, order_id_of, outcome, refund
from tests.factories.identity import Browser
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign
from tests.loyalty.test_rules_rehearsal import rehearse

ORDER = "order.paid"
CHECKED = ("commerce.awards", "commerce.figures", "loyalty.budgets", "loyalty.counters", "ledger")
FIRST_TIME = Condition("first_time", Compare.IS, value=True)


@pytest.fixture
def shop(app: Flask) -> ChannelRow:
    return a_channel()


def lift(**more: Any) -> Campaign:
    return a_campaign(
        actions=(ORDER,), starts_at=PAID_AT - timedelta(days=5),
        ends_at=PAID_AT + timedelta(days=60), **more,
    )  # fmt: skip


def spent() -> int:
    db.session.rollback()
    found = budgets.standing(["week"])["week"].spent
    db.session.rollback()
    return found


def award(number: str) -> tuple[int, int]:
    db.session.rollback()
    row = db.session.execute(
        sa.select(OrderAward.points, OrderAward.lifted_points).where(
            OrderAward.order_id == order_id_of(number)
        )
    ).one()
    db.session.rollback()
    return row.points, row.lifted_points


def clean() -> list[str]:
    found = [drift for report in verify.run(CHECKED) for drift in report.drifts]
    db.session.rollback()
    return found


def goods(minor: int) -> tuple[LineDraft, ...]:
    return (LineDraft("POT", 1, minor, external_id="L1"),)


@pytest.mark.parametrize("days_later", [0, 30], ids=["within the window", "after it"])
def test_a_refund_gives_its_share_back_to_the_budget(shop: ChannelRow, days_later: int) -> None:
    use_rules(campaigns=[lift(budget=1000)])
    deliver(shop, [order("N1", lines=goods(100_00))])
    assert (award("N1"), spent()) == ((200, 100), 100)
    clock.tick(timedelta(days=days_later))

    deliver(shop, [refund("N1", "a", 33_33, 5)])
    assert (award("N1"), spent()) == ((133, 67), 67)  # 66.67 earn: 133 in all, 66 without
    deliver(shop, [refund("N1", "a", 33_33, 5)])
    assert spent() == 67, "told twice is once"
    deliver(shop, [refund("N1", "b", 66_67, 6)])
    assert (award("N1"), spent()) == ((0, 0), 0)
    assert clean() == []


def test_what_was_given_back_is_there_for_others_and_is_not_given_twice(
    shop: ChannelRow, staff: MemberRow
) -> None:
    use_rules(campaigns=[lift(budget=150)])
    deliver(shop, [order("N1", lines=goods(100_00))])
    deliver(shop, [refund("N1", "a", 100_00, 5)])
    deliver(shop, [order("N2", lines=goods(120_00))])
    assert (award("N2"), spent()) == ((240, 120), 120)

    # The refund of the first turns out to be a mistake: its share has gone to another.
    refunds = db.session.scalars(sa.select(Refund.id)).all()
    db.session.rollback()
    service.withdraw_refunds(refunds, actor_id=staff.id)
    assert (award("N1"), spent()) == ((130, 30), 150)
    assert clean() == []
    deliver(shop, [refund("N2", "a", 120_00, 7)])
    assert (award("N2"), spent()) == ((0, 0), 30)
    assert award("N1") == (130, 30), "what it did not get then it does not get later by itself"
    assert clean() == []


def test_an_order_from_before_keeps_its_rate_and_gives_nothing_back(shop: ChannelRow) -> None:
    use_rules(campaigns=[lift(budget=1000)])
    deliver(shop, [order("N1", lines=goods(100_00))])
    db.session.execute(sa.update(OrderAward).values(plain_permille=None))
    db.session.commit()
    deliver(shop, [refund("N1", "a", 50_00, 5)])
    assert (award("N1"), spent()) == ((100, 100), 100)
    assert clean() == []


# --- the first order -----------------------------------------------------------------------------


def test_a_campaign_for_first_orders_lifts_the_first_one_only(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    use_rules(campaigns=[lift(budget=1000, conditions=(FIRST_TIME,))])
    shop = a_channel()
    an_order(alice.id, channel=shop, number="A-1", lines=((None, 1, 40_00),))
    an_order(alice.id, channel=shop, number="A-2", lines=((None, 1, 30_00),))
    assert (award("A-1"), award("A-2"), spent()) == ((80, 40), (30, 0), 40)

    outlook = rehearse(books.current())
    assert outlook.total.points == outlook.total.given == 110
    assert outlook.by_campaign["week"].points == outlook.by_campaign["week"].given == 40

    wallet = alice_client.get("/me/wallet?lang=en").text
    assert wallet.count("/me/wallet/") >= 2
    from app.ledger.models import Txn

    txn_id = db.session.scalars(sa.select(Txn.id).order_by(Txn.id)).first()
    db.session.rollback()
    page = alice_client.get(f"/me/wallet/{txn_id}").text
    assert "put 40 points on top" in page
    assert "Only if: For the first time." in page


def test_of_first_orders_that_come_together_the_earliest_is_the_first(
    shop: ChannelRow, alice: MemberRow
) -> None:
    use_rules(campaigns=[lift(budget=1000, conditions=(FIRST_TIME,))])
    later = order("N1", lines=goods(10_00), buyer="same", paid_at=PAID_AT + timedelta(hours=1))
    earlier = order("N2", lines=goods(20_00), buyer="same")
    deliver(shop, [later, earlier])
    assert (award("N1"), award("N2")) == ((10, 0), (40, 20))
    assert clean() == []


# --- races ---------------------------------------------------------------------------------------


@pytest.mark.race
def test_orders_and_refunds_at_once_never_pass_the_budget(app: Flask, shop: ChannelRow) -> None:
    """Refunds of some give back while orders of others take, and some share a member."""
    use_rules(campaigns=[lift(budget=300)])
    old = [f"O{n}" for n in range(6)]
    deliver(shop, [order(each, lines=goods(50_00), buyer="one") for each in old])
    assert spent() == 300
    works: list[Callable[[], object]] = [
        partial(deliver, shop, [refund(each, "a", 25_00, 5)]) for each in old
    ]
    works += [
        partial(deliver, shop, [order(f"N{n}", lines=goods(40_00), buyer=f"b{n % 3}")])
        for n in range(6)
    ]
    _at_once(app, works)

    left = sum(award(each)[1] for each in [*old, *(f"N{n}" for n in range(6))])
    assert left == spent() <= 300
    assert all(outcome(each)["award"] == 50 for each in old)
    assert clean() == []


def _at_once(app: Flask, works: Sequence[Callable[[], object]]) -> None:
    db.session.remove()
    gate = Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        with app.app_context():
            gate.wait()
            try:
                work()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(run, works))
