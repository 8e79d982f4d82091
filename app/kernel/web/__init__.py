"""What every page shares: who is there, access marks, CSRF, headers, error answers, toasts."""

from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, g, has_request_context, request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import HTTPException

from app.kernel import i18n, menu
from app.kernel.errors import DomainError
from app.kernel.permissions import Permission
from app.kernel.web import answers, guards, toasts
from app.kernel.web.access import cached_for_guests, member_required, no_store, permission, public
from app.kernel.web.answers import answer_error, on_missing
from app.kernel.web.asking import current_view, is_fragment, safe_path, wants_json
from app.kernel.web.guards import SAFE_METHODS
from app.kernel.web.toasts import toast
from app.kernel.web.viewer import Viewer, me, viewer

__all__ = [
    "SAFE_METHODS",
    "Viewer",
    "answer_error",
    "cached_for_guests",
    "csrf",
    "is_fragment",
    "me",
    "member_required",
    "no_store",
    "on_missing",
    "permission",
    "public",
    "safe_path",
    "toast",
    "viewer",
    "wants_json",
]

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    """Install the shared web behaviour."""
    app.before_request(guards.number_the_request)  # first: a refused token has its number too
    app.before_request(guards.refuse_foreign_origins)
    csrf.init_app(app)
    app.after_request(guards.finish)
    app.register_error_handler(DomainError, answers.answer_domain_error)
    app.register_error_handler(HTTPException, answers.answer_http_error)
    app.register_error_handler(Exception, answers.answer_bug)
    app.context_processor(_template_globals)


def _template_globals() -> dict[str, Any]:
    someone = viewer()
    allowed: frozenset[Permission] = someone.permissions if someone else frozenset()
    theme = someone.theme if someone else request.cookies.get("theme", "auto")
    return {
        "current_member": someone,
        "locale_tag": i18n.locale_tag(),
        "theme": theme if theme in {"auto", "light", "dark"} else "auto",
        "brand": current_app.config["BRAND"],
        "toasts": toasts.waiting,
        "request_id": g.get("request_id", ""),
        "public_address": _public_address(),
        "site_address": current_app.config["POTLUCK"].base_url,
        "language_query": _language_query(),
        "menu": lambda name: menu.items(name, allowed),
        "menu_groups": menu.groups,
        "other_locales": [
            (i18n.TAGS[code], name)
            for code, name in i18n.LOCALES.items()
            if i18n.TAGS[code] != i18n.locale_tag()
        ],
    }


def _language_query() -> str:
    """Return what is part of the address of a page in a certain language: ``?lang=en``, or ""."""
    code = i18n.parse_locale(request.args.get("lang"))
    return f"?lang={i18n.TAGS[code]}" if code else ""


def _public_address() -> str:
    """Return the one address of a page that search engines may know; empty for any other page."""
    if not has_request_context() or getattr(current_view(), "__access__", "") != "public":
        return ""
    return str(current_app.config["POTLUCK"].base_url) + quote(request.path)
