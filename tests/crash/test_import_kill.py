"""kill -9 in the middle of an import, again and again: every row once, every point once."""

import random
import select
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import queries, service
from app.commerce.models import ImportBatch, ImportIssue, Order, OrderStep
from app.commerce.reading import Options
from app.commerce.types import Counts, FileFormat, StepKind
from app.kernel import facts, verify
from app.kernel.db import db
from tests.conftest import Database
from tests.crash import import_writer
from tests.factories.commerce import HEADER, a_channel, a_file
from tests.factories.workbooks import a_workbook
from tests.forks import Fork, forked

pytestmark = pytest.mark.crash

ORDERS, BAD = 800, 40
SHORT, LONG, LONG_MORE = 10, 150, 100
Row = tuple[object, ...]


def _rows() -> list[Row]:
    """Return lines of orders that stand apart, with some bad ones between."""
    good: list[Row] = [
        (f"T{n % ORDERS}", f"b{n % ORDERS % 97}", "2026-08-01", f"{n % 50}.75", f"S{n % 7}", 1)
        for n in range(ORDERS * 2)
    ]
    bad: list[Row] = [(f"B{n}", "lin", "soon", "1", "S", 1) for n in range(BAD)]
    mixed = good + bad
    random.Random(5).shuffle(mixed)
    return mixed


def _start(database: Database, path: Path, *back: str) -> AbstractContextManager[Fork]:
    return forked("tests.crash.import_writer", database.url, str(path), str(database.folder), *back)


def _kill_at(importer: AbstractContextManager[Fork], row: int, delay: float) -> int | None:
    """Kill the importer a moment after it has reached a row; return the last row it told.

    None means that it had come to its end.
    """
    told = 0
    with importer as victim:
        for line in victim.stdout:
            if not line.strip().isdigit():
                return None
            told = int(line)
            if told >= row:
                break
        time.sleep(delay)
        if not victim.kill():
            return None
        rest = victim.stdout.read().split()
    return int(rest[-1]) if rest and rest[-1].isdigit() else told


def _kill_early(importer: AbstractContextManager[Fork], seconds: float) -> None:
    """Kill the importer before it imports: while it starts, unpacks a workbook, or just begins."""
    with importer as victim:
        select.select([victim.stdout], [], [], seconds)
        victim.kill()


def _begin_anew(database: Database) -> None:
    db.session.remove()
    db.engine.dispose()  # an open connection would go on with the file that is replaced
    database.reset()


def _cycles(
    app: Flask, database: Database, folder: Path, wanted: int, format_: FileFormat = FileFormat.CSV
) -> None:
    chance = random.Random(20260901)
    killed = round_ = 0
    while killed < wanted:
        _begin_anew(database)
        round_ += 1
        place = folder / f"{round_}"
        killed += _one_import(app, database, place, wanted - killed, chance, format_)


def _one_import(
    app: Flask,
    database: Database,
    folder: Path,
    most: int,
    chance: random.Random,
    format_: FileFormat = FileFormat.CSV,
) -> int:
    """Import one file with up to 12 kills on the way; return how many there were."""
    folder.mkdir()
    channel = a_channel(import_writer.CHANNEL, window=0)
    rows = _rows()
    header = (*HEADER, "sku", "qty")
    if format_ is FileFormat.XLSX:
        path = a_workbook(folder, {"A": [header, *rows]})
        for _ in range(min(most, 3)):
            _kill_early(_start(database, path), chance.random() * 0.6)
    else:
        path = a_file(folder, rows, header=header)
    killed, row = min(most, 3) if format_ is FileFormat.XLSX else 0, 0
    while True:
        target = row + chance.randrange(0, len(rows) // 8)
        is_last = killed >= min(most, 12)
        victim = _start(database, path)
        reached = _kill_at(victim, 10**9 if is_last else target, chance.random() * 0.03)
        if reached is None:
            break
        killed += 1
        db.session.rollback()
        position = _position()
        assert position >= reached, "a row that was told as done is gone"
        row = position
    _assert_every_row_once(app, channel.id, rows, path)
    return killed


def _position() -> int:
    found = queries.batches().items
    return found[0].batch.position if found else 0


def _assert_every_row_once(app: Flask, channel_id: int, rows: list[Row], path: Path) -> None:
    db.session.rollback()
    minor: dict[object, int] = {}
    for number, _buyer, day, total, *_rest in rows:
        if day != "soon":
            minor[number] = minor.get(number, 0) + int(str(total).replace(".", ""))
    totals = queries.totals(channel_id)
    assert (totals.orders, totals.buyers) == (ORDERS, 97)
    assert totals.paid_minor == sum(minor.values())
    assert totals.points == sum(paid // 100 for paid in minor.values())
    (batch,) = [card.batch for card in queries.batches().items]
    assert batch.counts == Counts(new=ORDERS, bad=BAD)
    assert _count(ImportIssue) == BAD
    assert len(path.with_suffix(".errors.csv").read_text().splitlines()) == BAD + 1
    told = sa.select(sa.func.count()).where(facts.FactRow.name == "order.paid")
    assert db.session.scalar(told) == _count(Order) == ORDERS
    db.session.rollback()
    assert [report for report in verify.run() if report.drifts] == []
    again = service.import_file(
        service.as_csv(path, path.parent),
        queries.get_channel(channel_id),
        Options(),
        errors_path=path.with_suffix(".again.csv"),
    )
    assert again.batch.counts == Counts(duplicate=ORDERS, bad=BAD)
    assert _count(ImportBatch) == 2


def _count(model: type[object]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def _back_and_forth(database: Database, folder: Path, wanted: int) -> None:
    """Roll an import back with kills on the way, import the file again, and so on."""
    chance = random.Random(20260902)
    channel = a_channel(import_writer.CHANNEL, window=0)
    path = a_file(folder, _rows(), header=(*HEADER, "sku", "qty"))
    errors = path.with_suffix(".errors.csv")
    killed = 0
    while killed < wanted:
        batch = service.import_file(path, channel, Options(), errors_path=errors).batch
        assert batch.counts == Counts(new=ORDERS, bad=BAD)
        points = queries.totals(channel.id).points
        service.ask_rollback(batch.code, actor_id=None)  # the victims' clock is not frozen
        killed += _one_way_back(database, path, batch.code, wanted - killed, chance)
        db.session.rollback()
        left = sa.select(sa.func.count()).where(Order.withdrawn_at.is_(None))
        assert db.session.scalar(left) == 0
        steps = sa.select(sa.func.count()).where(OrderStep.kind == StepKind.WITHDRAWN)
        assert (db.session.scalar(steps) or 0) % ORDERS == 0
        assert queries.batch_by_id(batch.id).withdrawn == ORDERS
        assert points > 0
        db.session.rollback()
        assert [report for report in verify.run() if report.drifts] == []


def _one_way_back(
    database: Database, path: Path, code: str, most: int, chance: random.Random
) -> int:
    killed, row = 0, 0
    while True:
        is_last = killed >= min(most, 12)
        target = 10**9 if is_last else row + chance.randrange(0, ORDERS // 6)
        reached = _kill_at(_start(database, path, code), target, chance.random() * 0.03)
        if reached is None:
            return killed
        killed += 1
        db.session.rollback()
        withdrawn = queries.get_batch(code).withdrawn
        assert withdrawn >= reached, "an order that was told as taken back still counts"
        row = withdrawn


@pytest.mark.timeout(400)
def test_an_import_killed_at_random_rows_ends_with_every_row_once(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    _cycles(app, database, tmp_path, SHORT)


@pytest.mark.timeout(400)
def test_a_workbook_killed_at_random_moments_ends_with_every_row_once(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    _cycles(app, database, tmp_path, SHORT, FileFormat.XLSX)


@pytest.mark.timeout(400)
def test_a_roll_back_killed_at_random_moments_takes_every_order_back_once(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    _back_and_forth(database, tmp_path, SHORT)


@pytest.mark.long
@pytest.mark.timeout(7_200)
def test_workbooks_and_roll_backs_survive_many_kills(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    _cycles(app, database, tmp_path, LONG_MORE, FileFormat.XLSX)
    _begin_anew(database)
    _back_and_forth(database, tmp_path, LONG_MORE)


@pytest.mark.long
@pytest.mark.timeout(7_200)
def test_an_import_survives_many_kills(app: Flask, database: Database, tmp_path: Path) -> None:
    _cycles(app, database, tmp_path, LONG)
