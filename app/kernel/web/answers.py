"""What an error looks like: a page, a fragment or JSON, always with what to do next."""

import json
from collections.abc import Callable

import structlog
from flask import current_app, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from app.kernel.errors import DomainError, TooManyError
from app.kernel.i18n import gettext as _
from app.kernel.web.asking import is_fragment, wants_json

log = structlog.get_logger(__name__)

Finder = Callable[[str], str | None]
"""Path of an address that leads nowhere -> where the thing stands now, as a path of ours."""

_finders: list[Finder] = []
PAGES = (400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503)


def on_missing(finder: Finder) -> None:
    """Ask an upper floor where old addresses lead before a page is missing. GET only, one call."""
    if finder not in _finders:
        _finders.append(finder)


def _moved_to() -> str | None:
    """Return where the address of this request leads now, or None."""
    if request.method != "GET" or wants_json():
        return None
    for finder in _finders:
        try:
            found = finder(request.path)
        except Exception:  # a missing page is answered, whatever happens to the look-up
            log.warning("old_address_failed", exc_info=True)
            continue
        if found is not None:
            return found
    return None


def answer_domain_error(error: DomainError) -> ResponseReturnValue:
    """Answer a rule that said no."""
    return answer_error(error.http_status, error.code, str(error.message), error)


def answer_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer what the web itself refused."""
    if isinstance(error, CSRFError):
        text = _("This page was open for too long. Go back, reload it and send again.")
        return answer_error(400, "stale_page", text, error)
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect raised as an exception
        return error
    return answer_error(status, "http_error", "", error)


def answer_bug(error: Exception) -> ResponseReturnValue:
    """Answer a bug: its number and nothing else."""
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    log.error("unhandled_error", endpoint=request.endpoint, exc_info=error)
    return answer_error(500, "internal", "", error)


def answer_error(status: int, code: str, message: str, error: Exception) -> ResponseReturnValue:
    """Return the page, fragment or JSON for an error, with the reference number."""
    if status == 404 and (found := _moved_to()) is not None:  # noqa: PLR2004 - not found
        return redirect(found, 301)
    page = status if status in PAGES else (400 if status < 500 else 500)  # noqa: PLR2004 - 4xx or 5xx
    headers: dict[str, str] = {}
    if isinstance(error, TooManyError):
        headers["Retry-After"] = str(error.retry_after)
    elif status == 429:  # noqa: PLR2004 - Flask-Limiter's windows are a minute
        headers["Retry-After"] = "60"
    if wants_json():
        body = {"error": {"code": code, "message": message, "request_id": g.get("request_id")}}
        return jsonify(body), status, headers
    if is_fragment() and message:
        headers["HX-Trigger"] = json.dumps({"toast": [{"kind": "warn", "text": message}]})
        headers["HX-Reswap"] = "none"
        return "", status, headers
    return _error_page(page, status, message, error), status, headers


def _error_page(page: int, status: int, message: str, error: Exception) -> str:
    try:
        return render_template(f"errors/{page}.html", error=error, message=message, status=status)
    except Exception:
        log.warning("error_page_failed", page=page, exc_info=True)
        number = escape(g.get("request_id", ""))
        title = _("Something broke in our kitchen. Reference %(id)s", id=number)
        return (
            f'<!doctype html><meta charset="utf-8"><title>{status}</title>'
            f"<h1>{escape(title)}</h1><p>{escape(message)}</p>"
            f'<p><a href="/">{escape(_("Home"))}</a></p>'
        )
