"""Many rows into one table by one statement, without a dictionary and a type for every value.

SQLAlchemy's own way costs about as much per row as SQLite itself; on the busiest tables (the
ledger's, facts) that halves the rate. Tables, columns and types stay SQLAlchemy's; the values are
the plain ones of the driver: texts, whole numbers, and days and moments as the types write them.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from app.kernel import sqlite, tight
from app.kernel.db import UTCDateTime, db

# SQLite's driver looks in vain for an adapter for every None it binds: 2 µs each, a third of a row.
sqlite.driver().register_adapter(type(None), {None: None}.get)

Row = tuple[Any, ...]

_Plan = tuple[str, tuple[tuple[int, Callable[[Any], Any]], ...]]
FROM_ROWS, TOGETHER = 100, 20
SELDOM = (50_000, 20, 20)
"""New things between two looks for cycles: about a tenth of what a chunk makes."""
_plans: dict[tuple[str, str, tuple[str, ...]], _Plan] = {}


def insert_rows(table: sa.Table, rows: Sequence[Row], columns: tuple[str, ...] = ()) -> None:
    """Insert rows whose values stand in the order of ``columns``. One statement.

    Args:
        table: which table.
        rows: their values; enums as their values.
        columns: which columns; the others get the database's defaults. None named: all of them.
    """
    if not rows:
        return
    connection = db.session.connection()
    statement, writers = _plan(table, connection.dialect, columns)
    ready = _write(rows, writers) if writers else list(rows)
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite and len(ready) >= FROM_ROWS and None not in [row[0] for row in ready]:
        statement, ready = _together(statement, ready)
    connection.exec_driver_sql(statement, ready)


def _together(statement: str, rows: list[Row]) -> tuple[str, list[Row]]:
    """Return a statement for ``TOGETHER`` rows at a time, and the rows put together for it.

    Every step of a statement has a price of its own on SQLite: a third of what a row of lines
    costs. The last ones are filled up with empty rows, which are left out again by their first
    column, which the caller's rows all have.
    """
    head, _values, marks = statement.partition(" VALUES ")
    listed = ", ".join([marks] * TOGETHER)
    rows = rows + [(None,) * len(rows[0])] * (-len(rows) % TOGETHER)
    starts = range(0, len(rows), TOGETHER)
    together = [tuple(chain.from_iterable(rows[at : at + TOGETHER])) for at in starts]
    return f"{head} SELECT * FROM (VALUES {listed}) WHERE column1 IS NOT NULL", together  # noqa: S608 - marks


def update_rows(
    table: sa.Table, columns: Sequence[str], where: Sequence[str], rows: Sequence[Row]
) -> int:
    """Set columns of many rows, each found by the columns of ``where``; return how many were.

    Args:
        table: which table.
        columns: what is set.
        where: what a row must have; at least its primary key.
        rows: the values of ``columns``, then those of ``where``; texts and whole numbers only.
    """
    if not rows:
        return 0
    connection = db.session.connection()
    mark = _mark(connection.dialect)
    sets = ", ".join(f"{name}={mark}" for name in columns)
    found = " AND ".join(f"{name}={mark}" for name in where)
    statement = f"UPDATE {table.name} SET {sets} WHERE {found}"  # noqa: S608 - our own names
    return connection.exec_driver_sql(statement, list(rows)).rowcount


def insert_dicts(table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the keys of the first one, which are columns. One statement."""
    if rows:
        columns = tuple(rows[0])
        values = list(map(itemgetter(*columns), rows))
        insert_rows(table, values if len(columns) > 1 else [(each,) for each in values], columns)


def _plan(table: sa.Table, dialect: Dialect, columns: tuple[str, ...]) -> _Plan:
    """Return the statement, and how the driver wants days and moments written."""
    place = (table.name, dialect.name, columns)
    if place not in _plans:
        chosen = [table.columns[name] for name in columns] or list(table.columns)
        names = ", ".join(column.name for column in chosen)
        values = ", ".join([_mark(dialect)] * len(chosen))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({values})"  # noqa: S608 - our own names
        writers = tuple(
            (position, write)
            for position, column in enumerate(chosen)
            if (write := _writer(column.type, dialect)) is not None
        )
        _plans[place] = (statement, writers)
    return _plans[place]


def _mark(dialect: Dialect) -> str:
    return "?" if dialect.paramstyle == "qmark" else "%s"


def _writer(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(kind, sa.Enum | sa.String):
        return None
    if isinstance(kind, UTCDateTime) and dialect.name == "sqlite":
        return _sqlite_moment
    if isinstance(kind, sa.JSON) and dialect.name == "sqlite":
        return _json
    return kind.dialect_impl(dialect).bind_processor(dialect)


_ZONE = len("+00:00")


@lru_cache(maxsize=8_192)  # an order's moment goes into four tables
def _sqlite_moment(moment: datetime | None) -> str | None:
    """Write a moment as SQLAlchemy does on SQLite, at a fifth of the price (a test holds that)."""
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(" ", "microseconds")[:-_ZONE]


def _json(value: Any) -> str:
    return tight.fields(value) if type(value) is dict else tight.text(value)


def _write(rows: Sequence[Row], writers: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Row]:
    """Write days and moments, column by column; the few that a batch repeats are written once."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for position, write in writers:
        values = columns[position]
        try:
            written = {value: write(value) for value in set(values) if value is not None}
        except TypeError:  # JSON: no key of a dictionary
            columns[position] = [None if value is None else write(value) for value in values]
        else:
            columns[position] = list(map(written.get, values))
    return list(zip(*columns, strict=True))


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for cycles seldom while things by the million pass through, hardly any in a circle.

    Every look walks over all of a chunk's rows that live: a tenth of an import's processor time.
    """
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
