"""kill -9 in the middle of purchases: no order without points, no points without order."""

import random
import time

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import service as identity
from app.identity.types import SeedMember
from app.kernel import clock, verify
from app.kernel.db import db
from app.ledger import queries as ledger
from app.ledger.service import post_many
from app.rewards.models import ORDER
from app.rewards.types import State
from tests.conftest import Database
from tests.factories import mall
from tests.forks import forked
from tests.ledger.book import earning

pytestmark = pytest.mark.crash

MEMBERS, POINTS = 6, 100_000
CHECKS = ("rewards.stocks", "rewards.orders", "rewards.steps", "ledger")


def _run(database: Database, start: int, turns: int, members: list[int], stop: int) -> int | None:
    """Let a buyer run and kill it some moments after a turn; None: it came to its end."""
    arguments = [database.url, str(database.folder), str(start), str(turns), *map(str, members)]
    chance = random.Random(stop)
    with forked("tests.crash.mall_writer", *arguments) as victim:
        turn = start
        for text in victim.stdout:
            if text.strip() == "complete":
                return None
            assert text.strip().isdigit(), text
            turn = int(text)
            if turn >= stop:
                break
        time.sleep(chance.random() * 0.02)
        return turn if victim.kill() else None


def _judge(members: list[int]) -> int:
    """Every order has its points, and all points that are gone have an order."""
    db.session.rollback()
    for report in verify.run(CHECKS):
        assert not report.drifts, report
    live = sa.select(ORDER.c.member_id, sa.func.sum(ORDER.c.points), sa.func.count()).where(
        ORDER.c.state != State.CANCELLED
    )
    paid = {row[0]: (int(row[1]), int(row[2])) for row in
            db.session.execute(live.group_by(ORDER.c.member_id))}  # fmt: skip
    for member_id, held in ledger.balances(members).items():
        assert held.available == POINTS - paid.get(member_id, (0, 0))[0]
    sold = sum(each[1] for each in paid.values())
    assert mall.stock_of() == 10_000 - sold
    return sold


def _round(database: Database, kills: int, purchases: int) -> None:
    people = identity.seed_members([SeedMember(f"w{n}", clock.now()) for n in range(MEMBERS)])
    members = [each.id for each in people]
    post_many([earning(each, POINTS) for each in members])
    mall.an_item(stock=10_000)
    step = purchases // kills
    turn = 0
    for number in range(kills):
        reached = _run(database, turn, purchases, members, turn + 1 + (number * 7) % step)
        _judge(members)
        if reached is None:
            break
        turn = reached  # its own turn again: bought once
    assert _run(database, turn, purchases, members, 10**9) is None
    _judge(members)
    orders = db.session.scalar(sa.select(sa.func.count()).select_from(ORDER))
    assert orders == purchases


@pytest.mark.timeout(600)
def test_purchases_survive_kills(app: Flask, database: Database) -> None:
    _round(database, kills=2, purchases=24)


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_500_purchases_survive_many_kills(app: Flask, database: Database) -> None:
    _round(database, kills=50, purchases=500)
