"""The channel overview: every figure, counted as it says, in a fixed number of statements."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import queries, service
from app.commerce.models import Channel, Order, OrderStep, Refund
from app.commerce.overview import period_of
from app.commerce.types import (
    ChannelRow,
    LineDraft,
    RefundPhase,
    RefundState,
    SeedOrder,
    SeedProduct,
    StepKind,
)
from app.identity.models import Member
from app.identity.types import LinkProof, MemberRow
from app.kernel import clock, ids
from app.kernel.db import db, use_case
from app.kernel.permissions import Role
from tests.factories.commerce import a_channel
from tests.factories.identity import Browser, a_member, browser, sign_in

TODAY = date(2026, 9, 1)
FIRST = TODAY - timedelta(days=89)


def _order(channel: ChannelRow, number: str, minor: int = 100_00, **more: Any) -> int:
    buyer = more.pop("buyer", "lin") if "member_id" not in more else ""
    lines = more.pop("lines", (LineDraft(None, 1, minor),))
    seed = SeedOrder(
        channel.code, number, more.pop("paid_at", clock.now()), lines, buyer=buyer, **more
    )
    service.seed_orders([seed])
    found = db.session.scalar(
        sa.select(Order.id).where(Order.external_id == number, Order.channel_id == channel.id)
    )
    assert found
    return found


@use_case
def _came_back(
    order_id: int,
    minor: int,
    phase: RefundPhase = RefundPhase.AFTER_RECEIPT,
    *,
    state: RefundState = RefundState.ACTIVE,
) -> None:
    """Write a refund and its projection as they stand once it has been settled."""
    order = db.session.execute(sa.select(Order.__table__).where(Order.id == order_id)).one()
    counts = minor if state is RefundState.ACTIVE else 0
    row = {
        "id": ids.next_id(), "code": ids.new_code(), "channel_id": order.channel_id,
        "external_id": ids.new_code(), "order_external_id": order.external_id,
        "order_id": order_id, "amount_minor": minor, "effective_minor": counts,
        "currency": order.currency, "phase": phase, "state": state,
        "refunded_at": clock.now(), "fingerprint": "f", "created_at": clock.now(),
    }  # fmt: skip
    db.session.execute(sa.insert(Refund), [row])
    db.session.execute(
        sa.update(Order)
        .where(Order.id == order_id)
        .values(refunded_minor=Order.refunded_minor + counts)
    )


@use_case
def _changed(model: Any, row_id: int, **values: Any) -> None:
    db.session.execute(sa.update(model).where(model.id == row_id).values(**values))


@use_case
def _step(order_id: int, moved: int) -> None:
    row = {
        "id": ids.next_id(), "order_id": order_id, "kind": StepKind.REFUNDED,
        "earning_minor": 0, "points": 0, "moved_points": moved, "at": clock.now(),
    }  # fmt: skip
    db.session.execute(sa.insert(OrderStep), [row])


def _figures(
    code: str = "tmall", first: date = FIRST, last: date = TODAY
) -> queries.ChannelFigures:
    db.session.rollback()
    found = queries.overview(first, last)
    return next(each for each in found.channels if each.code == code)


def test_money_and_returns_by_phase(app: Flask) -> None:
    channel = a_channel()
    orders = [_order(channel, f"T{n}", buyer=f"b{n % 3}") for n in range(10)]
    _came_back(orders[0], 40_00, RefundPhase.BEFORE_SHIPPING)
    _came_back(orders[1], 100_00, RefundPhase.AFTER_RECEIPT)
    _came_back(orders[2], 10_00, RefundPhase.AFTER_RECEIPT)
    _came_back(orders[2], 5_00, RefundPhase.AFTER_SHIPPING)
    _came_back(orders[3], 99_00, state=RefundState.CANCELLED)
    _changed(Order, orders[4], cancelled_at=clock.now())
    told = _figures()
    assert (told.orders, told.lines, told.buyers) == (10, 10, 3)
    assert (told.gross_minor, told.refunded_minor, told.cancelled_minor, told.net_minor) == (
        1000_00, 155_00, 100_00, 745_00,
    )  # fmt: skip
    assert (told.return_rate, told.returned_share) == (0.155, 0.3)
    assert {
        phase: (told.phase(phase).minor, told.phase(phase).orders) for phase in RefundPhase
    } == {
        RefundPhase.BEFORE_SHIPPING: (40_00, 1),
        RefundPhase.AFTER_SHIPPING: (5_00, 1),
        RefundPhase.AFTER_RECEIPT: (110_00, 2),
    }
    assert told.phase_rate(RefundPhase.AFTER_RECEIPT) == 0.11
    assert told.phase_share(RefundPhase.AFTER_RECEIPT) == 0.2


def test_the_match_rate_is_orders_of_people_who_signed_up(alice: MemberRow) -> None:
    channel = a_channel()
    _order(channel, "T1", member_id=alice.id)
    _order(channel, "T2", member_id=alice.id)
    silent = _order(channel, "T3", buyer="lin")
    _order(channel, "T4", buyer="wen")
    told = _figures()
    assert (told.matched, told.match_rate) == (2, 0.5)
    assert dict(told.matched_by) == {None: 2}
    lin = db.session.scalar(sa.select(Order.member_id).where(Order.id == silent)) or 0
    _changed(Member, lin, state="active")
    told = _figures()
    assert told.match_rate == 0.75
    assert dict(told.matched_by) == {None: 2, LinkProof.ORDER: 1}


def test_points_are_given_pending_and_taken_back(app: Flask) -> None:
    channel = a_channel(window=7)
    _order(channel, "NEW", 100_00)
    old = _order(channel, "OLD", 50_00, paid_at=clock.now() - timedelta(days=30))
    _step(old, 50)
    _step(old, -20)
    _step(old, -5)
    told = _figures()
    assert (told.given, told.pending, told.taken_back) == (50, 100, 25)


def test_orders_below_the_price_floor_are_found(app: Flask) -> None:
    channel = a_channel()
    _changed(Channel, channel.id, price_floor_permille=800)
    service.seed_products([SeedProduct("POT", "锅底", "Pot", "base", 50_00)])
    _order(channel, "AT", lines=(LineDraft("POT", 2, 80_00),))
    _order(channel, "BELOW", lines=(LineDraft("POT", 2, 79_99), LineDraft("POT", 1, 1_00)))
    _order(channel, "UNKNOWN", lines=(LineDraft("NO-SUCH", 1, 1_00),))
    told = _figures()
    assert (told.below_floor, told.floor_permille, told.lines) == (1, 800, 4)
    _changed(Channel, channel.id, price_floor_permille=None)
    assert _figures().below_floor == 0


def test_the_period_counts_both_of_its_days_in_the_brands_zone(app: Flask) -> None:
    channel = a_channel()
    zone = clock.zone()
    for number, paid_at in (
        ("before", datetime(2026, 8, 9, 23, 59, 59, tzinfo=zone)),
        ("first", datetime(2026, 8, 10, 0, 0, tzinfo=zone)),
        ("last", datetime(2026, 8, 11, 23, 59, 59, tzinfo=zone)),
        ("after", datetime(2026, 8, 12, 0, 0, tzinfo=zone)),
    ):
        _order(channel, number, paid_at=paid_at)
    assert _figures(first=date(2026, 8, 10), last=date(2026, 8, 11)).orders == 2
    gone = _order(channel, "withdrawn", paid_at=datetime(2026, 8, 11, 12, tzinfo=zone))
    _changed(Order, gone, withdrawn_at=clock.now())
    assert _figures(first=date(2026, 8, 10), last=date(2026, 8, 11)).orders == 2


def test_currencies_are_never_added_up(app: Flask) -> None:
    tmall, shop, empty = a_channel(), a_channel("shop", currency="USD"), a_channel("empty")
    _order(tmall, "T1", 100_00)
    _order(tmall, "T2", 30_00, currency="USD")
    _order(shop, "S1", 50_00)
    found = queries.overview(FIRST, TODAY)
    assert [(each.code, each.currency, each.gross_minor) for each in found.channels] == [
        ("tmall", "CNY", 100_00), ("shop", "USD", 50_00), ("tmall", "USD", 30_00),
        (empty.code, "CNY", 0),
    ]  # fmt: skip
    assert [(each.currency, each.gross_minor, each.orders) for each in found.totals] == [
        ("CNY", 100_00, 1), ("USD", 80_00, 2),
    ]  # fmt: skip


def test_it_can_be_sorted(app: Flask) -> None:
    one, other = a_channel("one"), a_channel("other")
    returned = _order(one, "A", 100_00)
    _order(other, "B", 10_00)
    _order(other, "C", 10_00)
    _came_back(returned, 90_00)
    for sort, first in (("net", "other"), ("gross", "one"), ("orders", "other"),
                        ("returns", "one"), ("nonsense", "other")):  # fmt: skip
        assert queries.overview(FIRST, TODAY, sort).channels[0].code == first, sort


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, (FIRST, TODAY, False)),
        ({"from": "2026-08-01", "to": "2026-08-31"}, (date(2026, 8, 1), date(2026, 8, 31), False)),
        ({"from": "2026-08-01"}, (date(2026, 8, 1), TODAY, False)),
        ({"from": "yesterday"}, (FIRST, TODAY, True)),
        ({"from": "2026-09-01", "to": "2026-08-01"}, (FIRST, TODAY, True)),
        ({"from": "0001-01-01"}, (FIRST, TODAY, True)),
        ({"to": "9999-12-31"}, (FIRST, TODAY, True)),
    ],
)
def test_a_period_is_read_or_said_to_be_odd(
    values: dict[str, str], expected: tuple[date, date, bool]
) -> None:
    assert period_of(values) == expected


# --- the page ------------------------------------------------------------------------------------

PATH = "/staff/channels/overview"


def test_the_page_says_how_each_figure_was_counted(staff_client: Browser) -> None:
    assert "No sales channel yet" in staff_client.get(PATH).get_data(as_text=True)
    channel = a_channel()
    assert "No orders in this period" in staff_client.get(PATH).get_data(as_text=True)
    _came_back(_order(channel, "T1"), 25_00)
    page = staff_client.get(PATH).get_data(as_text=True)
    for text in ("¥100.00", "¥75.00", "25%", "How this is counted", 'title="Gross less refunded'):
        assert text in page, text
    odd = staff_client.get(f"{PATH}?from=x").get_data(as_text=True)
    assert "could not be read" in odd
    for query in ("?sort=nonsense", "?from=2026-08-31&to=2026-08-01", "?from=%00&to=1"):
        assert staff_client.get(PATH + query).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"), [(Role.ANALYST, 200), (Role.CONCIERGE, 200), (Role.MODERATOR, 403)]
)
def test_who_sees_orders_sees_the_overview(app: Flask, role: Role, status: int) -> None:
    client = browser(app)
    sign_in(client, a_member(role.value, (role,)))
    assert client.get(PATH).status_code == status
    assert browser(app).get(PATH).status_code == 303


@pytest.mark.parametrize("count", [1, 30])
def test_the_overview_keeps_to_its_statements(
    staff_client: Browser,
    count_statements: Callable[[], AbstractContextManager[list[str]]],
    count: int,
) -> None:
    for number in range(count):
        channel = a_channel(f"c{number}")
        _came_back(_order(channel, f"T{number}"), 1_00)
    with count_statements() as seen:
        assert staff_client.get(PATH).status_code == 200
    assert len(seen) <= 8, seen


def test_the_overview_is_exported_with_its_period(staff_client: Browser) -> None:
    from app.kernel.exports import service as exports

    _came_back(_order(a_channel(), "T1"), 25_00)
    staff_client.post(
        "/staff/exports",
        data={
            "kind": "commerce.channels", "format": "csv",
            "f-from": "2026-08-01", "f-to": "2026-09-01",
        },
    )  # fmt: skip
    while exports.write_next():
        pass
    page = staff_client.get("/staff/exports").get_data(as_text=True)
    path = page.split('href="/staff/exports/')[1].split('"')[0]
    with staff_client.get(f"/staff/exports/{path}") as answer:
        text = answer.get_data().decode("utf-8-sig")
    head, row = list(csv.reader(io.StringIO(text)))
    assert len(head) == len(row)
    told = dict(zip(head, row, strict=True))
    assert (told["From"], told["Gross"], told["Net"], told["Return rate by money"]) == (
        "2026-08-01", "100.00", "75.00", "0.25",
    )  # fmt: skip
