"""Short messages on the next page, carried by a signed cookie: no row, no write on GET."""

import json
from typing import cast

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from app.kernel.web.asking import is_fragment

TOAST_COOKIE = "toast"


def toast(text: str, kind: str = "ok") -> None:
    """Show a short message on the next page (or, in a fragment, at once). Kinds: ok, warn, info."""
    g.setdefault("new_toasts", []).append({"kind": kind, "text": str(text)})


def carry(response: Response) -> None:
    """Hand this request's messages to the next page, or to the fragment at once."""
    fresh = g.get("new_toasts", [])
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    if fresh and is_fragment() and response.status_code < 300:  # noqa: PLR2004 - not a redirect
        response.headers["HX-Trigger"] = json.dumps({"toast": fresh})
    elif fresh:
        response.set_cookie(
            TOAST_COOKIE, _toast_signer().dumps(fresh), max_age=60, httponly=True,
            secure=secure, samesite="Lax",
        )  # fmt: skip
    elif g.get("toasts_shown") and TOAST_COOKIE in request.cookies:
        response.delete_cookie(TOAST_COOKIE)


def _toast_signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="toast")


def waiting() -> list[dict[str, str]]:
    """Return the messages that the page before left in a signed cookie: no row, no write on GET."""
    g.toasts_shown = True
    mine = list(g.get("new_toasts", []))
    g.new_toasts = []
    sealed = request.cookies.get(TOAST_COOKIE)
    if not sealed:
        return mine
    try:
        return [*cast("list[dict[str, str]]", _toast_signer().loads(sealed)), *mine]
    except BadSignature:
        return mine
