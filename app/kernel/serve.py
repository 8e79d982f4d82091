"""Make a copy on this machine ready to open: front end, catalogues, schema, demo community.

``bin/run`` calls this (``python -m app.kernel.serve``) when something has changed since the last
start, and then runs website and worker (``tools/house.py``). ``bin/test`` asks for the ``build``
alone: front end and catalogues. What is up to date is left alone.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import click
from dotenv import load_dotenv
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.config import ROOT, Config, ConfigError

DEMO_MEMBERS = 60


def main() -> None:
    """Prepare; exit 0 when all is ready, 2 with a sentence when it can't be."""
    load_dotenv(ROOT / ".env")
    try:
        members = demo_members()
        from app import create_app

        app = create_app(Config.from_env())
        with app.app_context():
            if sys.argv[1:] == ["build"]:
                build(app)
            else:
                prepare(app, members)
    except (ConfigError, click.ClickException, SQLAlchemyError) as error:
        click.echo(f"\nPotluck did not start. {_words(error)}", err=True)
        sys.exit(2)
    except (KeyboardInterrupt, click.Abort):
        click.echo("\n  Stopped before it was open. The next start goes on from here.")
        sys.exit(130)


def _words(error: Exception) -> str:
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, ConfigError):
        return str(error)
    reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return f"The database says: {reason}. Is POTLUCK_DATABASE_URL right?"


def demo_members() -> int:
    """Return how many members the demo is to have; 0 for no demo.

    Raises:
        ConfigError: POTLUCK_DEMO or POTLUCK_DEMO_MEMBERS makes no sense.
    """
    wanted = os.environ.get("POTLUCK_DEMO", "").strip().lower() or "1"
    if wanted not in {"1", "0", "true", "false", "yes", "no", "on", "off"}:
        message = f"POTLUCK_DEMO is {wanted!r}: write 1 or 0."
        raise ConfigError(message)
    text = os.environ.get("POTLUCK_DEMO_MEMBERS", "").strip() or str(DEMO_MEMBERS)
    if not text.isdecimal() or not 2 <= int(text) <= 1_000_000:  # noqa: PLR2004 - bounds, told below
        message = f"POTLUCK_DEMO_MEMBERS is {text!r}: write a whole number from 2 to 1000000."
        raise ConfigError(message)
    return int(text) if wanted in {"1", "true", "yes", "on"} else 0


def prepare(app: Flask, members: int) -> None:
    """Build what is out of date, migrate, and load the demo into an untouched database."""
    from app.kernel import metrics

    build(app)
    _migrate()
    if members:
        _load_demo_once(app, members)
    metrics.forget(app.config["POTLUCK"])


# --- front end -----------------------------------------------------------------------------------


def build(app: Flask) -> None:
    """Build the front end and compile the catalogues, where something changed."""
    from app.kernel import i18n_cli

    build_assets_if_changed(app)
    if i18n_cli.stale():
        i18n_cli.compile_all()


def build_assets_if_changed(app: Flask) -> None:
    """Build the front end when its sources are not those of the last build."""
    stamp = ROOT / "static" / "dist" / ".built-from"
    wanted = _digest(_asset_sources())
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _say("front end", "building")
    os.environ.setdefault("npm_config_update_notifier", "false")
    started = time.monotonic()
    _run_command(app, "assets", "build")
    stamp.write_text(wanted)
    _say("front end", f"built in {time.monotonic() - started:.1f} s")


def _asset_sources() -> Iterator[tuple[Path, bytes]]:
    """Yield every file that decides what is built; of Python only the lines that name icons."""
    for folder, pattern in (("static/src", "*"), ("templates", "*.html")):
        for path in sorted((ROOT / folder).rglob(pattern)):
            if path.is_file():
                yield path, path.read_bytes()
    for path in (ROOT / "build.mjs", ROOT / "package-lock.json"):
        yield path, path.read_bytes()
    for path in sorted((ROOT / "app").rglob("*.py")):
        if lines := [line for line in path.read_bytes().splitlines() if b"icon" in line]:
            yield path, b"\n".join(lines)


def _digest(sources: Iterator[tuple[Path, bytes]]) -> str:
    digest = hashlib.sha256()
    for path, content in sources:
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + content + b"\0")
    return digest.hexdigest()


def _run_command(app: Flask, *words: str) -> None:
    """Run one of the application's own commands in this process."""
    command: click.Command | None = app.cli
    for word in words:
        command = command.commands.get(word) if isinstance(command, click.Group) else None
    if command is None:
        message = f"flask {' '.join(words)} is missing."
        raise click.ClickException(message)
    command.main([], prog_name=" ".join(words), standalone_mode=False)


# --- database ------------------------------------------------------------------------------------


def _migrate() -> None:
    from app.kernel import health, migrations_cli

    if "schema" in health.problems():
        _say("database", "bringing the schema up to date")
        migrations_cli.upgrade()


def _load_demo_once(app: Flask, members: int) -> None:
    """Load the demo into an untouched database; go on with a load that was cut off."""
    name = hashlib.sha256(app.config["SQLALCHEMY_DATABASE_URI"].encode()).hexdigest()[:12]
    marker = app.config["POTLUCK"].instance_dir / f"demo-{name}"
    state = marker.read_text() if marker.exists() else ""
    if state == "loaded" or (state == "" and not _is_untouched()):
        return
    marker.write_text("begun")
    _say("demo", f"loading a community of {members} members")
    # A process of its own: what the loader needs is free again afterwards.
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load", "--members"]
    done = subprocess.run([*command, str(members)], cwd=ROOT, check=False)  # noqa: S603 - our own command
    if done.returncode:
        message = (
            f"The demo could not be loaded (exit {done.returncode}); the lines above say why. "
            "The next start goes on from here; --no-demo starts without."
        )
        raise click.ClickException(message)
    marker.write_text("loaded")


def _is_untouched() -> bool:
    import sqlalchemy as sa

    from app.kernel.db import db
    from app.kernel.facts import FactRow

    untouched = db.session.scalar(sa.select(FactRow.id).limit(1)) is None
    db.session.remove()
    return untouched


def _say(step: str, text: str) -> None:
    click.echo(f"  {step:<10} {text}")


if __name__ == "__main__":
    main()
