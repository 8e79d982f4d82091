"""Orders and who they belong to, everything at once and by the dice: the points are the same."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce.models import Order
from app.commerce.service.placing import place_orders
from app.commerce.types import ChannelRow
from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import verify
from app.kernel.db import db
from app.ledger import queries as ledger
from tests.commerce.storm import Storm
from tests.factories.commerce import a_channel
from tests.factories.deliveries import deliver, order, refund
from tests.factories.identity import a_member

LONG = range(1, 40)


@pytest.fixture
def shop(app: Flask) -> ChannelRow:
    return a_channel()


def _become_one(source_id: int, target_id: int, staff: MemberRow) -> int:
    return identity.merge_members(
        source_id, target_id, cause=MergeCause.STAFF, actor_id=staff.id
    ).id


def _part(merge_id: int, staff: MemberRow) -> None:
    assert identity.unmerge_members(merge_id, actor_id=staff.id)


def _owner(number: str) -> int:
    db.session.rollback()
    return db.session.scalars(sa.select(Order.member_id).where(Order.external_id == number)).one()


def _points(member_id: int) -> int:
    balance = ledger.balance(member_id)
    return balance.available + balance.pending - balance.debt


def _nothing_drifts() -> bool:
    return not any(report.drifts for report in verify.run())


@pytest.mark.race
@pytest.mark.parametrize("seed", [0, *(pytest.param(n, marks=pytest.mark.long) for n in LONG)])
def test_a_storm_leaves_every_order_with_the_points_it_has_undisturbed(
    app: Flask, seed: int
) -> None:
    storm = Storm(app, seed)
    storm.blow()
    storm.calm()
    assert list(storm.differences()) == []


def test_an_order_paid_into_anothers_wallet_is_refunded_from_there(
    shop: ChannelRow, alice: MemberRow, bob: MemberRow, staff: MemberRow
) -> None:
    """An import had found its buyer, who was merged before it wrote, parted, and merged again."""
    cleo = a_member("cleo")
    merge_id = _become_one(alice.id, bob.id, staff)
    place_orders(shop, [order("N1", buyer="b")], members={"b": alice.id})
    _part(merge_id, staff)
    assert (_owner("N1"), _points(bob.id)) == (alice.id, 80)
    _become_one(alice.id, cleo.id, staff)
    deliver(shop, [refund("N1", "a", 25_00, 5)])
    assert (_points(bob.id), _points(cleo.id)) == (55, 0)
    assert _nothing_drifts()


def test_an_order_goes_home_with_the_last_who_brought_it(
    shop: ChannelRow, alice: MemberRow, staff: MemberRow
) -> None:
    """Sold by one to another, and both were the same third in the end."""
    deliver(shop, [order("N1", 1, buyer="one"), order("N2", 1, buyer="two")])
    one, two = _owner("N1"), _owner("N2")
    first = _become_one(one, alice.id, staff)
    deliver(shop, [order("N1", 2, buyer="two")])
    second = _become_one(two, alice.id, staff)
    _part(first, staff)
    assert _owner("N1") == alice.id
    deliver(shop, [refund("N1", "a", 25_00, 5)])
    _part(second, staff)
    assert _owner("N1") == two
    assert [_points(each) for each in (one, alice.id, two)] == [0, 0, 80 + 55]
    assert _nothing_drifts()
