"""Migrations make what the models want, on both databases, up and down, triggers included."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from flask import Flask

from app.kernel import facts, health, migrations_cli
from app.kernel.db import APPEND_ONLY, db, missing_triggers, use_case
from tests.conftest import ROOT, SECRET
from tests.migrations.conftest import MakeApp


def _flask(app: Flask, *words: str) -> str:
    done = app.test_cli_runner().invoke(args=["db", *words])
    assert done.exit_code == 0, done.output
    return done.output


def _tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_there_is_one_line_of_migrations() -> None:
    scripts = ScriptDirectory.from_config(AlembicConfig(toml_file=str(ROOT / "pyproject.toml")))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_up_makes_what_the_models_want(empty_app: Flask) -> None:
    _flask(empty_app, "upgrade")
    assert migrations_cli.drift() == []
    assert "what the models want" in _flask(empty_app, "check")


def test_a_column_too_many_is_seen(empty_app: Flask) -> None:
    _flask(empty_app, "upgrade")
    with db.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE fact ADD COLUMN stray INTEGER"))
    done = empty_app.test_cli_runner().invoke(args=["db", "check"])
    assert done.exit_code == 1
    assert "stray" in done.output


def test_a_second_up_changes_nothing(empty_app: Flask) -> None:
    first = _flask(empty_app, "upgrade")
    assert _flask(empty_app, "upgrade") == first
    assert health.problems() == {}


def test_triggers_stand_and_bite_after_up(empty_app: Flask) -> None:
    _flask(empty_app, "upgrade")
    assert missing_triggers() == []
    assert set(APPEND_ONLY) <= _tables()

    @use_case
    def write() -> None:
        class Happened(facts.Fact):
            name = "test.happened"

        facts.publish(Happened())

    @use_case
    def tamper() -> None:
        db.session.execute(sa.text("UPDATE fact SET name = 'other'"))

    write()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"):
        tamper()


def test_down_to_nothing_and_up_again(empty_app: Flask) -> None:
    _flask(empty_app, "upgrade")
    tables = _tables()
    _flask(empty_app, "downgrade", "base")
    assert _tables() == set()
    _flask(empty_app, "upgrade")
    assert _tables() == tables
    assert missing_triggers() == []


def test_every_step_goes_down_and_up_by_itself(empty_app: Flask) -> None:
    _flask(empty_app, "upgrade")
    scripts = ScriptDirectory.from_config(AlembicConfig(toml_file=str(ROOT / "pyproject.toml")))
    steps = len(list(scripts.walk_revisions()))
    for _ in range(steps):
        _flask(empty_app, "downgrade", "-1")
    assert _tables() == set()
    for _ in range(steps):
        _flask(empty_app, "upgrade", "+1")
    assert missing_triggers() == []


def test_checks_and_triggers_are_those_of_the_models(make_empty_app: MakeApp) -> None:
    """Alembic compares neither; a table made by a migration must be as strict as its model."""
    by_models, by_migrations = make_empty_app(), make_empty_app()
    with by_models.app_context():
        db.create_all()
        wanted = dict(_rules())
    with by_migrations.app_context():
        _flask(by_migrations, "upgrade")
        made = dict(_rules())
    assert made == wanted


def _rules() -> Iterator[tuple[str, Any]]:
    inspector = sa.inspect(db.engine)
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        for check in inspector.get_check_constraints(table):
            yield f"{table}.{check['name']}", _squeezed(str(check["sqltext"]))
        for index in inspector.get_indexes(table):
            options = index.get("dialect_options") or {}
            where = [str(value) for name, value in options.items() if name.endswith("_where")]
            shape = (index["column_names"], index["unique"], _squeezed("".join(where)))
            yield f"{table}.{index['name']}", shape
    yield from _programs()


def _programs() -> Iterator[tuple[str, Any]]:
    triggers = (
        "SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    )
    functions = (
        "SELECT 'function', proname, pg_get_functiondef(oid) FROM pg_proc "
        "WHERE pronamespace = current_schema()::regnamespace"
    )
    query = f"{triggers} UNION ALL {functions}"
    if db.engine.dialect.name == "sqlite":
        query = "SELECT type, name, sql FROM sqlite_master WHERE type = 'trigger'"
    with db.engine.connect() as connection:
        for kind, name, text in connection.execute(sa.text(query)):
            yield f"{kind} {name}", _squeezed(text)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).lower().replace('"', "")


def test_two_starting_servers_do_not_race(make_empty_app: MakeApp, tmp_path: Path) -> None:
    app = make_empty_app()
    environment = {
        "PATH": "/usr/bin:/bin",
        "POTLUCK_SECRET_KEY": SECRET,
        "POTLUCK_DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "POTLUCK_INSTANCE_DIR": str(tmp_path),
        "PYTHON_DOTENV_DISABLED": "1",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"]
    both = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=90)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    with app.app_context():
        assert missing_triggers() == []
