"""Empty databases of both kinds, each with an application on it."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.kernel.db import db
from tests import servers
from tests.conftest import test_config

MakeApp = Callable[[], Flask]
_numbers = itertools.count(1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "empty_app" in metafunc.fixturenames or "make_empty_app" in metafunc.fixturenames:
        fast = metafunc.config.getoption("--fast")
        kinds = ["sqlite"] if fast else ["sqlite", "postgres"]
        metafunc.parametrize("make_empty_app", kinds, indirect=True)


@pytest.fixture
def make_empty_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeApp]:
    """Return a function that makes an application on an empty database of the test's kind."""
    kind, made, dropping = request.param, [], []

    def make() -> Flask:
        number = next(_numbers)
        folder = tmp_path / str(number)
        folder.mkdir()
        if kind == "sqlite":
            url = f"sqlite:///{folder / 'empty.db'}"
        else:
            server, name = os.environ[servers.POSTGRES_ENV], f"m_{os.getpid()}_{number}"
            _sql(server, f"CREATE DATABASE {name}")
            dropping.append((server, name))
            url = f"{server.rpartition('/')[0]}/{name}"
        app = create_app(test_config(url, folder))
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()
    for server, name in dropping:
        _sql(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def empty_app(make_empty_app: MakeApp) -> Iterator[Flask]:
    """An application on an empty database, inside an app context."""
    app = make_empty_app()
    with app.app_context():
        yield app
        db.session.remove()


def _sql(server: str, statement: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
