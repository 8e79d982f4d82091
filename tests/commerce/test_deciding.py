"""Kept-aside orders: staff decide, points follow by the difference."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.commerce import queries, service
from app.commerce.models import ImportIssue, Order, OrderAward, OrderLine
from app.commerce.reading import Options
from app.commerce.types import AlreadyDecidedError, ChannelRow, IssueState, OrderState
from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.ledger import service as points
from app.ledger.types import Spend
from tests.factories.commerce import a_channel, a_file


def _import(channel: ChannelRow, folder: Path, *rows: tuple[object, ...]) -> None:
    path = a_file(folder, rows)
    service.import_file(path, channel, Options(), errors_path=folder / "errors.csv")


def _order() -> Order:
    db.session.expire_all()
    return db.session.scalars(sa.select(Order)).one()


def _waiting() -> list[int]:
    return [each.issue_id for each in queries.kept_aside().items]


def _nothing_drifts() -> bool:
    return not any(
        report.drifts for report in verify.run(("commerce.awards", "commerce.states", "ledger"))
    )


@pytest.fixture
def tmall(app: Flask) -> ChannelRow:
    return a_channel()


@pytest.mark.parametrize(("total", "moved"), [("20.00", 8), ("5.10", -7), ("12.01", 0), ("0", -12)])
def test_new_figures_move_only_the_difference(
    tmall: ChannelRow, staff: MemberRow, tmp_path: Path, total: str, moved: int
) -> None:
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "12.50"))
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", total))
    (issue_id,) = _waiting()
    decided = service.accept_figures(issue_id, actor_id=staff.id)
    assert decided.moved_points == moved
    order = _order()
    assert (order.revision, order.state) == (2, OrderState.PAID)
    balance = ledger.balance(order.member_id)
    assert (balance.pending, balance.growth) == (12 + moved, 12 + moved)
    assert db.session.scalars(sa.select(OrderLine.paid_minor)).one() == order.paid_minor
    assert _waiting() == []
    assert _nothing_drifts()


def test_keeping_the_old_figures_moves_nothing_and_is_remembered(
    tmall: ChannelRow, staff: MemberRow, tmp_path: Path
) -> None:
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "12.50"))
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "99"))
    (issue_id,) = _waiting()
    service.keep_figures(issue_id, actor_id=staff.id)
    assert (_order().paid_minor, _order().state) == (1250, OrderState.PAID)
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "99"))
    assert _waiting() == []
    assert _nothing_drifts()


def test_figures_that_were_taken_once_and_replaced_are_news_when_they_come_again(
    tmall: ChannelRow, staff: MemberRow, tmp_path: Path
) -> None:
    """A refund, a faulty export that takes it back, and the refund again."""
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "100"))
    for total in ("0", "100", "0"):
        _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", total))
        (issue_id,) = _waiting()
        assert _order().state is OrderState.DISPUTED
        service.accept_figures(issue_id, actor_id=staff.id)
        assert _order().paid_minor == int(total) * 100
    assert ledger.balance(_order().member_id).pending == 0
    assert _nothing_drifts()


def test_a_decision_is_made_once_and_audited(
    tmall: ChannelRow, staff: MemberRow, tmp_path: Path
) -> None:
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "12.50"))
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "20"))
    (issue_id,) = _waiting()
    service.accept_figures(issue_id, actor_id=staff.id)
    for decide in (service.accept_figures, service.keep_figures):
        with pytest.raises(AlreadyDecidedError):
            decide(issue_id, actor_id=staff.id)
    with pytest.raises(NotFoundError):
        service.keep_figures(1, actor_id=staff.id)
    assert ledger.balance(_order().member_id).pending == 20
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.actor_id == staff.id)).one()
    assert (entry.action, entry.subject_id) == ("order.figures_accepted", _order().id)


def test_two_other_figures_wait_until_both_are_decided(
    tmall: ChannelRow, staff: MemberRow, tmp_path: Path
) -> None:
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "12.50"))
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "20"), ("T1", "lin", "2026-08-31", "30"))
    newest, older = _waiting()
    service.accept_figures(older, actor_id=staff.id)
    assert _order().state is OrderState.DISPUTED
    service.accept_figures(newest, actor_id=staff.id)
    assert (_order().paid_minor, _order().revision) == (3000, 3)
    assert ledger.balance(_order().member_id).pending == 30
    assert _nothing_drifts()


def test_another_buyer_takes_the_points_along(
    tmall: ChannelRow, staff: MemberRow, tmp_path: Path
) -> None:
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "12.50"))
    first = _order().member_id
    _import(tmall, tmp_path, ("T1", "man", "2026-08-31", "20"))
    (each,) = queries.kept_aside().items
    assert each.is_other_buyer
    service.accept_figures(each.issue_id, actor_id=staff.id)
    second = _order().member_id
    assert second != first
    assert (ledger.balance(first).pending, ledger.balance(first).growth) == (0, 0)
    assert (ledger.balance(second).pending, ledger.balance(second).growth) == (20, 20)
    assert _nothing_drifts()


def test_another_day_moves_the_day_on_which_the_points_come(
    tmall: ChannelRow, staff: MemberRow, tmp_path: Path
) -> None:
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "12.50"))
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-01", "12.50"))
    service.accept_figures(_waiting()[0], actor_id=staff.id)
    balance = ledger.balance(_order().member_id)
    assert (balance.pending, balance.available) == (0, 12)
    assert _nothing_drifts()


def test_points_that_were_spent_meanwhile_become_debt(
    tmall: ChannelRow, staff: MemberRow, tmp_path: Path
) -> None:
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-01", "12.50"))
    buyer = _order().member_id
    spend = Spend(member_id=buyer, points=10, reason="test", scope="test", key="1")
    points.post(spend)
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-01", "5"))
    service.accept_figures(_waiting()[0], actor_id=staff.id)
    balance = ledger.balance(buyer)
    assert (balance.available, balance.debt) == (0, 5)
    assert _nothing_drifts()


def test_an_order_that_earned_nothing_earns_by_its_new_figures(
    tmall: ChannelRow, staff: MemberRow, tmp_path: Path
) -> None:
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "0"))
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "7.77"))
    service.accept_figures(_waiting()[0], actor_id=staff.id)
    assert ledger.balance(_order().member_id).pending == 7
    assert _nothing_drifts()


def test_a_wrong_award_row_is_named_and_put_right_from_the_ledger(
    app: Flask, tmall: ChannelRow, tmp_path: Path
) -> None:
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "12.50"))
    db.session.execute(sa.update(OrderAward).values(points=99))
    db.session.commit()
    assert "its award says 99" in next(queries.drifting_awards())
    (difference,) = service.reconcile_awards(repair=True)
    assert (difference.wanted, difference.posted, difference.is_repaired) == (12, 12, True)
    assert _nothing_drifts()


def test_points_that_were_never_posted_are_named_and_not_papered_over(
    app: Flask, tmall: ChannelRow, tmp_path: Path
) -> None:
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "12.50"))
    db.session.execute(sa.update(Order).values(paid_minor=9900))
    db.session.execute(sa.update(OrderLine).values(paid_minor=9900))
    db.session.commit()
    (difference,) = service.reconcile_awards(repair=True)
    assert (difference.subject.kind, difference.is_repaired) == (Ref("order", 1).kind, False)
    assert "its figures make 99 points" in next(queries.drifting_awards())


def test_a_state_without_a_reason_is_named(tmall: ChannelRow, tmp_path: Path) -> None:
    _import(tmall, tmp_path, ("T1", "lin", "2026-08-31", "12.50"))
    db.session.execute(sa.update(Order).values(state=OrderState.DISPUTED))
    db.session.commit()
    assert "nothing waits" in next(queries.misplaced_states())


FIGURES = st.tuples(
    st.sampled_from(["lin", "man"]),
    st.sampled_from(["2026-08-01", "2026-08-25", "2026-08-31"]),
    st.sampled_from(["0", "0.99", "5", "12.50", "100", "101"]),
)


@given(arrivals=st.lists(st.tuples(FIGURES, st.booleans()), min_size=1, max_size=6), data=st.data())
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_however_figures_come_and_are_decided_the_points_are_those_of_the_last_accepted(
    tmall: ChannelRow,
    staff: MemberRow,
    tmp_path: Path,
    arrivals: list[tuple[tuple[str, str, str], bool]],
    data: st.DataObject,
) -> None:
    number = f"T{db.session.scalar(sa.select(sa.func.count()).select_from(Order))}"
    with clock.frozen(clock.now() + timedelta(seconds=1)):
        for figures, is_accepted in arrivals:
            _import(tmall, tmp_path, (number, *figures))
            waiting = _waiting()
            if waiting:
                decide = service.accept_figures if is_accepted else service.keep_figures
                decide(data.draw(st.sampled_from(waiting)), actor_id=staff.id)
    while waiting := _waiting():
        service.accept_figures(waiting[0], actor_id=staff.id)
    assert _nothing_drifts()
    states = set(db.session.scalars(sa.select(ImportIssue.state)))
    assert IssueState.OPEN not in states
