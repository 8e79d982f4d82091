"""Lots learn their moment: no line changes, nothing matures earlier, and there is a way back."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from flask import Flask

from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger import models, queries, service
from app.ledger.types import BY_DAY, SPENDABLE
from tests.conftest import NOON, ROOT
from tests.ledger.book import (
    assert_sound,
    buckets,
    claw,
    earn,
    hold,
    in_days,
    in_hours,
    lots,
    release,
    spend,
)

MINE = "6b0e4d7a19f3"
ANNA, BEN = 101, 202
KEPT = (models.TXN, models.TRANSFER, models.ENTRY, models.LOT_MOVE, models.WALLET)


def flask(app: Flask, *words: str) -> None:
    db.session.remove()
    done = app.test_cli_runner().invoke(args=["db", *words])
    assert done.exit_code == 0, done.output


def back(app: Flask) -> None:
    scripts = ScriptDirectory.from_config(AlembicConfig(toml_file=str(ROOT / "pyproject.toml")))
    before = scripts.get_revision(MINE).down_revision
    flask(app, "downgrade", str(before))


def journal() -> list[Any]:
    """Every line, digest and hash."""
    rows = [
        tuple(row)
        for table in KEPT
        for row in db.session.execute(sa.select(table).order_by(*table.primary_key.columns))
    ]
    db.session.rollback()
    return rows


def raw_lots(columns: str = "id, matures_on, remaining") -> list[Any]:
    kinds: dict[str, sa.types.TypeEngine[Any]] = {
        "matures_on": sa.Date(), "matures_at": sa.DateTime(timezone=True),
    }  # fmt: skip
    names = columns.split(", ")
    wanted: list[sa.ColumnClause[Any]] = [
        sa.column(name, kinds.get(name, sa.BigInteger())) for name in names
    ]
    rows = db.session.execute(
        sa.select(*wanted).select_from(sa.table("point_lot")).order_by(sa.column("id"))
    ).all()
    db.session.rollback()
    return [tuple(row) for row in rows]


def furnish() -> None:
    """Days only, as before: pending, matured, taken back, merged, parted, held."""
    earn(ANNA, 30, 10, source=Ref("order", 1), expires_on=in_days(30))
    earn(ANNA, 10, matures_on=in_days(2))
    earn(ANNA, 20, matures_on=in_days(9), source=Ref("order", 2))
    earn(BEN, 40, 5, matures_on=in_days(9))
    claw(ANNA, Ref("order", 2), 8)
    service.merge(ANNA, BEN, key="1")
    clock.tick(timedelta(days=3))
    service.mature_due()
    service.unmerge(ANNA, key="2")
    release(hold(ANNA, 5).txn_id)
    hold(ANNA, 7, expires_at=in_hours(900))
    spend(ANNA, 3)


@pytest.fixture
def days_only(empty_app: Flask) -> Any:
    """A database before the migration, furnished."""
    flask(empty_app, "upgrade")
    with clock.frozen(NOON):
        furnish()
        back(empty_app)
        yield empty_app


def test_a_lot_of_a_day_gets_its_midnight_and_no_line_changes(days_only: Flask) -> None:
    before, days = journal(), raw_lots()

    flask(days_only, "upgrade")

    assert journal() == before
    assert raw_lots() == days
    for matures_on, matures_at in raw_lots("matures_on, matures_at"):
        at = matures_at.replace(tzinfo=UTC) if matures_at.tzinfo is None else matures_at
        midnight = datetime.combine(matures_on, time(), UTC) - timedelta(hours=8)
        assert at == (BY_DAY if matures_on == SPENDABLE else midnight)
    assert_sound()
    with clock.frozen(datetime(2026, 9, 9, 15, 59, 59, tzinfo=UTC)):
        assert service.mature_due() == 0
        assert (queries.balance(ANNA).pending, queries.balance(BEN).pending) == (12, 40)
    with clock.frozen(datetime(2026, 9, 9, 16, tzinfo=UTC)):
        assert (queries.balance(ANNA).pending, queries.balance(BEN).pending) == (0, 0)
        assert service.mature_due() == 2
    assert_sound()


def test_code_that_knows_days_only_goes_on_writing(empty_app: Flask) -> None:
    """While website processes are restarted one by one."""
    flask(empty_app, "upgrade")
    with clock.frozen(NOON):
        earn(ANNA, 10, matures_on=in_days(1))
        wallet_id = db.session.scalar(sa.select(models.LOT.c.wallet_id))
        db.session.execute(
            sa.text(
                "INSERT INTO point_lot (id, wallet_id, fund, matures_on, expires_on, received, "
                "remaining, held) VALUES (:id, :wallet, 'order', '2026-09-05', '9999-12-31', "
                "0, 0, 0)"
            ),
            {"id": ids.next_id(), "wallet": wallet_id},
        )
        db.session.commit()
        assert_sound()
        days = {row.matures_on: row.matures_at for row in db.session.execute(sa.select(models.LOT))}
        assert days[date(2026, 9, 5)] == BY_DAY
        earn(ANNA, 10, matures_on=date(2026, 9, 5))
        assert [(at, left) for _, at, _, left, _ in lots(ANNA)] == [
            (clock.day_start(in_days(1)), 10), (clock.day_start(date(2026, 9, 5)), 10),
        ]  # fmt: skip
        assert_sound()


def test_the_way_back_gives_every_lot_a_day_of_its_own(empty_app: Flask) -> None:
    flask(empty_app, "upgrade")
    with clock.frozen(NOON):
        for hours in range(1, 9):
            earn(ANNA, hours, matures_at=in_hours(hours))
        earn(ANNA, 100, matures_on=in_days(1))
        earn(ANNA, 200, matures_on=in_days(2))
        earn(ANNA, 300, matures_at=in_hours(30))
        clock.tick(timedelta(hours=5))
        service.mature_due()
        before, held = journal(), {row[0]: row for row in raw_lots()}
        assert_sound()

        back(empty_app)

        assert journal() == before
        for lot_id, day, left in raw_lots():
            was = held[lot_id]
            assert left == was[2]
            assert day >= was[1] or not left
            assert (day == SPENDABLE) == (was[1] == SPENDABLE)
        crowded = db.session.execute(
            sa.text("SELECT 1 FROM point_lot GROUP BY wallet_id, expires_on, matures_on, fund "
                    "HAVING count(*) > 1")
        ).all()  # fmt: skip
        assert crowded == []
        db.session.rollback()

        flask(empty_app, "upgrade")

        assert journal() == before
        assert_sound()
        clock.tick(timedelta(days=9))
        assert spend(ANNA, 636).available == 0
        assert buckets(ANNA) == (0, 0, 0, 0)
        assert_sound()


def test_on_the_way_back_nothing_waits_beyond_its_last_day(empty_app: Flask) -> None:
    flask(empty_app, "upgrade")
    with clock.frozen(NOON):
        for hours in (7, 8, 9):
            earn(BEN, hours, matures_at=in_hours(hours), expires_on=in_days(2))

        back(empty_app)

        days = sorted(row[1] for row in raw_lots())
        assert days == [in_days(0), in_days(1), in_days(2)]
