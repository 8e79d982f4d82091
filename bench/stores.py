"""Databases for the ledger's figures: one is prepared, the others begin as copies of it."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import sqlalchemy as sa

from app.kernel import sqlite


class Store(Protocol):
    """A database server on which databases can be made and copied."""

    name: str
    driver: str
    is_in_process: bool  # this process does the database's work too: its time is all of it

    def make(self, name: str) -> str:
        """Return the URL of an empty database."""
        ...

    def copy(self, origin: str, name: str) -> str:
        """Return the URL of a copy of the database called ``origin``; nobody may be in it."""
        ...

    def raw(self, url: str) -> Any:
        """Return a driver's own connection to a database, with our settings, in autocommit."""
        ...


class SQLiteStore:
    """Files in a folder."""

    name = "SQLite"
    is_in_process = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.driver = sqlite.driver().__name__.partition(".")[0]

    def make(self, name: str) -> str:
        """Return the URL of an empty database."""
        return f"sqlite:///{self._folder / name}.db"

    def copy(self, origin: str, name: str) -> str:
        """Return the URL of a copy."""
        connection = self.raw(self.make(origin))
        connection.execute("VACUUM INTO ?", (str(self._folder / f"{name}.db"),))
        connection.close()
        return self.make(name)

    def raw(self, url: str) -> Any:
        """Return a connection of the driver with the pragmas of the application."""
        engine = sa.create_engine(url, module=sqlite.driver())
        sqlite.prepare(engine)
        pooled = engine.raw_connection()
        connection = pooled.driver_connection
        pooled.detach()
        return connection


class PostgresStore:
    """Databases of a PostgreSQL server, dropped afterwards."""

    name = "PostgreSQL"
    driver = "psycopg"
    is_in_process = False

    def __init__(self, url: str) -> None:
        self._url = sa.make_url(url).set(drivername="postgresql+psycopg")
        self._made: list[str] = []

    def make(self, name: str) -> str:
        """Return the URL of an empty database."""
        return self._create(name, "template0")

    def copy(self, origin: str, name: str) -> str:
        """Return the URL of a copy."""
        return self._create(name, self._full(origin))

    def raw(self, url: str) -> Any:
        """Return a connection of psycopg with the settings of the application."""
        import psycopg

        plain = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(
            plain, autocommit=True, options="-c timezone=UTC -c synchronous_commit=on"
        )

    def drop_all(self) -> None:
        """Remove what was made."""
        for name in reversed(self._made):
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _create(self, name: str, template: str) -> str:
        full = self._full(name)
        self._run(f'CREATE DATABASE "{full}" TEMPLATE "{template}" ENCODING \'UTF8\'')
        self._made.append(full)
        return self._url.set(database=full).render_as_string(hide_password=False)

    def _full(self, name: str) -> str:
        return f"potluck_bench_{os.getpid()}_{name}"

    def _run(self, statement: str) -> None:
        engine = sa.create_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


@contextlib.contextmanager
def postgres(url: str) -> Iterator[PostgresStore]:
    """Use a PostgreSQL server while the block runs; leave nothing behind."""
    store = PostgresStore(url)
    try:
        yield store
    finally:
        store.drop_all()
