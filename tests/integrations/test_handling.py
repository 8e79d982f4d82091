"""From the inbox to orders: once each, in any order, with every failure kept for somebody."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from app.commerce import queries as commerce
from app.commerce.models import Order, Refund
from app.commerce.types import RefundState
from app.identity.types import MemberRow
from app.integrations import queries, service
from app.integrations.models import Delivery
from app.integrations.service import seam
from app.integrations.types import Adapter, DeliveryRow, DeliveryState, Trouble
from app.kernel import clock, jobs
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from tests.factories.commerce import a_channel
from tests.factories.identity import Browser
from tests.integrations.sending import Sender, a_sender, an_order_body, payload


def _sender(staff: MemberRow, adapter: Adapter = Adapter.GENERIC) -> Sender:
    currency = "CNY" if adapter is Adapter.GENERIC else "USD"
    return a_sender(a_channel("shop", currency=currency), adapter, staff.id)


def _deliveries(shop: Sender) -> list[DeliveryRow]:
    db.session.rollback()
    return list(queries.deliveries(shop.channel.id).items)


def _orders() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(sa.select(Order.external_id)))


def test_the_sweep_turns_what_came_in_into_orders(client: Browser, staff: MemberRow) -> None:
    shop = _sender(staff)
    for number in range(3):
        shop.send(client, an_order_body(f"A-{number}"), f"d-{number}")
    assert jobs.run("integrations.webhooks").handled == 3
    assert _orders() == {"A-0", "A-1", "A-2"}
    assert {each.state for each in _deliveries(shop)} == {DeliveryState.DONE}
    assert commerce.totals(shop.channel.id).points == 3 * 12
    assert jobs.run("integrations.webhooks").handled == 0


def test_shops_orders_come_in_by_their_own_language(client: Browser, staff: MemberRow) -> None:
    woo = _sender(staff, Adapter.WOOCOMMERCE)
    woo.send(client, payload("woocommerce_order_created"), topic="order.created")
    shopify = a_sender(a_channel("other"), Adapter.SHOPIFY, staff.id)
    shopify.send(client, payload("shopify_orders_paid"), topic="orders/paid")
    assert service.handle_waiting() == 2
    assert _orders() == {"727", "820982911946154508"}


def test_what_need_not_be_taken_says_why(client: Browser, staff: MemberRow) -> None:
    shop = _sender(staff, Adapter.SHOPIFY)
    shop.send(client, payload("shopify_test_notification"))
    service.handle_waiting()
    (row,) = _deliveries(shop)
    assert (row.state, row.trouble) == (DeliveryState.IGNORED, Trouble.TEST)
    assert _orders() == set()


def test_what_cant_be_read_is_kept_and_blocks_nobody(client: Browser, staff: MemberRow) -> None:
    shop = _sender(staff, Adapter.WOOCOMMERCE)
    broken = {**json.loads(payload("woocommerce_order_created")), "id": 1, "total": "?"}
    shop.send(client, json.dumps(broken), "d-1")
    shop.send(client, payload("woocommerce_order_created"), "d-2")
    shop.send(client, payload("woocommerce_order_deleted"), "d-3", topic="order.deleted")
    service.handle_waiting()
    deleted, good, bad = _deliveries(shop)
    assert (bad.state, bad.trouble, bad.path) == (
        DeliveryState.KEPT, Trouble.BAD_AMOUNT, "total",
    )  # fmt: skip
    assert good.state is DeliveryState.DONE
    assert (deleted.trouble, deleted.path) == (Trouble.DELETED, "id 727")
    service.set_aside(shop.channel.id, deleted.id, actor_id=staff.id)
    service.retry(shop.channel.id, bad.id, actor_id=staff.id)
    assert [each.state for each in _deliveries(shop)] == [
        DeliveryState.IGNORED, DeliveryState.DONE, DeliveryState.WAITING,
    ]  # fmt: skip
    for row in (deleted, good):  # neither is kept any more
        with pytest.raises(NotFoundError):
            service.retry(shop.channel.id, row.id, actor_id=staff.id)
    with pytest.raises(NotFoundError):
        service.set_aside(shop.channel.id + 1, bad.id, actor_id=staff.id)


def test_a_delivery_that_fails_here_waits_longer_each_time_and_is_kept_at_last(
    client: Browser, staff: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = _sender(staff)
    shop.send(client, an_order_body())
    tries = []

    def fail(*_args: Any) -> None:
        tries.append(clock.now())
        raise RuntimeError("the kitchen is on fire")

    with monkeypatch.context() as patched, clock.frozen(clock.now()):
        patched.setattr(seam, "take_delivery", fail)
        for _minute in range(300):
            service.handle_waiting()
            clock.tick(timedelta(minutes=1))
    (row,) = _deliveries(shop)
    assert (row.state, row.trouble, row.path) == (
        DeliveryState.KEPT, Trouble.FAILED, "RuntimeError",
    )  # fmt: skip
    gaps = [int((b - a).total_seconds()) // 60 for a, b in pairwise(tries)]
    assert gaps == [1, 5, 30, 120]
    assert _orders() == set()
    service.retry(shop.channel.id, row.id, actor_id=staff.id)
    assert service.handle_waiting() == 1
    assert _orders() == {"A-1"}


def test_an_order_and_its_delivery_stand_or_fall_together(
    client: Browser, staff: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = _sender(staff)
    shop.send(client, an_order_body())
    real = seam.take_delivery

    def half(*args: Any) -> None:
        real(*args)
        raise RuntimeError("after the order, before the commit")

    with monkeypatch.context() as patched:
        patched.setattr(seam, "take_delivery", half)
        service.handle_waiting()
    assert _orders() == set()
    assert _deliveries(shop)[0].state is DeliveryState.WAITING


def test_bodies_are_forgotten_after_a_week_and_replays_are_still_known(
    client: Browser, staff: MemberRow
) -> None:
    shop = _sender(staff, Adapter.WOOCOMMERCE)
    body = payload("woocommerce_order_created")
    shop.send(client, body, "d-1")
    service.handle_waiting()
    shop.send(client, json.dumps({"id": 1}), "d-2")  # still waits
    with clock.frozen(clock.now() + timedelta(days=7)):
        assert jobs.run("integrations.forget_bodies").handled == 1
        assert shop.send(client, body, "d-9").status_code == 200
    bodies = db.session.scalars(sa.select(Delivery.body).order_by(Delivery.id)).all()
    assert bodies == [None, '{"id": 1}']


def test_the_list_of_deliveries_pages_and_narrows(client: Browser, staff: MemberRow) -> None:
    shop = _sender(staff)
    for number in range(5):
        shop.send(client, an_order_body(f"A-{number}"), f"d-{number}")
    first = queries.deliveries(shop.channel.id, limit=3)
    rest = queries.deliveries(shop.channel.id, first.next_key, limit=3)
    told = [row.delivery_id for row in (*first.items, *rest.items)]
    assert told == ["d-4", "d-3", "d-2", "d-1", "d-0"]
    assert rest.next_key is None
    assert queries.deliveries(shop.channel.id, state="kept").items == []
    assert len(queries.deliveries(shop.channel.id, "nonsense", "nonsense").items) == 5


@pytest.mark.parametrize("count", [1, 40])
def test_a_look_at_the_inbox_is_a_fixed_number_of_statements(
    client: Browser,
    staff: MemberRow,
    staff_client: Browser,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
    count: int,
) -> None:
    shop = _sender(staff)
    for number in range(count):
        shop.send(client, an_order_body(f"A-{number}"), f"d-{number}")
    for path in ("/staff/webhooks", "/staff/channels/shop/webhooks"):
        with count_statements() as seen:
            assert staff_client.get(path).status_code == 200
        assert len(seen) <= 8, seen


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_orders_and_refunds_of_shopify_come_to_the_same_points_in_any_order(
    client: Browser, staff: MemberRow, order: tuple[int, ...]
) -> None:
    shop = _sender(staff, Adapter.SHOPIFY)
    paid = json.loads(payload("shopify_orders_updated"))
    paid |= {"refunds": [], "financial_status": "paid", "updated_at": "2022-01-01T00:00:00-05:00"}
    told = [
        (json.dumps(paid), "orders/paid"),
        (payload("shopify_refunds_create"), "refunds/create"),
        (payload("shopify_orders_updated"), "orders/updated"),
    ]
    for number in order:
        body, topic = told[number]
        shop.send(client, body, f"d-{number}", topic=topic)
        assert service.handle_waiting() == 1
    assert {each.state for each in _deliveries(shop)} == {DeliveryState.DONE}
    row = db.session.execute(
        sa.select(Order.paid_minor, Order.refunded_minor, Order.earning_minor)
    ).one()
    # Goods of 209.00 less 104.50 that came back; gift card, shipping and duties earn nothing.
    assert tuple(row) == (271_00, 109_50, 104_50)
    assert commerce.totals(shop.channel.id).points == 104


# --- refunds that a shop deletes -----------------------------------------------------------------

R: list[dict[str, Any]] = [{"id": 9, "reason": "", "total": "-10.00"}]
GONE: list[dict[str, Any]] = []
LATER = "2017-03-26T10:00:00"


def _woo_body(refunds: list[dict[str, Any]], modified: str) -> str:
    body = json.loads(payload("woocommerce_order_created"))
    return json.dumps({**body, "refunds": refunds, "date_modified_gmt": modified})


@pytest.mark.parametrize("turn", [1, -1])
def test_a_refund_that_a_shop_deleted_counts_nothing_whichever_word_comes_first(
    client: Browser, staff: MemberRow, turn: int
) -> None:
    shop = a_sender(a_channel("shop", currency="USD"), Adapter.WOOCOMMERCE, staff.id)
    bodies = [_woo_body(R, "2017-03-25T10:00:00"), _woo_body(GONE, LATER)][::turn]
    for number, body in enumerate(bodies):
        shop.send(client, body, f"d-{number}")
        service.handle_waiting()
    db.session.rollback()
    assert db.session.scalars(sa.select(Refund.state)).all() == [RefundState.CANCELLED]
    assert commerce.totals(shop.channel.id).points == 19
    shop.send(client, _woo_body(R, "2017-03-27T10:00:00"), "d-9")
    service.handle_waiting()
    db.session.rollback()
    assert db.session.scalars(sa.select(Refund.state)).all() == [RefundState.ACTIVE]


def test_a_refund_told_later_than_a_list_that_lacks_it_stays(
    client: Browser, staff: MemberRow
) -> None:
    shop = a_sender(a_channel("shop", currency="USD"), Adapter.WOOCOMMERCE, staff.id)
    for number, (refunds, modified) in enumerate([(R, LATER), (GONE, "2017-03-25T10:00:00")]):
        shop.send(client, _woo_body(refunds, modified), f"d-{number}")
        service.handle_waiting()
    db.session.rollback()
    assert db.session.scalars(sa.select(Refund.state)).all() == [RefundState.ACTIVE]
