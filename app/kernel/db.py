"""Database session, column types and the one way to commit."""

import enum
import json
import random
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, ParamSpec, TypeVar, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, orm
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, mapped_column

from app.kernel import ids
from app.kernel.errors import ConflictError
from app.kernel.sqlite import WriteLock

__all__ = [
    "BigInt",
    "Id",
    "Model",
    "UTCDateTime",
    "append_only",
    "append_only_ddl",
    "changed",
    "changed_by_all",
    "db",
    "dialect_name",
    "enum_type",
    "in_use_case",
    "insert",
    "is_one_of",
    "missing_triggers",
    "use_case",
]

P = ParamSpec("P")
R = TypeVar("R")


class UTCDateTime(sa.TypeDecorator[datetime]):
    """A moment. Refuses naive datetimes going in, returns aware UTC coming out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """Store UTC only."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"naive datetime {value!r}; use app.kernel.clock.now()"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: Any | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """Give back UTC; SQLite forgets the zone, so put it on again."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def enum_type(kind: type[enum.StrEnum]) -> sa.Enum:
    """Store the enum's *value* as text guarded by a CHECK, the same on every database."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda e: [m.value for m in e],
    )


# 64 bits everywhere; on SQLite a plain INTEGER, so that a primary key is the row id itself.
BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class _Base(DeclarativeBase):
    # The map sits on an explicit registry: Flask-SQLAlchemy 3.1 copies this class's namespace, and
    # SQLAlchemy refuses a copied registry next to a ``type_annotation_map`` attribute.
    registry = orm.registry(
        metadata=sa.MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime(),
            date: sa.Date(),
            int: BigInt,
            dict[str, Any]: sa.JSON(),
            list[Any]: sa.JSON(),
        },
    )


db = SQLAlchemy(
    model_class=_Base,
    disable_autonaming=True,
    # What a use case returned may be read after its commit without another statement.
    session_options={"expire_on_commit": False, "autoflush": False},
)

if TYPE_CHECKING:

    class Model(_Base):
        """What the type checker sees of ``db.Model``."""

        __abstract__ = True

else:
    Model = db.Model

Id = Annotated[int, mapped_column(BigInt, primary_key=True, default=ids.next_id)]
"""A primary key made by the application: ``id: Mapped[Id]``."""


MANY = 20


def is_one_of(column: Any, values: Collection[Any]) -> sa.ColumnElement[bool]:
    """Return the condition that a column holds one of some texts or whole numbers, however many.

    Drivers stop at 32,766 parameters (SQLite) or 65,535 (PostgreSQL), so many go in as one. A
    parameter each costs SQLAlchemy more than the database too, and PostgreSQL compares every row
    with each of them as long as it has no statistics: a first import would slow down by and by.
    """
    wanted = list(set(values))
    if dialect_name() == "postgresql":
        array = sa.bindparam(None, wanted, type_=ARRAY(column.type))
        return cast("sa.ColumnElement[bool]", column == sa.any_(array))
    if len(wanted) < MANY:
        return cast("sa.ColumnElement[bool]", column.in_(sorted(wanted)))
    listed = sa.func.json_each(json.dumps(wanted)).table_valued("value")
    return cast("sa.ColumnElement[bool]", column.in_(sa.select(listed.c.value)))


def are_pairs_of(
    first: Any, second: Any, pairs: Collection[tuple[int, int]]
) -> sa.ColumnElement[bool]:
    """Return the condition that two columns together hold one of some pairs, however many.

    As :func:`is_one_of`: many go in as one parameter.
    """
    both, wanted = sa.tuple_(first, second), sorted(set(pairs))
    if dialect_name() == "postgresql":
        sides = [
            sa.bindparam(None, [pair[side] for pair in wanted], type_=ARRAY(column.type))
            for side, column in enumerate((first, second))
        ]
        rows = sa.func.unnest(*sides).table_valued("a", "b").render_derived()
        return both.in_(sa.select(rows.c.a, rows.c.b))
    if len(wanted) < MANY:
        return both.in_(wanted)
    listed = sa.func.json_each(json.dumps(wanted)).table_valued("value").c.value
    given = [sa.func.json_extract(listed, f"$[{side}]") for side in (0, 1)]
    return both.in_(sa.select(*given))


# --- one use case, one transaction -------------------------------------------------------------

_in_use_case: ContextVar[bool] = ContextVar("in_use_case", default=False)
# SQLSTATE: unique; could not serialize; deadlock; waited too long for a lock
_LOST_RACES = {"23505", "40001", "40P01", "55P03"}
_ATTEMPTS = 4
_STUCK = {"40P01", "55P03"}
_PAUSE = 0.05  # seconds before the second try at most, three times that before the fourth
_write_locks: dict[str, WriteLock] = {}
_write_locks_guard = threading.Lock()


def in_use_case() -> bool:
    """Return whether a use case is running in this context."""
    return _in_use_case.get()


def use_case(function: Callable[P, R]) -> Callable[P, R]:  # noqa: C901 - one loop, told in order
    """Make a public ``service.py`` function one transaction.

    The outermost use case starts on a fresh snapshot and commits; a use case called by another
    joins it. When two of them race for the same unique key, deadlock, or one waits too long for the
    other's lock, the loser is rolled back and run again (up to three more times): it then sees the
    winner's row and does the right thing. Who was stuck first waits a moment of random length, so
    that the same two don't meet at the same place again.
    That is why a use case must not talk to the outside world: it publishes a fact instead.

    Raises:
        RuntimeError: somebody changed rows outside any use case.
        ConflictError: the race was lost four times running; nothing was written.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _in_use_case.get():
            return function(*args, **kwargs)
        session = db.session
        if session.new or session.dirty or session.deleted:
            message = f"rows changed outside a use case: {list(session.dirty)}"
            raise RuntimeError(message)
        for attempt in range(1, _ATTEMPTS + 1):
            session.rollback()  # let go of what was read before
            with _write_lock():
                token = _in_use_case.set(True)
                try:
                    result = function(*args, **kwargs)
                    session.commit()
                except BaseException as error:
                    session.rollback()
                    if not _is_a_lost_race(error):
                        raise
                    if attempt == _ATTEMPTS:
                        raise ConflictError from error
                    pause = _PAUSE * attempt * random.random() if _is_stuck(error) else 0  # noqa: S311 - no secret
                else:
                    return result
                finally:
                    _in_use_case.reset(token)
            time.sleep(pause)
        raise AssertionError("unreachable")

    return run


def _write_lock() -> WriteLock:
    """Return the lock that puts SQLite's writers in line; on PostgreSQL nobody waits."""
    url = db.engine.url
    path = url.database if url.get_backend_name() == "sqlite" else None
    key = path or ""
    lock = _write_locks.get(key)
    if lock is None:
        with _write_locks_guard:
            lock = _write_locks.setdefault(key, WriteLock(path))
    return lock


def _sqlstate(error: BaseException) -> str | None:
    return getattr(getattr(error, "orig", None), "sqlstate", None)


def _is_stuck(error: BaseException) -> bool:
    return _sqlstate(error) in _STUCK


def _is_a_lost_race(error: BaseException) -> bool:
    if isinstance(error, IntegrityError) and "UNIQUE constraint failed" in str(error.orig):
        return True  # SQLite; a CHECK or trigger error is a bug and is never run again
    return isinstance(error, DBAPIError) and _sqlstate(error) in _LOST_RACES


@event.listens_for(Engine, "begin")
def _sqlite_on_begin(connection: Connection) -> None:
    """Readers share; a use case takes SQLite's write lock at once and cannot be overtaken."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _in_use_case.get() else "BEGIN")


# --- small helpers -----------------------------------------------------------------------------


def dialect_name() -> str:
    """Return ``"sqlite"`` or ``"postgresql"``."""
    return db.session.get_bind().dialect.name


def insert(table: Any) -> PostgresInsert:
    """Return an INSERT that knows ``on_conflict_do_…`` on the database in use."""
    if dialect_name() == "postgresql":
        return postgres_insert(table)
    return cast("PostgresInsert", sqlite_insert(table))  # the same methods, by design


def changed(statement: sa.Update | sa.Delete | sa.Insert) -> int:
    """Run a writing statement in the current transaction; return the number of rows it touched."""
    options = {"synchronize_session": False, "preserve_rowcount": True}
    result = db.session.execute(statement, execution_options=options)
    return cast("sa.CursorResult[Any]", result).rowcount


def changed_by_all(statement: sa.Insert, rows: Sequence[Mapping[str, Any]]) -> int:
    """Run an INSERT of one row for many, as one executemany; return the number of rows it touched.

    A VALUES list as long as the batch would be compiled anew for every batch, which costs more than
    the database does.
    """
    if not rows:
        return 0
    options = {"preserve_rowcount": True}
    return db.session.connection().execute(statement, rows, execution_options=options).rowcount


# --- append-only tables ------------------------------------------------------------------------

APPEND_ONLY: dict[str, tuple[str, ...]] = {}
"""Table name -> names of the triggers that must stand on it (checked by ``/readyz``)."""


def append_only(model: type[Any]) -> type[Any]:
    """Mark a table whose rows are never changed or deleted; triggers hold it on both databases."""
    name: str = model.__tablename__
    APPEND_ONLY[name] = (f"{name}_no_update", f"{name}_no_delete")
    for dialect in ("sqlite", "postgresql"):
        for sql in append_only_ddl(name, dialect):
            event.listen(
                model.__table__,
                "after_create",
                sa.DDL(sql.replace("%", "%%")).execute_if(dialect=dialect),  # type: ignore[no-untyped-call]
            )
    return model


def append_only_ddl(table: str, dialect: str) -> list[str]:
    """Return the statements that forbid UPDATE, DELETE (and TRUNCATE) on a table.

    PostgreSQL's are statement level and raise 23001 (restrict_violation); migrations carry their
    own copy of these statements.
    """
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        "CREATE OR REPLACE FUNCTION potluck_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$"
    )
    guard = f"ON {table} FOR EACH STATEMENT EXECUTE FUNCTION potluck_append_only()"
    return [
        function,
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE {guard}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE OR TRUNCATE {guard}",
    ]


def missing_triggers() -> list[str]:
    """Return the names of append-only triggers that do not stand. One statement."""
    if dialect_name() == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND n.nspname = current_schema()"
        )
    standing = set(db.session.scalars(sa.text(query)))
    return sorted(t for names in APPEND_ONLY.values() for t in names if t not in standing)
