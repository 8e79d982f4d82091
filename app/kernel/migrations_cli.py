"""``flask db``: bring the database to another schema. Thin over Alembic; one migrator at a time."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import sqlalchemy as sa
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy.engine import Connection

from app.kernel.db import db, dialect_name, missing_triggers
from app.kernel.sqlite import WriteLock

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

LOCK_KEY = 7_030_502_026  # any number that nobody else in this database uses

group = AppGroup("db", help="The database's schema.")


@group.command("upgrade")
@click.argument("revision", default="head")
def upgrade_command(revision: str) -> None:
    """Go up to REVISION (default: the newest); does nothing when already there."""
    with _told_plainly():
        upgrade(revision)
    click.echo(f"The schema is at {current_revision()}.")


@group.command("downgrade", context_settings={"ignore_unknown_options": True})  # for -1
@click.argument("revision")
def downgrade_command(revision: str) -> None:
    """Go down to REVISION (-1: one step, base: nothing left). Loses what newer columns hold."""
    from alembic import command

    with _told_plainly(), _migrating() as config:
        command.downgrade(config, revision)
    click.echo(f"The schema is at {current_revision()}.")


@group.command("current")
def current_command() -> None:
    """Print the revision at which the database stands."""
    click.echo(current_revision())


@group.command("check")
def check_command() -> None:
    """Exit 1 if the models want another schema than the migrations make, or a trigger is gone."""
    found = [str(difference) for difference in drift()]
    found += [f"trigger {name} is missing" for name in missing_triggers()]
    if found:
        message = "The database is not what the models want:\n" + "\n".join(found)
        raise click.ClickException(message)
    click.echo("The schema is what the models want.")


def drift() -> list[Any]:
    """Return Alembic's list of differences between the database and the models."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with db.engine.connect() as connection:
        options = {
            "compare_type": True,
            "compare_server_default": default_differs,
            "include_name": is_ours(connection),
        }
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, db.metadata))


def is_ours(connection: Connection) -> Callable[[str | None, str, Any], bool]:
    """Return what tells Alembic which tables of a database are its business.

    SQLite's virtual tables (full-text search) and the shadow tables behind them are no tables of a
    model; the domain that wants them makes them beside one of its own.
    """
    beside: set[str] = set()
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("PRAGMA table_list")
        beside = {row[1] for row in rows if row[2] in {"virtual", "shadow"}}

    def include(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or name not in beside

    return include


def default_differs(
    context: Any,
    _inspected_column: Any,
    _model_column: Any,
    inspected: str | None,
    _model: Any,
    rendered: str | None,
) -> bool | None:
    """Tell Alembic that SQLite's ``''`` is the empty text; for all else let it compare itself."""
    if context.dialect.name != "sqlite" or inspected is None or rendered is None:
        return None
    bare = {text.strip("()").strip("'\"") for text in (inspected, rendered)}
    return False if bare == {""} else None


@group.command("revision")
@click.option("-m", "--message", required=True, help="What changes, in a few words.")
@click.option("--empty", is_flag=True, help="Don't compare with the models.")
def revision_command(message: str, *, empty: bool) -> None:
    """Write a migration from the difference between models and database. Read it before you run it.

    Triggers of append-only tables are not seen by the comparison: they are added at the end.
    """
    from alembic import command

    # The formatter that Alembic calls stands beside this Python.
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with _told_plainly(), _migrating() as config:
        script: Any = command.revision(config, message, autogenerate=not empty)
    path = Path(script.path)
    tables = sorted({name.rpartition("_no_")[0] for name in missing_triggers()})
    if tables and not empty:
        path.write_text(_with_triggers(path.read_text(encoding="utf-8"), tables), encoding="utf-8")
    _tidy(path)
    click.echo(f"Wrote {path.relative_to(current_app.config['ROOT'])}")


TRIGGERS = """APPEND_ONLY = {tables}


def _forbid_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {{table}}_no_{{verb.lower()}} BEFORE {{verb}} ON {{table}} "
                f"BEGIN SELECT RAISE(ABORT, '{{table}} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION potluck_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '23001'; END $$"
    )
    for name, verbs in (("update", "UPDATE"), ("delete", "DELETE OR TRUNCATE")):
        op.execute(
            f"CREATE TRIGGER {{table}}_no_{{name}} BEFORE {{verbs}} ON {{table}} "
            "FOR EACH STATEMENT EXECUTE FUNCTION potluck_append_only()"
        )


"""


def _with_triggers(script: str, tables: list[str]) -> str:
    """Add what makes tables append-only to a migration.

    It carries its own copy of ``kernel.db.append_only_ddl``: it must run long after the app has
    changed. A test compares what both make.
    """
    head, body = script.split("def upgrade() -> None:", 1)
    up, down = body.split("def downgrade() -> None:", 1)
    helper = TRIGGERS.format(tables=json.dumps(tables).replace("[", "(").replace("]", ",)"))
    return (
        f"{head}{helper}def upgrade() -> None:{up.rstrip()}\n"
        "    for table in APPEND_ONLY:\n        _forbid_changes(table)\n\n\n"
        f"def downgrade() -> None:{down}"
    )


def _tidy(path: Path) -> None:
    """Sort and format as the house does, where the formatter is installed."""
    ruff = Path(sys.executable).parent / "ruff"
    if ruff.exists():
        for work in (["check", "--fix", "--quiet"], ["format", "--quiet"]):
            subprocess.run([ruff, *work, path], check=False)  # noqa: S603 - our own tool


def upgrade(revision: str = "head") -> None:
    """Go up to a revision and make sure that the append-only triggers stand afterwards.

    Raises:
        CommandError: Alembic does not know the revision.
        click.ClickException: a trigger is missing; a migration rebuilt a table without it.
    """
    from alembic import command

    with _migrating() as config:
        command.upgrade(config, revision)
    if revision == "head" and (missing := missing_triggers()):
        message = (
            f"append-only triggers are missing after the migration: {', '.join(missing)}. "
            "A batch change rebuilds a table without them: the migration must make them again."
        )
        raise click.ClickException(message)


def current_revision() -> str:
    """Return the revision at which the database stands, or ``base``."""
    if not sa.inspect(db.session.connection()).has_table("alembic_version"):
        return "base"
    rows = db.session.scalars(sa.text("SELECT version_num FROM alembic_version")).all()
    return ", ".join(sorted(rows)) or "base"


@contextmanager
def _told_plainly() -> Iterator[None]:
    from alembic.util.exc import CommandError

    try:
        yield
    except CommandError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def _migrating() -> Iterator["AlembicConfig"]:
    """Hold the migration lock and give Alembic a connection made for changing tables."""
    from alembic.config import Config as AlembicConfig

    db.session.remove()
    config = AlembicConfig(toml_file=str(current_app.config["ROOT"] / "pyproject.toml"))
    with _one_at_a_time(), db.engine.connect() as connection:
        _let_tables_be_rebuilt(connection)
        config.attributes["connection"] = connection
        yield config
        connection.commit()
        _references_hold(connection)
    db.engine.dispose()  # that connection's settings must not come back from the pool


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait until nobody else migrates: two starting servers must not race."""
    if dialect_name() == "sqlite":
        with WriteLock(db.engine.url.database):  # writers wait too
            yield
        return
    with db.engine.begin() as connection:
        for setting in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
            connection.execute(sa.text(f"SET LOCAL {setting} = 0"))
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
        yield


def _let_tables_be_rebuilt(connection: Connection) -> None:
    """SQLite changes a table by copying it; with foreign keys on, dropping the old one would bite.

    The pragma works outside a transaction only, so it goes straight to the driver.
    """
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA foreign_keys=OFF")


def _references_hold(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
        connection.rollback()
        if broken:
            message = f"the migration left references to rows that are gone: {broken}"
            raise click.ClickException(message)


def init_app(app: Flask) -> None:
    """Install the commands."""
    app.cli.add_command(group)
