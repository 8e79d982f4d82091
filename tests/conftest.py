"""Fixtures that every test may use.

Every test that asks for ``app`` (or anything built on it) runs on SQLite and on PostgreSQL, against
a database of its own that really commits; ``--fast`` leaves PostgreSQL out.
"""

import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from _pytest.terminal import TerminalReporter
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask
from hypothesis import HealthCheck, settings
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app import create_app
from app.config import Config
from app.integrations.reports import queries as report_queries
from app.kernel import clock, ids
from app.kernel.db import db
from app.loyalty.queries import books
from tests import servers
from tests.factories.identity import (  # noqa: F401 - fixtures for every test
    alice,
    alice_client,
    bob,
    client,
    koc,
    moderator,
    operator,
    staff,
    staff_client,
)

pytest_plugins = ["tests.browser.fixtures"]  # one site and one Chromium, whoever asks

NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
SECRET = "a-secret-that-only-the-tests-know-0123456789"
ROOT = Path(__file__).resolve().parent.parent
WORTH_TELLING = 300  # seconds
NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="SQLite only; no browser, no crash tests")
    parser.addoption("--long", action="store_true", help="the long kill, power-cut, property runs")


def pytest_configure(config: pytest.Config) -> None:
    """Settle how Hypothesis draws; start the servers once, before xdist's workers inherit them."""
    settings.register_profile(
        "steady",
        derandomize=True,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],  # a busy machine is no defect
    )
    if not config.getoption("--long"):  # a change answers for itself; the long run looks for more
        settings.load_profile("steady")
    if hasattr(config, "workerinput") or config.getoption("--fast") or config.option.collectonly:
        return
    servers.ensure_postgres()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        fast = metafunc.config.getoption("--fast")
        only = metafunc.definition.get_closest_marker("only")
        kinds = ["sqlite"] if fast else ["sqlite", "postgres"]
        if only is not None:
            kinds = [kind for kind in kinds if kind in only.args]
        metafunc.parametrize("database", kinds, indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    skip_fast = pytest.mark.skip(reason="left out by --fast")
    skip_long = pytest.mark.skip(reason="runs with --long")
    for item in items:
        if config.getoption("--fast") and {"browser", "crash"} & set(item.keywords):
            item.add_marker(skip_fast)
        if not config.getoption("--long") and "long" in item.keywords:
            item.add_marker(skip_long)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say where the time went: seconds by folder and database, and the slowest tests."""
    folders, tests = defaultdict[str, float](float), defaultdict[str, float](float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                folder = "/".join(report.nodeid.split("/")[:2])
                kind = " postgres" if "postgres" in report.nodeid else ""
                folders[folder + kind] += report.duration
                tests[report.nodeid] += report.duration
    if sum(folders.values()) < WORTH_TELLING:
        return
    terminalreporter.section("where the time went")
    for spent, most in ((folders, None), (tests, 20)):
        for name, seconds in sorted(spent.items(), key=lambda item: -item[1])[:most]:
            terminalreporter.write_line(f"{seconds:8.1f} s  {name}")


def test_config(url: str, instance: Path, **changes: Any) -> Config:
    """Return a configuration for tests."""
    values: dict[str, Any] = {
        "secret_key": SECRET,
        "database_url": url,
        "instance_dir": instance,
        "media_url": f"file://{instance / 'media'}",
        "mail_url": f"file://{instance / 'mail'}",
        "sms_url": f"file://{instance / 'sms'}",
        "testing": True,
        "base_url": "http://localhost",
        "trusted_hosts": ("localhost", "127.0.0.1"),
    }
    return Config(**{**values, **changes})


test_config.__test__ = False  # type: ignore[attr-defined]


def migrate(app: Flask) -> None:
    """Bring the app's database to the newest schema."""
    with app.app_context():
        if not list((ROOT / "migrations" / "versions").glob("*.py")):
            db.create_all()
            return
        config = AlembicConfig(toml_file=str(ROOT / "pyproject.toml"))
        with db.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        db.engine.dispose()


RESETS_PER_DATABASE = 150
ROOMY = 4 * 1024**3  # bytes
SHAPE = """
SELECT (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'),
       (SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped),
       (SELECT string_agg(version_num, ',') FROM alembic_version)
"""
# Triggers and foreign keys sleep for this one connection; large tables are cut, small ones emptied.
# A file without a page was never written to since it was cut: most of them are not even asked.
EMPTY = """
DO $$
DECLARE name text; found bigint;
BEGIN
  SET LOCAL session_replication_role = replica;
  SET LOCAL lock_timeout = '1s';
  FOR name IN SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0
  LOOP
    EXECUTE format('SELECT count(*) FROM (SELECT 1 FROM %%I LIMIT 400) few', name) INTO found;
    IF found = 400 THEN EXECUTE format('TRUNCATE %%I CASCADE', name);
    ELSIF found > 0 THEN EXECUTE format('DELETE FROM %%I', name);
    END IF;
  END LOOP;
END $$
"""


def _in_memory() -> Path | None:
    """Return a new folder in memory, where syncing costs nothing, or None if there is little."""
    memory = Path("/dev/shm")
    try:
        if shutil.disk_usage(memory).free < ROOMY:
            return None
        return Path(tempfile.mkdtemp(prefix="potluck-", dir=memory))
    except OSError:
        return None


class Database:
    """A freshly migrated database that can be put back to that state in milliseconds."""

    def __init__(self, kind: str, folder: Path) -> None:
        self.kind, self.folder = kind, folder
        if kind == "sqlite":
            self._files = _in_memory() or folder
            self._template = self._files / "template.db"
            self.url = f"sqlite:///{self._files / 'test.db'}"
            self._make(f"sqlite:///{self._template}")
            return
        self._server = sa.create_engine(
            os.environ[servers.POSTGRES_ENV], isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
        )
        self._name = f"t_{os.getpid()}"
        base = os.environ[servers.POSTGRES_ENV].rpartition("/")[0]
        self.url = f"{base}/{self._name}"
        self._resets, self._shape = RESETS_PER_DATABASE, list[Any]()
        self._warm: sa.Connection | None = None
        self._sql(f"CREATE DATABASE {self._name}_template")
        self._make(f"{base}/{self._name}_template")

    def _make(self, url: str) -> None:
        app = create_app(test_config(url, self.folder))
        migrate(app)
        with app.app_context():
            db.engine.dispose()

    def _sql(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(sa.text(statement))

    def reset(self) -> None:
        """Throw away what the last test wrote."""
        if self.kind == "sqlite":
            for suffix in ("", "-wal", "-shm", "-journal", ".lock"):
                (self._files / f"test.db{suffix}").unlink(missing_ok=True)
            shutil.copyfile(self._template, self._files / "test.db")
        elif not self._emptied():
            db.engine.dispose()
            self._close_warm()
            self._sql(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")
            self._sql(f"CREATE DATABASE {self._name} TEMPLATE {self._name}_template")
            self._resets = 0
            self._shape = self._ask(SHAPE)

    def _emptied(self) -> bool:
        """Empty all tables: an order of magnitude faster than a new database.

        Refuses when a test has changed the schema, when something still holds a lock, and now and
        then to start without dead rows.
        """
        self._resets += 1
        if self._resets > RESETS_PER_DATABASE:
            return False
        try:
            if self._ask(SHAPE) != self._shape:
                return False
            self._ask(EMPTY)
        except sa.exc.DBAPIError:
            return False
        return True

    def _ask(self, script: str) -> list[Any]:
        if self._warm is None:  # one connection for all resets: its caches are warm
            engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
            self._warm = engine.connect()
        try:
            result = self._warm.exec_driver_sql(script)
        except sa.exc.DBAPIError:
            self._close_warm()
            raise
        return [tuple(row) for row in result] if result.returns_rows else []

    def _close_warm(self) -> None:
        if self._warm is not None:
            self._warm.close()
            self._warm = None

    def drop(self) -> None:
        """Remove everything."""
        if self.kind == "sqlite" and self._files != self.folder:
            shutil.rmtree(self._files, ignore_errors=True)
        if self.kind == "postgres":
            self._close_warm()
            for name in (self._name, f"{self._name}_template"):
                self._sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """One database server's worth of test databases (parametrised: sqlite, postgres)."""
    made = Database(request.param, tmp_path_factory.mktemp(request.param))
    yield made
    made.drop()


@pytest.fixture(scope="session")
def built_app(database: Database) -> Iterator[Flask]:
    """One application per database kind for the whole run."""
    app = create_app(test_config(database.url, database.folder))
    app.config.update(PROPAGATE_EXCEPTIONS=True, RATELIMIT_ENABLED=False)
    yield app
    with app.app_context():
        db.engine.dispose()


def _pool() -> sa.QueuePool:
    pool = db.engine.pool
    assert isinstance(pool, sa.QueuePool)
    return pool


@pytest.fixture
def app(built_app: Flask, database: Database) -> Iterator[Flask]:
    """The application on an empty, migrated database, inside an app context."""
    with built_app.app_context():
        if database.kind == "sqlite" or _pool().checkedout():
            db.engine.dispose()  # on PostgreSQL idle ones stay: their caches are warm
        database.reset()
        for name in (
            "mail",
            "sms",
            "imports",
            "exports",
            "demo",
        ):  # what the last test left beside it
            shutil.rmtree(database.folder / name, ignore_errors=True)
        books.begin_anew()
        report_queries.begin_anew()
        yield built_app
        db.session.remove()
        if database.kind == "sqlite":
            db.engine.dispose()


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Every test runs at noon of 1 September 2026, Shanghai, unless it says otherwise.

    Its ids begin there too: a generator never goes back, and the test before may have been later.
    """
    clock.set_zone("Asia/Shanghai")
    with clock.frozen(NOON), ids.generated_by(ids.SystemGenerator()):
        yield


@pytest.fixture
def count_statements() -> Callable[[], AbstractContextManager[list[str]]]:
    """Return a context manager that collects the SQL statements run inside it.

    A statement is one cursor execution (an executemany is one) other than BEGIN, COMMIT,
    SAVEPOINT and PRAGMA.
    """

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_c: Any, _cur: Any, statement: str, *_: Any) -> None:
            if not statement.lstrip().upper().startswith(NOT_COUNTED):
                seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return counting
