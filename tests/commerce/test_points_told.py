"""Buyers are told what became of their orders' points: once, gathered, members only."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from app.commerce import service
from app.commerce.models import Order
from app.commerce.types import ChannelRow
from app.identity.types import MemberRow
from app.kernel import clock, jobs, tails, verify
from app.kernel.db import db
from app.notify import queries
from app.notify import service as notify
from app.notify.types import find_kind
from tests.factories.commerce import a_channel, an_order
from tests.factories.deliveries import deliver, refund
from tests.factories.identity import Browser


@pytest.fixture
def shop(app: Flask) -> ChannelRow:
    return a_channel(window=7)


def told(member: MemberRow) -> list[str]:
    found = []
    with force_locale("en"):
        for each in queries.notices(member.id).items:
            kind = find_kind(each.kind)
            assert kind is not None
            if each.kind.startswith("commerce."):
                found.append(str(kind.words(each.params).title))
    db.session.rollback()
    return found


def run() -> int:
    return jobs.run("commerce.tell_points").handled


def buy(member: MemberRow | None, shop: ChannelRow, number: str, days_ago: int = 0) -> None:
    an_order(
        member.id if member else None, channel=shop, number=number, buyer=f"b-{number}",
        paid_at=clock.now() - timedelta(days=days_ago), lines=((None, 1, 128_00),),
    )  # fmt: skip


def test_points_that_came_are_told_once_and_together(alice: MemberRow, shop: ChannelRow) -> None:
    buy(alice, shop, "A-1", days_ago=3)
    assert run() == 1
    assert run() == 0
    assert told(alice) == ["Your order brought 128 points"]
    buy(alice, shop, "A-2")
    buy(alice, shop, "A-3")
    run()
    assert told(alice) == ["3 orders of yours brought points"]
    notify.read_all(alice.id, 2**62)
    db.session.execute(sa.delete(tails.MARK))
    db.session.commit()
    assert run() == 0
    assert not any(report.drifts for report in verify.run(("notify.people",)))


def test_a_refund_takes_points_back_and_says_so(alice: MemberRow, shop: ChannelRow) -> None:
    buy(alice, shop, "A-1")
    run()
    deliver(shop, [refund("A-1", "r", 28_00, None, refunded_at=clock.now())])
    run()
    assert told(alice) == ["28 points of your order went back", "Your order brought 128 points"]
    assert run() == 0


def test_points_that_can_be_used_are_told_on_their_day(alice: MemberRow, shop: ChannelRow) -> None:
    buy(alice, shop, "A-1")
    for day in range(7):
        assert service.tell_ready() == 0, day
        clock.tick(timedelta(days=1))
    clock.tick(timedelta(days=1))
    assert service.tell_ready() == 1
    assert service.tell_ready() == 0
    assert told(alice) == ["128 points of your order are yours to use"]


def test_what_was_given_back_or_never_had_to_wait_becomes_no_news(
    alice: MemberRow, shop: ChannelRow
) -> None:
    buy(alice, shop, "A-1")
    buy(alice, shop, "OLD", days_ago=8)
    deliver(shop, [refund("A-1", "r", 128_00, None, refunded_at=clock.now())])
    clock.tick(timedelta(days=8))
    assert service.tell_ready() == 0


def test_pages_of_orders_are_told_to_the_end_wherever_it_broke_off(
    alice: MemberRow, shop: ChannelRow
) -> None:
    for n in range(5):
        buy(alice, shop, f"A-{n}")
    clock.tick(timedelta(days=8))
    today = clock.business_date()
    from datetime import date

    done, place = service.tell_ready_page(today, (date.min, 0), 2)
    assert done == 2
    assert place is not None
    assert service.tell_ready_page(today, place, 2)[0] == 2
    assert service.tell_ready() == 1  # as after a crash: from the start, and only what is left
    assert told(alice) == ["The points of 5 orders are yours to use"]


def test_who_never_signed_up_and_old_history_are_told_nothing(
    alice: MemberRow, shop: ChannelRow
) -> None:
    buy(None, shop, "S-1")
    buy(alice, shop, "H-1", days_ago=41)
    assert run() == 0
    silent = db.session.scalars(sa.select(Order.member_id).where(Order.external_id == "S-1")).one()
    assert queries.notices(silent).items == []


def test_looking_at_the_order_is_reading(
    alice: MemberRow, alice_client: Browser, shop: ChannelRow
) -> None:
    buy(alice, shop, "A-1")
    run()
    page = alice_client.get("/notices?lang=en").text
    assert "Your order brought 128 points" in page
    assert 'aria-label="Notices · 1"' in page
