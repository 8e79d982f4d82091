"""Balances, statements, details, reports."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from app.kernel import clock
from app.kernel.db import db, use_case
from app.kernel.types import Ref
from app.ledger import models, queries, service
from app.ledger.queries import Show
from app.ledger.types import Book, Fund, Kind, Reason
from tests.ledger.book import (
    adjust,
    assert_sound,
    capture,
    claw,
    earn,
    earning,
    hold,
    in_days,
    reverse,
    spend,
)

ANNA, BEN = 101, 202
ORDER = Ref("order", 7)
Count = Callable[[], AbstractContextManager[list[str]]]


def test_a_balance_tells_what_is_there_what_comes_and_what_goes(
    app: Flask, count_statements: Count
) -> None:
    earn(ANNA, 10, 40, expires_on=in_days(30))
    earn(ANNA, 5, expires_on=in_days(31))
    earn(ANNA, 7)
    earn(ANNA, 3, matures_on=in_days(2))
    earn(ANNA, 4, matures_on=in_days(2), fund=Fund.CONTENT)
    earn(ANNA, 2, matures_on=in_days(1))
    hold(ANNA, 1)
    with count_statements() as seen:
        balance = queries.balance(ANNA)
    assert len(seen) == 1
    assert balance == queries.Balance(
        available=21,
        pending=9,
        held=1,
        debt=0,
        growth=40,
        expiring_next_30=9,
        expires_next_on=in_days(30),
        expiring_by_day=((in_days(30), 9), (in_days(31), 5)),
        pending_by_moment=(
            (clock.day_start(in_days(1)), 2, Fund.ORDER),
            (clock.day_start(in_days(2)), 4, Fund.CONTENT),
            (clock.day_start(in_days(2)), 3, Fund.ORDER),
        ),
    )
    assert queries.balance(BEN) == queries.Balance()
    assert queries.balances([ANNA, BEN]) == {ANNA: balance, BEN: queries.Balance()}


def test_a_balance_counts_due_lots_without_writing(app: Flask) -> None:
    earn(ANNA, 10, expires_on=in_days(3))
    earn(ANNA, 5, matures_on=in_days(2))
    earn(ANNA, 9, source=ORDER)
    spend(ANNA, 19)
    earn(ANNA, 2, expires_on=in_days(3))
    claw(ANNA, ORDER, 9)  # owes 7
    assert (queries.balance(ANNA).debt, queries.balance(ANNA).available) == (7, 0)
    clock.tick(timedelta(days=4))
    shown = queries.balance(ANNA)
    assert (shown.available, shown.pending, shown.debt) == (0, 0, 2)
    service.mature_due()
    assert queries.balance(ANNA) == shown
    assert_sound()


def test_a_statement_says_why_and_what_was_there_afterwards(app: Flask) -> None:
    earn(ANNA, 30, 30, source=ORDER, matures_on=in_days(7), rule_version=3)
    clock.tick(timedelta(days=7))
    service.mature_due()
    spent = spend(ANNA, 12, source=Ref("redemption", 1))
    reverse(spent.txn_id, 5)
    capture(hold(ANNA, 8).txn_id, 2)
    lines = queries.statement(ANNA).items
    told = [(x.kind, x.reason, x.parts[0].amount, x.delta, x.balance_after) for x in lines]
    assert told == [
        (Kind.CAPTURE, Reason.CAPTURED, -2, -2, 21),
        (Kind.HOLD, "reward.reserved", -8, 0, 15),
        (Kind.REVERSE, Reason.REVERSED, 5, 5, 23),
        (Kind.SPEND, "reward.redeemed", -12, -12, 18),
        (Kind.MATURE, Reason.MATURED, 30, 0, 30),
        (Kind.EARN, "order.paid", 30, 30, 0),
    ]
    assert [line.seq for line in lines] == [6, 5, 4, 3, 2, 1]
    first, undone = lines[-1], lines[2]
    assert (first.source, first.rule_version, first.matures_at) == (
        ORDER,
        3,
        clock.day_start(clock.business_date()),
    )
    assert (undone.reverses_txn, undone.source) == (spent.txn_id, Ref("redemption", 1))
    (growth,) = queries.statement(ANNA, book=Book.GROWTH).items
    assert (growth.delta, growth.parts[0].amount, growth.balance_after) == (30, 30, 30)


def test_a_statement_can_be_filtered_and_paged(app: Flask, count_statements: Count) -> None:
    for number in range(25):
        earn(ANNA, 2, matures_on=in_days(1) if number % 5 == 0 else None)
        spend(ANNA, 1) if number else None
    seen: list[int] = []
    after: str | None = None
    while True:
        with count_statements() as statements:
            page = queries.statement(ANNA, after=after, limit=20)
        assert len(statements) <= 2
        seen += [line.seq for line in page.items]
        if (after := page.next_key) is None:
            break
    assert seen == list(range(49, 0, -1))
    assert len(queries.statement(ANNA, show=Show.EARNED, limit=50).items) == 25
    assert len(queries.statement(ANNA, show=Show.SPENT, limit=50).items) == 24
    assert len(queries.statement(ANNA, show=Show.PENDING, limit=50).items) == 5
    assert queries.statement(ANNA, after="nonsense", limit=1).items[0].seq == 49
    assert queries.statement(BEN).items == []


def test_opening_and_moves_make_the_balance_at_every_line(app: Flask) -> None:
    earn(ANNA, 30, source=ORDER)
    spend(ANNA, 20)
    claw(ANNA, ORDER, 15)
    adjust(ANNA, points=9)
    before = queries.Buckets(0, 0, 0, 0)
    for line in reversed(queries.statement(ANNA).items):
        assert line.after == tuple(a + b for a, b in zip(before, line.change, strict=True))
        before = line.after


def test_a_detail_shows_both_books_and_the_lots(app: Flask) -> None:
    earned = earn(ANNA, 10, 4, expires_on=in_days(9))
    spent = spend(ANNA, 6)
    reverse(spent.txn_id, 2)
    found = queries.detail(ANNA, earned.txn_id)
    assert found is not None
    assert (found.lines[Book.POINTS].delta, found.lines[Book.GROWTH].delta) == (10, 4)
    assert [(lot.move, lot.amount, lot.expires_on) for lot in found.lots] == [
        ("issue", 10, in_days(9))
    ]
    found = queries.detail(ANNA, spent.txn_id)
    assert found is not None
    assert len(found.reversed_by) == 1
    assert queries.detail(BEN, earned.txn_id) is None
    assert queries.detail(ANNA, 1) is None


def test_the_roll_forward_adds_up_by_fund_and_ties_out(app: Flask) -> None:
    first = clock.business_date()
    earn(ANNA, 100, source=ORDER)
    earn(ANNA, 30, fund=Fund.CONTENT, expires_on=in_days(2))
    clock.tick(timedelta(days=1))
    second = clock.business_date()
    spent = spend(ANNA, 50)  # 30 content, 20 order
    reverse(spent.txn_id, 5)
    earn(ANNA, 10, fund=Fund.CHECKIN)
    claw(ANNA, ORDER, 15)
    clock.tick(timedelta(days=2, hours=1))
    earn(BEN, 10, expires_on=in_days(0))
    clock.tick(timedelta(days=1))
    service.expire_due()
    report = queries.roll_forward(second, second + timedelta(days=1))
    rows = {row.fund: row for row in report.rows}
    assert rows[Fund.ORDER] == queries.FundRow(Fund.ORDER, 100, 0, 5, 20, 0, 15, 70)
    assert rows[Fund.CONTENT] == queries.FundRow(Fund.CONTENT, 30, 0, 0, 30, 0, 0, 0)
    assert rows[Fund.CHECKIN].issued == rows[Fund.CHECKIN].closing == 10
    assert (report.total.opening, report.total.closing) == (130, 80)
    assert (report.tie_out.journal, report.tie_out.wallets) == (80, 80)
    assert report.tie_out.difference == 0
    everything = queries.roll_forward(first, clock.business_date() + timedelta(days=1))
    assert (everything.total.opening, everything.total.expired, everything.total.closing) == (
        0,
        10,
        80,
    )
    # Rolling up the days changes no figure.
    assert service.close_days(limit=3) == 3
    assert service.close_days() == 1
    assert service.close_days() == 0
    assert queries.roll_forward(second, second + timedelta(days=1)) == report
    assert queries.roll_forward(first, clock.business_date() + timedelta(days=1)) == everything
    assert_sound()


def test_the_days_of_a_period_add_up_to_it_before_and_after_they_are_rolled_up(app: Flask) -> None:
    first = clock.business_date()
    earn(ANNA, 100)
    clock.tick(timedelta(days=1))
    earn(ANNA, 30, fund=Fund.CONTENT)
    spend(ANNA, 50)
    clock.tick(timedelta(days=2))
    earn(BEN, 7)
    until = clock.business_date() + timedelta(days=1)

    report = queries.roll_forward(first, until, daily=True)
    later = queries.roll_forward(first + timedelta(days=1), until, daily=True)

    assert report.daily == ((100, 100), (30, 80), (0, 80), (7, 87))
    assert later.daily == report.daily[1:]
    assert report.total == queries.roll_forward(first, until).total
    service.close_days()
    assert queries.roll_forward(first, until, daily=True) == report


def test_days_without_movements_are_closed_too(app: Flask) -> None:
    assert service.close_days() == 0
    earn(ANNA, 10)
    clock.tick(timedelta(days=40))
    assert [service.close_days(limit=31) for _ in range(3)] == [31, 9, 0]
    clock.tick(timedelta(days=1))
    assert service.close_days() == 1
    assert_sound()


def test_the_day_just_over_is_still_open(app: Flask) -> None:
    earn(ANNA, 10)
    clock.tick(timedelta(hours=12, minutes=59))  # 00:59 of the next day
    assert service.close_days() == 0
    clock.tick(timedelta(minutes=1))
    assert service.close_days() == 1


def test_sources_tell_what_is_left_of_them(app: Flask) -> None:
    service.post_many([earning(ANNA, n, 1, source=Ref("order", n)) for n in range(1, 6)])
    earn(BEN, 50, source=Ref("thread", 3))
    claw(ANNA, Ref("order", 4), 3, 1)
    assert queries.earned_by_sources("order", range(1, 9)) == {1: 1, 2: 2, 3: 3, 4: 1, 5: 5}
    assert queries.earned_by_sources("order", [4, 5], book=Book.GROWTH) == {5: 1}
    assert queries.left_of_source(Ref("thread", 3)) == {Book.POINTS: 50, Book.GROWTH: 0}


def test_wallet_pages_need_as_many_statements_for_ten_thousand_lines(
    app: Flask, count_statements: Count
) -> None:
    commands = [earning(ANNA, 1, 1) for _ in range(10_000)]
    for start in range(0, len(commands), 2_000):
        service.post_many(commands[start : start + 2_000])
    with count_statements() as seen:
        queries.balance(ANNA)
        assert len(queries.statement(ANNA).items) == 20
        queries.statement(ANNA, show=Show.SPENT)
    assert len(seen) <= 5


def test_the_ledger_refuses_to_be_rewritten(app: Flask) -> None:
    earn(ANNA, 10)

    def attack(statement: sa.Update | sa.Delete) -> str:
        @use_case
        def run() -> None:
            db.session.execute(statement)

        try:
            run()
        except sa.exc.DBAPIError as error:
            return str(error.orig)
        return "done"

    for table in (models.TXN, models.TRANSFER, models.ENTRY, models.LOT_MOVE):
        column = next(iter(table.columns))
        assert "append-only" in attack(sa.delete(table))
        assert "append-only" in attack(sa.update(table).values({column.name: column}))
    assert_sound()
