"""Databases and servers of a measurement."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.config import Config
from app.kernel import migrations_cli

ROOT = Path(__file__).resolve().parent.parent
SECRET = "only-for-measuring-0123456789-abcdefghij"  # noqa: S105 - a throw-away copy's
START_SECONDS = 60.0


def make_app(url: str, folder: Path, *, migrated: bool) -> Flask:
    """Return an application on this database, its schema up to date."""
    config = Config(
        secret_key=SECRET,
        database_url=url,
        instance_dir=folder,
        media_url=f"file://{folder / 'media'}",
        base_url="http://127.0.0.1",
        testing=True,
    )
    app = create_app(config)
    if migrated:
        with app.app_context():
            migrations_cli.upgrade()
    return app


@contextmanager
def postgres_copy(url: str, template: str | None = None) -> Iterator[str]:
    """Give a new database on this server, empty or copied; it is dropped afterwards."""
    name = f"bench_{secrets.token_hex(4)}"
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    source = f" TEMPLATE {template.rpartition('/')[2]}" if template else ""
    with engine.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}{source}"))
    try:
        yield f"{url.rpartition('/')[0]}/{name}"
    finally:
        with engine.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@contextmanager
def served(target: str, *, url: str = "", folder: Path | None = None) -> Iterator[int]:
    """Serve an application by granian as ``bin/run`` does; give the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    environment = {
        **os.environ,
        "POTLUCK_SECRET_KEY": SECRET,
        "POTLUCK_DATABASE_URL": url,
        "POTLUCK_INSTANCE_DIR": str(folder or ""),
        "POTLUCK_BASE_URL": f"http://127.0.0.1:{port}",
        "PYTHON_DOTENV_DISABLED": "1",
    }
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port),
        "--workers", "2", "--blocking-threads", "4", "--backpressure", "64", "--no-ws",
        "--log-level", "warning", target,
    ]  # fmt: skip
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, process_group=0, stdout=subprocess.DEVNULL
    )
    try:
        _wait(port, "/livez" if url else "/")
        yield port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait(port: int, path: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{port}{path}", timeout=2):
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not come up")
