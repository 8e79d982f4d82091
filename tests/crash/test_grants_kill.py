"""kill -9 in the middle of a batch of adjustments and of its way back: every line once."""

import random
import time

import pytest
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, SeedMember
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.permissions import Role
from app.ledger import queries as ledger
from app.loyalty.queries import grants_batches as queries
from app.loyalty.service import grants_batches as service
from app.loyalty.types.grants import BatchState, GrantReason
from tests.conftest import Database
from tests.factories.identity import a_member
from tests.forks import forked

pytestmark = pytest.mark.crash

MEMBERS, SHORT, LONG = 180, 2, 40


def _kill_at(database: Database, code: str, line: int, delay: float) -> int | None:
    """Let a worker run and kill it after it has told a line; None: it had come to its end."""
    with forked("tests.crash.grants_writer", database.url, str(database.folder), code) as victim:
        told = 0
        for text in victim.stdout:
            if not text.strip().isdigit():
                return None
            told = int(text)
            if told >= line:
                break
        time.sleep(delay)
        return told if victim.kill() else None


def _to_the_end(
    database: Database, code: str, kills: int, chance: random.Random, so_far: int
) -> None:
    reached = so_far
    for _ in range(kills):
        got = _kill_at(database, code, reached + chance.randrange(1, 40), chance.random() * 0.03)
        if got is None:
            return
        db.session.rollback()
        batch = queries.get_batch(code)
        assert batch.done + batch.undone >= got, "a line that was told as done is gone"
        reached = got
    assert _kill_at(database, code, 10**9, 0) is None


def _balances(people: list[MemberRow]) -> set[int]:
    db.session.rollback()
    return {balance.available for balance in ledger.balances([p.id for p in people]).values()}


def _round(database: Database, kills: int) -> None:
    chance = random.Random(20260903)
    admin = a_member("ada", (Role.ADMINISTRATOR,))
    seeds = [SeedMember(f"w{n}", joined_at=clock.now()) for n in range(MEMBERS)]
    people = identity.seed_members(seeds)
    raw = "\n".join(f"{each.yid},10" for each in people).encode()
    batch = service.begin_from_file(admin.id, "Contest", GrantReason.CONTEST, raw)
    service.start(admin.id, batch.code)
    _to_the_end(database, batch.code, kills, chance, 0)
    assert _balances(people) == {10}
    assert queries.get_batch(batch.code).state is BatchState.DONE
    with clock.frozen(queries.get_batch(batch.code).finished_at or clock.now()):
        service.ask_reversal(admin.id, batch.code, may_all=False)
    _to_the_end(database, batch.code, kills, chance, MEMBERS)
    assert _balances(people) == {0}
    assert queries.get_batch(batch.code).state is BatchState.REVERSED
    assert [report for report in verify.run() if report.drifts] == []


@pytest.mark.timeout(300)
def test_a_batch_killed_at_random_lines_gives_everybody_once(
    app: Flask, database: Database
) -> None:
    _round(database, SHORT)


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_a_batch_survives_many_kills(app: Flask, database: Database) -> None:
    _round(database, LONG)
