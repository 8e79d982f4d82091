"""Many buyers at once, on both databases: exactly as many orders as there were pieces."""

import json
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, SeedMember
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.errors import ConflictError
from app.ledger import queries as ledger
from app.ledger.service import post_many
from app.rewards import service
from app.rewards.types import LimitReachedError, SoldOutError
from tests.conftest import Database
from tests.factories import mall
from tests.forks import forked
from tests.ledger.book import earning

CHECKS = ("rewards.stocks", "rewards.orders", "rewards.steps", "ledger")


def crowd(count: int, points: int = 150) -> list[MemberRow]:
    """Return as many members, each with points."""
    people = identity.seed_members([SeedMember(f"fan{n}", clock.now()) for n in range(count)])
    post_many([earning(each.id, points) for each in people])
    return people


def together(app: Flask, threads: int, jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run jobs in threads that start at one moment; return what came of each, or its refusal."""
    start = threading.Barrier(threads)
    got: list[Any] = []

    def run(mine: Sequence[Callable[[], Any]]) -> None:
        with app.app_context():
            start.wait()
            for job in mine:
                try:
                    got.append(job())
                except Exception as error:  # noqa: BLE001 - told to the test
                    got.append(error)
                finally:
                    db.session.remove()

    workers = [threading.Thread(target=run, args=(jobs[n::threads],)) for n in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    db.session.rollback()
    return got


def judge(people: list[MemberRow], got: list[Any], pieces: int) -> None:
    """Exactly as many orders as pieces, the points to match, everybody else as he was."""
    orders = [each for each in got if not isinstance(each, Exception)]
    refused = [each for each in got if isinstance(each, Exception)]
    assert len(orders) == pieces == len({each.code for each in orders})
    assert all(isinstance(each, SoldOutError) for each in refused), {type(e) for e in refused}
    left = [each.available for each in ledger.balances([p.id for p in people]).values()]
    assert sorted(left) == [50] * pieces + [150] * (len(people) - pieces)
    assert mall.stock_of() == 0
    assert len(mall.states()) == pieces
    for report in verify.run(CHECKS):
        assert not report.drifts, report


@pytest.mark.race
def test_of_64_buyers_of_the_last_piece_one_gets_it(app: Flask) -> None:
    mall.an_item(stock=1)
    people = crowd(64)
    jobs = [partial(mall.buy, each.id) for each in people]
    judge(people, together(app, 16, jobs), 1)


@pytest.mark.race
def test_of_500_buyers_of_the_last_ten_ten_get_one(app: Flask) -> None:
    mall.an_item(stock=10)
    people = crowd(500)
    jobs = [partial(mall.buy, each.id) for each in people]
    judge(people, together(app, 16, jobs), 10)


@pytest.mark.race
@pytest.mark.crash
@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize(("buyers", "pieces"), [(64, 1), (500, 10)])
def test_two_processes_sell_each_piece_once(
    app: Flask, database: Database, buyers: int, pieces: int
) -> None:
    """Nothing but the database stands between them."""
    mall.an_item(stock=pieces)
    people = crowd(buyers)
    where = (database.url, str(database.folder))
    with ExitStack() as shops:
        open_ = [
            shops.enter_context(
                forked("tests.rewards.rush", *where, *(str(each.id) for each in people[n::2]))
            )
            for n in range(2)
        ]
        for shop in open_:
            assert shop.stdout.readline() == "ready\n"
        for shop in open_:
            shop.tell("go")
        told = [json.loads(shop.stdout.readline()) for shop in open_]
    assert sum(each.get("order", 0) for each in told) == pieces
    assert {name for each in told for name in each} <= {"order", "SoldOutError"}
    left = [each.available for each in ledger.balances([p.id for p in people]).values()]
    assert sorted(left) == [50] * pieces + [150] * (buyers - pieces)
    assert mall.stock_of() == 0
    assert len(mall.states()) == pieces
    for report in verify.run(CHECKS):
        assert not report.drifts, report


@pytest.mark.race
def test_a_limit_holds_under_many_forms_of_one_member(app: Flask) -> None:
    mall.an_item(stock=50, limit_each=2)
    (fan,) = crowd(1, 5_000)
    got = together(app, 12, [lambda: mall.buy(fan.id) for _ in range(12)])
    assert sum(not isinstance(each, Exception) for each in got) == 2
    assert all(
        isinstance(each, LimitReachedError | ConflictError)
        for each in got
        if isinstance(each, Exception)
    )
    assert ledger.balance(fan.id).available == 4_800


@pytest.mark.race
def test_one_form_sent_many_times_at_once_buys_once(app: Flask) -> None:
    mall.an_item(stock=50)
    (fan,) = crowd(1, 5_000)
    basket = mall.a_basket()
    got = together(app, 12, [lambda: service.buy(fan.id, basket) for _ in range(12)])
    assert len({each.code for each in got}) == 1
    assert sum(each.is_new for each in got) == 1
    assert ledger.balance(fan.id).available == 4_900
    assert mall.stock_of() == 49


@pytest.mark.race
def test_cancelling_and_refunding_at_once_gives_back_once(app: Flask, staff: MemberRow) -> None:
    mall.an_item()
    (fan,) = crowd(1)
    code = mall.buy(fan.id).code
    jobs: list[Callable[[], Any]] = [lambda: service.cancel(fan.id, code) for _ in range(6)]
    jobs += [lambda: service.refund(code, actor_id=staff.id) for _ in range(6)]
    got = together(app, 12, jobs)
    assert sorted(map(str, got)) == ["False"] * 11 + ["True"]
    assert ledger.balance(fan.id).available == 150
    assert mall.stock_of() == 5
