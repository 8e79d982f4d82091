"""Put the kernel together: configuration, database, web, languages, commands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from jinja2 import FileSystemBytecodeCache
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Config
from app.kernel import (
    assets,
    audit,
    clock,
    facts,
    facts_cli,
    fragments,
    health,
    i18n,
    installing,
    jobs,
    logs,
    media,
    merging,
    refs,
    robots,
    sqlite,
    stacking,
    verify,
    web,
)
from app.kernel.db import db
from app.kernel.exports.models import ExportJob

MAX_UPLOAD_BYTES = 100 * 1024 * 1024  # nine photos of a phone; each photo has its own limit
limiter = Limiter(get_remote_address)


@dataclass(frozen=True, slots=True)
class Brand:
    """What a fan sees of the brand everywhere."""

    name: str
    tagline: str
    accent: str
    logo_icon: str = "soup-filled"


def init_app(app: Flask, config: Config, *, root: Path) -> None:
    """Configure a new application and install everything that is not a domain."""
    config.instance_dir.mkdir(parents=True, exist_ok=True)
    clock.set_zone(config.timezone)
    app.config.update(_settings(config, root))
    logs.init_app(app, config.log_format)
    if config.proxy_hops:
        hops = config.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, 0, 0)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sqlite.prepare(db.engine)
    _keep_compiled_templates(app, config)
    i18n.init_app(app, config.default_locale)
    web.init_app(app)
    limiter.init_app(app)
    for part in (
        assets,
        installing,
        robots,
        fragments,
        refs,
        stacking,
        media,
        verify,
        facts_cli,
        jobs,
        health,
    ):
        part.init_app(app)
    _say_what_stays()


def _keep_compiled_templates(app: Flask, config: Config) -> None:
    """Let the next start take templates as this one compiled them: its first page comes sooner."""
    if config.testing:
        return
    folder = config.instance_dir / "templates"
    folder.mkdir(mode=0o700, exist_ok=True)  # what lies here is run: nobody else may write it
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))


def _say_what_stays() -> None:
    """Tell which of the kernel's columns a merge of two members leaves as they are."""
    history = "append-only: read through the merge, never rewritten"
    kept: list[tuple[Any, str]] = [
        (facts.FactRow, "actor_id"),
        (facts.FactRow, "concerns_id"),
        (audit.AuditEntry, "actor_id"),
    ]
    for model, name in kept:
        merging.stays(model.__table__.c[name], history)
    asked_by: Any = ExportJob.__table__.c.asked_by
    merging.stays(asked_by, "only staff ask, and staff are not merged")


def _settings(config: Config, root: Path) -> dict[str, Any]:
    secure = config.is_https
    return {
        "POTLUCK": config,
        "ROOT": root,
        "BRAND": Brand(config.brand_name, config.brand_tagline, config.brand_accent),
        "SECRET_KEY": config.secret_key,
        "SECRET_KEY_FALLBACKS": list(config.fallback_secrets),
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(config.database_url),
        # Twice a video: one that is too large is told so on the page that was sent.
        "MAX_CONTENT_LENGTH": MAX_UPLOAD_BYTES + config.video_max_mb * 2 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 200,
        "TRUSTED_HOSTS": list(config.trusted_hosts) or None,
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_NAME": "__Host-potluck" if secure else "potluck",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as its session
        "WTF_CSRF_SSL_STRICT": False,  # Origin and Sec-Fetch-Site are checked for every request
        "RATELIMIT_STORAGE_URI": config.redis_url or "memory://",
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": bool(config.redis_url),
        "RATELIMIT_DEFAULT": "600 per minute",
        "TESTING": config.testing,
        "CONTENT_SECURITY_POLICY": content_security_policy(config),
    }


def _engine_options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {
            "module": sqlite.driver(),
            "connect_args": {"check_same_thread": False, "timeout": 5},
            "poolclass": sa.pool.QueuePool,
            "pool_size": 8,
            "max_overflow": 64,
        }
    return {
        "pool_pre_ping": True,
        "pool_size": 8,
        "max_overflow": 64,
        "connect_args": {
            "options": "-c timezone=UTC -c synchronous_commit=on -c lock_timeout=10s "
            "-c statement_timeout=60s -c idle_in_transaction_session_timeout=120s"
        },
    }


def content_security_policy(config: Config) -> str:
    """Return the policy: own scripts and styles only, no inline, no eval."""
    media_host = config.media_url if config.media_url.startswith("https://") else ""
    images = " ".join(filter(None, ("'self'", "data:", "blob:", media_host)))
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {images}",
            "media-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "object-src 'none'",
            "frame-ancestors 'none'",
        )
    )
