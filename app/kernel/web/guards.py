"""Before and after every request: its number, foreign pages refused, headers, caching."""

import re
import secrets
from urllib.parse import urlsplit

import structlog
from flask import Response, abort, current_app, g, request

from app.kernel import i18n
from app.kernel.web import toasts
from app.kernel.web.asking import current_view
from app.kernel.web.viewer import viewer

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


def number_the_request() -> None:
    """Give the request a number that its log lines and its error page carry."""
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.match(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def refuse_foreign_origins() -> None:
    """A changing request must come from our own pages; the browser itself says where it is from."""
    if request.method in SAFE_METHODS or getattr(current_view(), "__machine__", False):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        abort(400, description="cross-site")
    origin = request.headers.get("Origin")
    if origin not in {None, "null"} and urlsplit(origin or "").netloc != request.host:
        abort(400, description="cross-site")


def finish(response: Response) -> Response:
    """Put cookies, caching and security headers on every answer."""
    toasts.carry(response)
    _set_locale_cookie(response)
    _set_caching(response)
    _set_security_headers(response)
    _say_whose(response)
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response


def _say_whose(response: Response) -> None:
    """Tell the service worker whose page it is: it keeps pages of one person alone."""
    if response.mimetype == "text/html" and request.method == "GET":
        someone = viewer()
        response.headers["X-Whose"] = someone.yid if someone else "guest"


def _set_locale_cookie(response: Response) -> None:
    if code := i18n.parse_locale(request.args.get("lang")):
        response.set_cookie(
            i18n.COOKIE, i18n.TAGS[code], max_age=31_536_000, samesite="Lax",
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )  # fmt: skip


def _set_caching(response: Response) -> None:
    """Decide caching per route; denied by default."""
    if "Cache-Control" in response.headers:
        return
    policy = getattr(current_view(), "__cache__", "")
    response.vary.update(("Cookie", "Accept-Language", "HX-Request"))
    guest = viewer() is None
    if policy == "no-store" or response.status_code >= 400 or "Set-Cookie" in response.headers:  # noqa: PLR2004 - errors
        response.headers["Cache-Control"] = "no-store"
    elif guest and policy.startswith("public:") and request.method in {"GET", "HEAD"}:
        response.headers["Cache-Control"] = f"public, max-age={policy.partition(':')[2]}"
        response.add_etag()
        response.make_conditional(request)
    else:
        response.headers["Cache-Control"] = "private, no-cache"


def _set_security_headers(response: Response) -> None:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", current_app.config["CONTENT_SECURITY_POLICY"])
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault(
        "Permissions-Policy",
        "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    )
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
