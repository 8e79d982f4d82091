"""Refunds, cancellations and later versions: what they do to points, and what they never do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import policy, queries, service
from app.commerce.events import OrderCancelled, OrderRefunded, RefundCancelled
from app.commerce.models import (
    Channel,
    ImportIssue,
    Order,
    OrderAward,
    OrderLine,
    OrderStep,
    Refund,
)
from app.commerce.types import (
    ChannelRow,
    IssueState,
    LineDraft,
    LineKind,
    OrderState,
    RefundPhase,
    StepKind,
)
from app.identity.types import MemberRow
from app.kernel import facts, verify
from app.kernel.db import db
from app.ledger import queries as ledger
from app.ledger import service as points
from app.ledger.models import Txn
from app.ledger.types import Spend
from tests.factories.commerce import a_channel
from tests.factories.deliveries import (
    PAID_AT,
    POST,
    SPICY,
    TOMATO,
    Event,
    at,
    deliver,
    order,
    order_id_of,
    outcome,
    refund,
)

CHECKS = ("commerce.awards", "commerce.figures", "commerce.refunds", "commerce.states", "ledger")


@pytest.fixture
def shop(app: Flask) -> ChannelRow:
    return a_channel()


def _nothing_drifts() -> bool:
    return not any(report.drifts for report in verify.run(CHECKS))


def _points(number: str = "N1") -> int:
    found: int = outcome(number)["points"]
    return found


def _row(number: str = "N1") -> Order:
    db.session.expire_all()
    return db.session.scalars(sa.select(Order).where(Order.external_id == number)).one()


def _steps(number: str = "N1") -> list[tuple[StepKind, int, int]]:
    rows = db.session.execute(
        sa.select(OrderStep.kind, OrderStep.moved_points, OrderStep.points)
        .where(OrderStep.order_id == order_id_of(number))
        .order_by(OrderStep.id)
    )
    return [(row.kind, row.moved_points, row.points) for row in rows]


def _told(fact: type[facts.Fact]) -> int:
    found = sa.select(sa.func.count()).where(facts.FactRow.name == fact.name)
    return db.session.scalar(found) or 0


# --- what earns ----------------------------------------------------------------------------------


def test_only_goods_paid_with_money_earn(shop: ChannelRow) -> None:
    card = LineDraft("CARD", 1, 100_00, LineKind.GIFT_CARD)
    deliver(shop, [order("N1", lines=(TOMATO, SPICY, POST, card), not_money_minor=95_00)])
    # 80.00 of 190.00 are goods, half of everything was paid with money.
    assert (_points(), _row().earning_minor) == (40, 40_00)
    deliver(shop, [refund("N1", "a", 50_00, 5, line_ref="L1")])
    assert (_points(), _row().earning_minor) == (15, 15_00)
    assert _nothing_drifts()


def test_a_channel_earns_at_the_rate_of_the_first_award(shop: ChannelRow) -> None:
    def rate(permille: int) -> None:
        db.session.execute(sa.update(Channel).values(earning_permille=permille))
        db.session.commit()

    rate(1500)
    deliver(shop, [order("N1", lines=(replace(TOMATO, paid_minor=33_33),)), order("N0", lines=())])
    assert _points() == 49
    rate(3000)
    deliver(shop, [refund("N1", "a", 3_33, 5)])
    assert _points() == 45
    deliver(shop, [order("N0", 9, buyer="buyer-of-N0")])  # worth nothing at first, frozen too
    assert _points("N0") == 120
    assert _nothing_drifts()


def test_lines_share_the_points_of_their_order_exactly(shop: ChannelRow) -> None:
    lines = tuple(LineDraft(f"S{n}", 1, 99) for n in range(7))
    deliver(shop, [order("N1", lines=lines)])
    view = queries.my_order(_row().member_id, _row().code)
    assert [line.points for line in view.lines] == [1, 1, 1, 1, 1, 1, 0]
    assert view.card.points == 6


def test_a_shops_sums_that_do_not_add_up_neither_lose_nor_invent_money(shop: ChannelRow) -> None:
    deliver(shop, [order("N1", paid_minor=85_00), order("N2", paid_minor=100_00)])
    assert sum(db.session.scalars(sa.select(OrderLine.paid_minor)).all()) == 185_00
    # 5.00 off over goods and postage; 10.00 more than the lines say earn nothing.
    assert (_row("N1").earning_minor, _points("N2")) == (75_55, 80)
    assert _nothing_drifts()


# --- refunds -------------------------------------------------------------------------------------


def test_the_story_tells_each_refund_with_its_points(shop: ChannelRow) -> None:
    deliver(shop, [order("N1")])
    deliver(shop, [refund("N1", "a", 25_00, 5, line_ref="L1", qty=1)])
    deliver(shop, [refund("N1", "b", 10_50, 6), refund("N1", "c", 1_00, 6, line_ref="SPICY")])
    deliver(shop, [refund("N1", "a", 25_00, 9, line_ref="L1", qty=1, is_cancelled=True)])
    assert _steps() == [
        (StepKind.PLACED, 80, 80),
        (StepKind.REFUNDED, -25, 55),
        (StepKind.REFUNDED, -11, 44),
        (StepKind.REFUNDED, -1, 43),
        (StepKind.REFUND_CANCELLED, 25, 68),
    ]
    assert _points() == 68
    assert (_told(OrderRefunded), _told(RefundCancelled)) == (3, 1)
    assert _nothing_drifts()


def test_a_refund_above_its_line_counts_up_to_the_line(shop: ChannelRow) -> None:
    deliver(shop, [order("N1"), refund("N1", "a", 99_00, 5, line_ref="L2")])
    assert _points() == 50
    found = queries.staff_order(_row().code)
    assert (found.excess_minor, found.refunds[0].effective_minor) == (69_00, 30_00)
    deliver(shop, [refund("N1", "b", 99_00, 6)])
    assert (_points(), _row().refunded_minor) == (0, 90_00)
    assert _nothing_drifts()


def test_a_refund_in_another_currency_counts_nothing_until_it_fits(shop: ChannelRow) -> None:
    deliver(shop, [order("N1"), refund("N1", "a", 25_00, 5, currency="USD")])
    assert _points() == 80
    assert queries.staff_order(_row().code).has_other_currency
    deliver(shop, [refund("N1", "a", 25_00, 6)])
    assert _points() == 55
    assert _nothing_drifts()


def test_the_same_figures_told_later_count_as_before(shop: ChannelRow) -> None:
    deliver(shop, [order("N1"), refund("N1", "a", 25_00, None, line_ref="L1", qty=1)])
    for told in (3, 4):
        taken = deliver(shop, [refund("N1", "a", 25_00, told, line_ref="L1", qty=1)])
        assert (taken.refunds.changed, taken.refunds.duplicates, _points()) == (0, 1, 55)
    assert [kind for kind, _moved, _now in _steps()] == [StepKind.PLACED, StepKind.REFUNDED]
    assert _nothing_drifts()


def test_a_negative_refund_is_refused_and_nothing_is_written(shop: ChannelRow) -> None:
    taken = deliver(shop, [order("N1"), refund("N1", "a", -25_00, 5), refund("N1", "b", 1_00, 5)])
    assert (taken.refunds.refused, taken.refunds.new) == (1, 1)
    assert _points() == 79
    assert db.session.scalars(sa.select(Refund.external_id)).all() == ["N1-b"]


def test_a_refund_waits_for_its_order_and_is_counted_when_it_comes(shop: ChannelRow) -> None:
    taken = deliver(shop, [refund("N1", "a", 25_00, 5), refund("N9", "a", 1, 5)])
    assert (taken.refunds.new, taken.refunds.waiting) == (2, 2)
    deliver(shop, [order("N1")])
    assert (_points(), _steps()[-1]) == (55, (StepKind.REFUNDED, -25, 55))
    posted = sa.select(sa.func.count()).select_from(Txn)
    assert db.session.scalar(posted) == 1  # once, net
    assert _nothing_drifts()


def test_the_same_delivery_again_changes_nothing(shop: ChannelRow) -> None:
    events: list[Event] = [order("N1"), refund("N1", "a", 25_00, 5)]
    deliver(shop, events)
    before = outcome("N1"), _steps()
    taken = deliver(shop, events)
    assert (taken.orders.duplicates, taken.refunds.duplicates) == (1, 1)
    assert (outcome("N1"), _steps()) == before
    assert service.settle_orders([order_id_of("N1")], kind=StepKind.CORRECTED) == {
        order_id_of("N1"): 0
    }
    assert _points() == 55


@pytest.mark.parametrize(
    ("shipped", "received", "qty", "phase"),
    [
        (None, None, 0, RefundPhase.BEFORE_SHIPPING),
        (None, None, 1, RefundPhase.AFTER_RECEIPT),
        (90, None, 0, RefundPhase.BEFORE_SHIPPING),
        (30, None, 0, RefundPhase.AFTER_SHIPPING),
        (30, 90, 1, RefundPhase.AFTER_SHIPPING),
        (30, 45, 0, RefundPhase.AFTER_RECEIPT),
    ],
)
def test_the_phase_is_read_off_the_orders_dates_whenever_these_come(
    shop: ChannelRow, shipped: int | None, received: int | None, qty: int, phase: RefundPhase
) -> None:
    deliver(shop, [refund("N1", "a", 1_00, 5, qty=qty), order("N1")])
    dates: dict[str, Any] = {
        "shipped_at": shipped and at(shipped),
        "received_at": received and at(received),
    }
    deliver(shop, [order("N1", 99, **dates)])
    assert db.session.scalars(sa.select(Refund.phase)).one() is phase
    deliver(shop, [refund("N1", "a", 1_00, 6, phase=RefundPhase.AFTER_SHIPPING)])
    assert db.session.scalars(sa.select(Refund.phase)).one() is RefundPhase.AFTER_SHIPPING


def test_spent_points_become_a_debt_that_later_orders_pay(shop: ChannelRow) -> None:
    old: dict[str, Any] = {"paid_at": PAID_AT - timedelta(days=30), "buyer": "lin"}
    deliver(shop, [order("N1", **old)])
    member_id = _row().member_id
    points.post(Spend(member_id=member_id, points=70, reason="test", scope="test", key="1"))
    deliver(shop, [refund("N1", "a", 50_00, 5, line_ref="L1")])
    balance = ledger.balance(member_id)
    assert (balance.available, balance.debt, balance.growth) == (0, 40, 30)
    assert queries.staff_order(_row().code).postings[-1].owed == 40
    deliver(shop, [order("N2", **old)])
    balance = ledger.balance(member_id)
    assert (balance.available, balance.debt) == (40, 0)
    assert _nothing_drifts()


# --- versions of orders --------------------------------------------------------------------------


def test_a_later_word_replaces_an_older_one_and_an_older_one_nothing(shop: ChannelRow) -> None:
    deliver(shop, [order("N1", 10)])
    later = order("N1", 20, (SPICY,), buyer="buyer-of-N1")
    taken = deliver(shop, [later])
    assert (len(taken.orders.replaced), _points(), _row().revision) == (1, 30, 2)
    taken = deliver(shop, [order("N1", 15)])
    assert (taken.orders.duplicates, _points()) == (1, 30)
    assert _steps()[-1] == (StepKind.CORRECTED, -50, 30)
    assert _nothing_drifts()


def test_equal_moments_with_other_figures_wait_for_staff(
    shop: ChannelRow, staff: MemberRow
) -> None:
    other = order("N1", 10, (SPICY, POST), not_money_minor=20_00)
    deliver(shop, [order("N1", 10)])
    assert deliver(shop, [other]).kept_aside == 1
    taken = deliver(shop, [other])  # it waits already
    assert (len(taken.orders.changed), taken.kept_aside, _points()) == (1, 0, 80)
    (each,) = queries.kept_aside().items
    decided = service.accept_figures(each.issue_id, actor_id=staff.id)
    assert (decided.moved_points, _points()) == (-65, 15)  # half of 30.00 was paid with money
    assert [line.kind for line in queries.my_order(_row().member_id, _row().code).lines] == [
        LineKind.GOODS, LineKind.SHIPPING,
    ]  # fmt: skip
    assert _nothing_drifts()


def test_a_later_word_decides_what_waited_for_staff(shop: ChannelRow) -> None:
    deliver(shop, [order("N1", 10), order("N1", 10, (SPICY,))])
    assert _row().state is OrderState.DISPUTED
    deliver(shop, [order("N1", 20, (TOMATO,))])
    assert (_row().state, _points()) == (OrderState.PAID, 50)
    assert db.session.scalars(sa.select(ImportIssue.state)).all() == [IssueState.DECLINED]
    assert _nothing_drifts()


def test_a_cancelled_order_earns_nothing_until_it_is_revived(shop: ChannelRow) -> None:
    deliver(shop, [order("N1", 10), refund("N1", "a", 20_00, 11)])
    deliver(shop, [order("N1", 20, is_cancelled=True)])
    assert (_points(), _row().earning_minor, _told(OrderCancelled)) == (0, 0, 1)
    deliver(shop, [order("N1", 30)])
    assert (_points(), _row().cancelled_at) == (60, None)
    assert [kind for kind, _moved, _points_ in _steps()] == [
        StepKind.PLACED, StepKind.REFUNDED, StepKind.CANCELLED, StepKind.REVIVED,
    ]  # fmt: skip
    assert _nothing_drifts()


def test_another_buyer_and_another_day_take_the_points_along(shop: ChannelRow) -> None:
    deliver(shop, [order("N1", 10)])
    first = _row().member_id
    long_ago = PAID_AT - timedelta(days=20)
    deliver(shop, [order("N1", 20, buyer="somebody-else", paid_at=long_ago)])
    assert _row().member_id != first
    former, now = ledger.balance(first), ledger.balance(_row().member_id)
    assert (former.pending, former.available, former.growth) == (0, 0, 0)
    assert (now.pending, now.available, now.growth) == (0, 80, 80)
    assert _nothing_drifts()


def test_an_order_that_found_another_owner_stays_his_when_its_shop_corrects_it(
    shop: ChannelRow, alice: MemberRow
) -> None:
    """Linking an order changes its member; the buyer the shop names is the same as before."""
    deliver(shop, [order("N1", 10)])
    db.session.execute(sa.update(Order).values(member_id=alice.id))
    db.session.commit()
    service.settle_orders([order_id_of("N1")], kind=StepKind.CORRECTED)
    deliver(shop, [order("N1", 20, (SPICY,))])
    assert (_row().member_id, ledger.balance(alice.id).pending) == (alice.id, 30)
    assert _nothing_drifts()


# --- roll-back -----------------------------------------------------------------------------------


def test_withdrawn_orders_count_as_nothing_and_are_revived_when_they_come_again(
    shop: ChannelRow, staff: MemberRow
) -> None:
    deliver(shop, [order("N1"), order("N2"), refund("N1", "a", 20_00, 5)])
    ids_ = [order_id_of("N1"), order_id_of("N2")]
    assert service.withdraw_orders(ids_, actor_id=staff.id) == 2
    assert service.withdraw_orders(ids_, actor_id=staff.id) == 0
    assert (_points("N1"), _points("N2")) == (0, 0)
    assert queries.my_orders(_row().member_id).items == []
    taken = deliver(shop, [order("N1"), order("N2")])
    assert len(taken.orders.revived) == 2
    assert (_points("N1"), _points("N2")) == (60, 80)
    assert _nothing_drifts()


def test_withdrawn_refunds_give_their_points_back_until_they_come_again(
    shop: ChannelRow, staff: MemberRow
) -> None:
    deliver(shop, [order("N1"), refund("N1", "a", 20_00, None)])
    (refund_id,) = db.session.scalars(sa.select(Refund.id)).all()
    assert service.withdraw_refunds([refund_id], actor_id=staff.id) == 1
    assert service.withdraw_refunds([refund_id], actor_id=staff.id) == 0
    assert _points() == 80
    deliver(shop, [refund("N1", "a", 20_00, None)])
    assert (_points(), _steps()[-1][0]) == (60, StepKind.REFUNDED)
    assert _nothing_drifts()


# --- proof ---------------------------------------------------------------------------------------


def test_a_telephones_last_digits_are_kept_as_a_keyed_digest_of_this_order_alone(
    shop: ChannelRow,
) -> None:
    deliver(shop, [order("N1", phone="138****5678"), order("N2", phone="+86 138 0013 5678"),
                   order("N3", phone="12")])  # fmt: skip
    tails = {name: _row(name).tail_digest for name in ("N1", "N2", "N3")}
    assert tails["N1"] == queries.tail_digest(shop.id, "N1", "5678")
    assert tails["N1"] in queries.tail_digests(shop.id, "N1", "5678")
    assert tails["N1"] != tails["N2"]
    assert tails["N3"] is None
    deliver(shop, [order("N1", 9)])  # a later version does not tell it
    assert _row("N1").tail_digest == tails["N1"]


def test_wrong_figures_beside_an_order_are_named(shop: ChannelRow) -> None:
    deliver(shop, [order("N1"), refund("N1", "a", 20_00, 5)])
    db.session.execute(sa.update(Order).values(refunded_minor=1, earning_minor=2))
    db.session.execute(sa.update(OrderLine).values(refunded_minor=3))
    db.session.execute(sa.update(Refund).values(effective_minor=4))
    db.session.commit()
    assert len(list(queries.drifting_figures())) == 6
    db.session.execute(sa.update(Refund).values(order_id=None))
    db.session.commit()
    assert "has come" in next(queries.lost_refunds())
    assert "make 80 points" in next(queries.drifting_awards())


def test_a_spread_is_exact_and_never_exceeds_its_weights() -> None:
    for weights in ([3, 3, 3], [0, 7, 1], [100, 1, 1], [5]):
        for amount in range(sum(weights) + 1):
            shares = policy.spread(amount, weights)
            assert sum(shares) == amount
            assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))
    assert policy.spread(5, [0, 0]) == [0, 0]


def test_award_rows_count_their_postings(shop: ChannelRow) -> None:
    deliver(shop, [order("N1")])
    for n in range(3):
        deliver(shop, [refund("N1", f"r{n}", 5_00, 5)])
    assert db.session.scalars(sa.select(OrderAward.moves)).one() == 3
    keys = db.session.scalars(sa.select(Txn.key).where(Txn.scope == "order.points")).all()
    assert sorted(keys) == [f"{order_id_of('N1')}:{n}" for n in (1, 2, 3)]
