"""Several imports at once: every order once, every point once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import queries, service
from app.commerce.models import ImportBatch, Order
from app.commerce.reading import Options
from app.commerce.types import AlreadyDecidedError, ChannelRow, Counts
from app.identity.types import MemberRow
from app.kernel import verify
from app.kernel.db import db
from app.ledger import queries as ledger
from tests.factories.commerce import a_channel, a_file, many_rows, points_of

pytestmark = pytest.mark.race

THREADS = 4


def _at_once(app: Flask, works: list[Callable[[], object]]) -> list[object]:
    """Run every work in a thread of its own, begun together; return what came or was raised."""
    db.session.remove()
    gate = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        with app.app_context():
            gate.wait()
            try:
                return work()
            except AlreadyDecidedError as error:
                return error
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def _import(channel: ChannelRow, path: Path) -> service.Report:
    errors = path.with_suffix(f".{id(path)}.errors")
    return service.import_file(path, channel, Options(), errors_path=errors, chunk_rows=20)


def _nothing_drifts() -> bool:
    return not any(report.drifts for report in verify.run(("commerce.awards", "ledger")))


def test_files_that_overlap_bring_every_order_once(app: Flask, tmp_path: Path) -> None:
    channel, rows = a_channel(), many_rows(120)
    paths = [
        a_file(tmp_path, rows[start : start + 90], name=f"{start}.csv") for start in (0, 10, 20, 30)
    ]
    reports = _at_once(app, [partial(_import, channel, path) for path in paths])
    total = sum((report.batch.counts for report in reports), Counts())  # type: ignore[attr-defined]
    assert (total.new, total.duplicate, total.changed) == (120, 240, 0)
    totals = queries.totals(channel.id)
    assert (totals.orders, totals.buyers, totals.points) == (120, 7, points_of(120))
    assert _nothing_drifts()


def test_one_file_imported_by_many_is_one_import(app: Flask, tmp_path: Path) -> None:
    channel = a_channel()
    path = a_file(tmp_path, many_rows(200))
    _at_once(app, [lambda: _import(channel, path)] * THREADS)
    while not _import(channel, path).is_complete:
        pass
    assert queries.totals(channel.id).points == points_of(200)
    first = db.session.scalars(sa.select(ImportBatch).order_by(ImportBatch.id)).first()
    assert first is not None
    assert (first.new_count, first.row_position) == (200, 200)
    assert _nothing_drifts()


def test_two_deciders_move_the_points_once(app: Flask, staff: MemberRow, tmp_path: Path) -> None:
    channel = a_channel()
    for total in ("12.50", "20"):
        _import(channel, a_file(tmp_path, [("T1", "lin", "2026-08-31", total)]))
    (each,) = queries.kept_aside().items
    results = _at_once(
        app,
        [lambda: service.accept_figures(each.issue_id, actor_id=staff.id)] * THREADS,
    )
    assert sum(isinstance(result, AlreadyDecidedError) for result in results) == THREADS - 1
    order = db.session.scalars(sa.select(Order)).one()
    assert (order.revision, ledger.balance(order.member_id).pending) == (2, 20)
    assert _nothing_drifts()
