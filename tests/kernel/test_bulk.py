"""Bulk rows hold exactly what SQLAlchemy itself would write."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from flask import Flask

from app.kernel import facts, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import db, use_case

FACTS = facts.FactRow.__table__
MOMENTS = (
    datetime(2026, 9, 1, 4, 0, tzinfo=UTC),
    datetime(2026, 9, 1, 4, 0, 0, 7, tzinfo=UTC),
    datetime(2026, 9, 1, 23, 30, 15, 999_999, tzinfo=timezone(timedelta(hours=8))),
)


@pytest.mark.parametrize("moment", MOMENTS)
def test_moments_are_written_the_same_both_ways(app: Flask, moment: datetime) -> None:
    row = {
        "name": "x", "actor_id": None, "subject_kind": None, "subject_id": None,
        "concerns_id": None, "scope_kind": None, "scope_id": None,
        "on_date": moment.date(), "occurred_at": moment, "payload": "{}",
    }  # fmt: skip

    @use_case
    def write() -> None:
        assert isinstance(FACTS, sa.Table)
        db.session.execute(sa.insert(FACTS), [{"id": ids.next_id(), **row}])
        insert_rows(FACTS, [(ids.next_id(), *row.values())])

    write()
    raw = db.session.execute(sa.text("SELECT occurred_at, on_date FROM fact")).all()
    assert raw[0] == raw[1]
    read = db.session.scalars(sa.select(facts.FactRow.occurred_at)).all()
    assert read == [moment, moment]


@pytest.mark.parametrize("count", [99, 100, 123])
def test_many_rows_are_all_there_once_each_by_one_statement(
    app: Flask, count_statements: Callable[[], AbstractContextManager[list[str]]], count: int
) -> None:
    moment = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
    rows = [
        (number, f"x{number}", None, "order", number, None, None, None, moment.date(), moment, "{}")
        for number in range(1, count + 1)
    ]

    @use_case
    def write() -> None:
        assert isinstance(FACTS, sa.Table)
        insert_rows(FACTS, rows)

    with count_statements() as statements:
        write()
    assert len(statements) == 1
    found = db.session.execute(sa.select(FACTS).order_by(FACTS.c.id)).all()
    assert [tuple(row) for row in found] == rows
