"""Small questions about the request, and where it may lead."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request


def current_view() -> Callable[..., Any] | None:
    """Return the view function that answers this request."""
    return current_app.view_functions.get(request.endpoint or "")


def is_fragment() -> bool:
    """Return whether htmx asks for a piece of the page."""
    return request.headers.get("HX-Request") == "true"


def wants_json() -> bool:
    """Return whether the client prefers JSON over HTML."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return (
        best == "application/json"
        and request.accept_mimetypes[best] > 0
        and "text/html" not in (request.headers.get("Accept", ""))
    )


def safe_path(target: str | None, default: str = "/") -> str:
    """Return ``target`` if it is a path on this site, else ``default``: no open redirect."""
    if not target:
        return default
    parts = urlsplit(target.replace("\\", "/"))
    if parts.netloc and parts.netloc != request.host:
        return default
    path = parts.path or "/"
    if parts.scheme not in {"", "http", "https"} or not path.startswith("/") or path[1:2] == "/":
        return default
    if any(ord(c) < 32 for c in target):  # noqa: PLR2004 - control characters
        return default
    return (
        path
        + (f"?{parts.query}" if parts.query else "")
        + (f"#{parts.fragment}" if parts.fragment else "")
    )
