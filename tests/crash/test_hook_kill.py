"""kill -9 while webhooks are handled and while an export is written: everything once."""

import csv
import io
import random
import time

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import queries
from app.identity.types import MemberRow
from app.integrations.models import Delivery
from app.integrations.types import Adapter, DeliveryState
from app.kernel import exports, facts, verify
from app.kernel.db import db
from app.kernel.exports import Format
from app.kernel.permissions import Permission
from tests.conftest import Database
from tests.factories.commerce import a_channel
from tests.factories.identity import Browser
from tests.forks import forked
from tests.integrations.sending import (  # noqa: F401 - one is a fixture
    a_sender,
    an_order_body,
    unlimited,
)

pytestmark = pytest.mark.crash

ORDERS = 120
KILLS, MANY = 4, 60
LONGEST = {"webhooks": 0.05, "exports": 0.005}  # seconds from a step to the kill


def _killed(database: Database, what: str, steps: int, delay: float) -> bool:
    """Start the victim and kill it a moment after some steps; False: it came to its end."""
    with forked("tests.crash.hook_writer", database.url, str(database.folder), what) as victim:
        line = "step"
        while steps and line == "step":
            line, steps = victim.stdout.readline().strip(), steps - 1
        if line == "complete":
            return False
        time.sleep(delay)
        return victim.kill()


def _kill_until_done(database: Database, what: str, wanted: int) -> int:
    """Kill it again and again, then let it end; return how often it was killed."""
    db.session.remove()
    chance = random.Random(what)
    killed = sum(
        _killed(database, what, chance.randrange(1, 4), chance.random() * LONGEST[what])
        for _n in range(wanted)
    )
    assert not _killed(database, what, 10**6, 0)
    db.session.rollback()
    return killed


def _webhooks(client: Browser, staff: MemberRow, database: Database, wanted: int) -> None:
    shop = a_sender(a_channel("shop", window=0), Adapter.GENERIC, staff.id)
    for number in range(ORDERS):
        body = an_order_body(f"A-{number}", "7.50", buyer=f"b{number % 9}")
        assert shop.send(client, body, f"d-{number}").status_code == 202
    assert _kill_until_done(database, "webhooks", wanted) > 0
    totals = queries.totals(shop.channel.id)
    assert (totals.orders, totals.buyers, totals.points) == (ORDERS, 9, ORDERS * 7)
    states = db.session.scalars(sa.select(Delivery.state)).all()
    assert states == [DeliveryState.DONE] * ORDERS
    told = sa.select(sa.func.count()).where(facts.FactRow.name == "order.paid")
    assert db.session.scalar(told) == ORDERS
    db.session.rollback()
    assert [report for report in verify.run() if report.drifts] == []


def _export(client: Browser, staff: MemberRow, database: Database, wanted: int) -> None:
    from app.integrations import service

    shop = a_sender(a_channel("shop", window=0), Adapter.GENERIC, staff.id)
    for number in range(ORDERS):
        shop.send(client, an_order_body(f"A-{number}"), f"d-{number}")
    while service.handle_waiting():
        pass
    code = exports.ask(
        "commerce.orders",
        Format.CSV,
        {},
        asked_by=staff.id,
        allowed=frozenset(Permission),
    )
    assert _kill_until_done(database, "exports", wanted) > 0
    done = exports.job(code, staff.id)
    assert (done.rows_done, done.is_there) == (ORDERS, True)
    text = exports.path_of(done).read_text(encoding="utf-8-sig")
    numbers = [row[0] for row in csv.reader(io.StringIO(text))][1:]
    assert sorted(numbers) == sorted(f"A-{number}" for number in range(ORDERS))


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("unlimited")
def test_webhooks_killed_while_they_are_handled_become_orders_once(
    app: Flask, client: Browser, staff: MemberRow, database: Database
) -> None:
    _webhooks(client, staff, database, KILLS)


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("unlimited")
def test_an_export_killed_while_it_is_written_has_every_row_once(
    app: Flask, client: Browser, staff: MemberRow, database: Database
) -> None:
    _export(client, staff, database, KILLS // 2)


@pytest.mark.long
@pytest.mark.timeout(3_600)
@pytest.mark.usefixtures("unlimited")
def test_webhooks_survive_many_kills(
    app: Flask, client: Browser, staff: MemberRow, database: Database
) -> None:
    _webhooks(client, staff, database, MANY)
