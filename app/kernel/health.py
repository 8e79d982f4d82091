"""``/livez`` (the process answers), ``/readyz`` (it can do its work) and ``/metrics`` (guarded)."""

import hmac
import shutil
from collections.abc import Callable
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

import sqlalchemy as sa
from flask import Blueprint, Flask, Response, abort, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app.config import Config
from app.kernel import metrics as figures
from app.kernel import sqlite, web
from app.kernel.db import db, dialect_name, missing_triggers

MIN_FREE_BYTES = 512 * 1024 * 1024
MIN_FREE_SHARE = 0.05
MIN_SQLITE = (3, 35, 0)  # RETURNING
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")

bp = Blueprint("health", __name__)


@bp.get("/livez")
@web.public
@web.no_store
def livez() -> Response:
    """Answer that this process is alive; asks nobody."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@web.public
@web.no_store
def readyz() -> ResponseReturnValue:
    """Answer whether this copy can do its work: 200, or 503 with what is wrong and what to do."""
    found = problems()
    state = {name: found.get(name, "ok") for name in CHECKS}
    return jsonify(ready=not found, checks=state), 503 if found else 200


@bp.get("/metrics")
@web.public
@web.no_store
def metrics() -> ResponseReturnValue:
    """Answer the figures to whoever has the token; without one, to this machine only."""
    if not _may_read_figures():
        abort(403)
    text, kind = figures.exposition()
    return Response(text, content_type=kind)


def _may_read_figures() -> bool:
    config: Config = current_app.config["POTLUCK"]
    if config.metrics_token:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), config.metrics_token.encode())
    # A proxy on this machine would make the whole world look local.
    if any(name in request.environ for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:  # a Unix socket
        return False


# --- what must hold ------------------------------------------------------------------------------


def problems() -> dict[str, str]:
    """Return what keeps this copy from doing its work: check name -> reason; empty when ready."""
    found = {}
    for name, check in CHECKS.items():
        try:
            reason = check()
        except SQLAlchemyError as error:
            db.session.rollback()
            reason = f"the database does not answer ({type(error).__name__})"
        if reason:
            found[name] = reason
    return found


def _database() -> str | None:
    db.session.execute(sa.text("SELECT 1")).all()
    return None


def _schema() -> str | None:
    wanted = migration_heads(current_app.config["ROOT"])
    if not wanted:
        return None
    table = sa.inspect(db.session.connection()).has_table("alembic_version")
    query = sa.text("SELECT version_num FROM alembic_version")
    standing = frozenset(db.session.scalars(query)) if table else frozenset()
    if standing == wanted:
        return None
    return f"at {_names(standing)}, the code wants {_names(wanted)}: run flask db upgrade"


def _names(revisions: frozenset[str]) -> str:
    return ", ".join(sorted(revisions)) or "nothing"


@lru_cache(maxsize=1)
def migration_heads(root: Path) -> frozenset[str]:
    """Return the newest revisions that the code brings."""
    from alembic.config import Config as AlembicConfig
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(AlembicConfig(toml_file=str(root / "pyproject.toml")))
    return frozenset(scripts.get_heads())


def _triggers() -> str | None:
    missing = missing_triggers()
    return f"append-only triggers are missing: {', '.join(missing)}" if missing else None


def _disk() -> str | None:
    config: Config = current_app.config["POTLUCK"]
    disk = shutil.disk_usage(config.instance_dir)
    if disk.free < MIN_FREE_BYTES and disk.free < disk.total * MIN_FREE_SHARE:
        return f"only {disk.free // 2**20} MiB free: make room"
    return None


def _sqlite() -> str | None:
    if dialect_name() != "sqlite":
        return None
    text = sqlite.driver().sqlite_version
    if tuple(int(part) for part in text.split(".")) < MIN_SQLITE:
        return f"SQLite {text} is too old: install the pinned requirements"
    return None


CHECKS: dict[str, Callable[[], str | None]] = {
    "database": _database,
    "schema": _schema,
    "triggers": _triggers,
    "disk": _disk,
    "sqlite": _sqlite,
}


def init_app(app: Flask) -> None:
    """Install the health pages and the request counters."""
    from app.kernel.startup import limiter

    figures.init_app(app)
    app.register_blueprint(bp)
    limiter.exempt(bp)
