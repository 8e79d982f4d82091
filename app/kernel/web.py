"""What every page shares: who is there, access marks, CSRF, headers, error answers, toasts."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

import structlog
from flask import (
    Flask,
    Response,
    abort,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.exceptions import HTTPException

from app.kernel import i18n, menu
from app.kernel.errors import DomainError, ForbiddenError, TooManyError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission, Role, permissions_of
from app.kernel.types import Person

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger(__name__)
csrf = CSRFProtect()

PAGES = (400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503)
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
TOAST_COOKIE = "toast"
REQUEST_ID = re.compile(r"^[A-Za-z0-9-]{8,64}$")


# --- who is there --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in member of this request; one join loads him with his session and roles."""

    id: int
    yid: str
    name: str
    avatar_url: str | None
    locale: str | None
    theme: str
    roles: frozenset[Role]
    session_id: int
    is_muted: bool = False
    permissions: frozenset[Permission] = field(default=frozenset())

    def __post_init__(self) -> None:
        """Work out what the roles allow."""
        object.__setattr__(self, "permissions", permissions_of(self.roles))

    def can(self, permission: Permission | str) -> bool:
        """Return whether one of his roles allows it."""
        return Permission(permission) in self.permissions

    @property
    def person(self) -> Person:
        """Return him as others see him."""
        marks = tuple(sorted(role.value for role in self.roles))
        return Person(self.id, self.yid, self.name, self.avatar_url, marks)


def viewer() -> Viewer | None:
    """Return the signed-in member, or None. Set by identity before every request."""
    return cast("Viewer | None", g.get("viewer"))


def me() -> Viewer:
    """Return the signed-in member of a ``@member_required`` view."""
    found = viewer()
    if found is None:  # a view without the mark: the architecture test would have told
        abort(401)
    return found


# --- access marks --------------------------------------------------------------------------------


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as open to everyone. A view without a mark does not pass the tests."""
    view.__access__ = "public"  # type: ignore[attr-defined]
    return view


def member_required(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Mark and guard a view: only a signed-in member comes in."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if viewer() is None:
            return _ask_to_sign_in()
        return view(*args, **kwargs)

    guarded.__access__ = "member"  # type: ignore[attr-defined]
    return guarded


def permission(
    needed: Permission,
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Mark and guard a view: only roles that carry ``needed`` come in; never cached."""

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            someone = viewer()
            if someone is None:
                return _ask_to_sign_in()
            if not someone.can(needed):
                raise ForbiddenError(
                    _("Your roles don't open this page. An administrator can grant access.")
                )
            return view(*args, **kwargs)

        guarded.__access__ = needed.value  # type: ignore[attr-defined]
        guarded.__cache__ = "no-store"  # type: ignore[attr-defined]
        return guarded

    return decorate


def no_store(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view whose answer nobody may keep (wallet, settings, orders, sign-in)."""
    view.__cache__ = "no-store"  # type: ignore[attr-defined]
    return view


def cached_for_guests(seconds: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a public view whose answer to guests may be shared for some seconds."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        view.__cache__ = f"public:{seconds}"  # type: ignore[attr-defined]
        return view

    return decorate


def _ask_to_sign_in() -> ResponseReturnValue:
    if wants_json():
        return jsonify(error={"code": "sign_in", "message": _("Sign in first.")}), 401
    back = request.full_path.rstrip("?") if request.method == "GET" else request.referrer or "/"
    target = url_for("identity.sign_in", next=safe_path(back))
    if is_fragment():
        response = Response(status=401)
        response.headers["HX-Redirect"] = target
        return response
    return redirect(target, 303)


# --- small tools for routes ----------------------------------------------------------------------


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


def toast(text: str, kind: str = "ok") -> None:
    """Show a short message on the next page (or, in a fragment, at once). Kinds: ok, warn, info."""
    g.setdefault("new_toasts", []).append({"kind": kind, "text": str(text)})


def _toast_signer() -> URLSafeSerializer:
    from flask import current_app

    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="toast")


def _waiting_toasts() -> list[dict[str, str]]:
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


# --- before and after ----------------------------------------------------------------------------


def _number_the_request() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.match(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _refuse_foreign_origins() -> None:
    """A changing request must come from our own pages; the browser itself says where it is from."""
    if request.method in SAFE_METHODS or getattr(_view(), "__machine__", False):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in {"same-origin", "none"}:
        abort(400, description="cross-site")
    origin = request.headers.get("Origin")
    if origin not in {None, "null"} and urlsplit(origin or "").netloc != request.host:
        abort(400, description="cross-site")


def _view() -> Callable[..., Any] | None:
    from flask import current_app

    return current_app.view_functions.get(request.endpoint or "")


def _finish(response: Response) -> Response:
    _carry_toasts(response)
    _set_locale_cookie(response)
    _set_caching(response)
    _set_security_headers(response)
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response


def _carry_toasts(response: Response) -> None:
    fresh = g.get("new_toasts", [])
    secure = bool(_setting("SESSION_COOKIE_SECURE"))
    if fresh and is_fragment() and response.status_code < 300:  # noqa: PLR2004 - not a redirect
        response.headers["HX-Trigger"] = json.dumps({"toast": fresh})
    elif fresh:
        response.set_cookie(
            TOAST_COOKIE, _toast_signer().dumps(fresh), max_age=60, httponly=True,
            secure=secure, samesite="Lax",
        )  # fmt: skip
    elif g.get("toasts_shown") and TOAST_COOKIE in request.cookies:
        response.delete_cookie(TOAST_COOKIE)


def _setting(name: str) -> Any:
    from flask import current_app

    return current_app.config[name]


def _set_locale_cookie(response: Response) -> None:
    if code := i18n.parse_locale(request.args.get("lang")):
        response.set_cookie(
            i18n.COOKIE, i18n.TAGS[code], max_age=31_536_000, samesite="Lax",
            secure=bool(_setting("SESSION_COOKIE_SECURE")),
        )  # fmt: skip


def _set_caching(response: Response) -> None:
    """Decide caching per route; denied by default."""
    if "Cache-Control" in response.headers:
        return
    policy = getattr(_view(), "__cache__", "")
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
    headers.setdefault("Content-Security-Policy", _setting("CONTENT_SECURITY_POLICY"))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault(
        "Permissions-Policy",
        "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    )
    if _setting("SESSION_COOKIE_SECURE"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")


# --- error answers -------------------------------------------------------------------------------


def _answer_domain_error(error: DomainError) -> ResponseReturnValue:
    return answer_error(error.http_status, error.code, str(error.message), error)


def _answer_http_error(error: HTTPException) -> ResponseReturnValue:
    if isinstance(error, CSRFError):
        text = _("This page was open for too long. Go back, reload it and send again.")
        return answer_error(400, "stale_page", text, error)
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - a redirect raised as an exception
        return error
    return answer_error(status, "http_error", "", error)


def _answer_bug(error: Exception) -> ResponseReturnValue:
    from flask import current_app

    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    log.error("unhandled_error", endpoint=request.endpoint, exc_info=error)
    return answer_error(500, "internal", "", error)


def answer_error(status: int, code: str, message: str, error: Exception) -> ResponseReturnValue:
    """Return the page, fragment or JSON for an error, with the reference number."""
    page = status if status in PAGES else (400 if status < 500 else 500)  # noqa: PLR2004 - 4xx or 5xx
    headers: dict[str, str] = {}
    if isinstance(error, TooManyError):
        headers["Retry-After"] = str(error.retry_after)
    if wants_json():
        body = {"error": {"code": code, "message": message, "request_id": g.get("request_id")}}
        return jsonify(body), status, headers
    if is_fragment() and message:
        headers["HX-Trigger"] = json.dumps({"toast": [{"kind": "warn", "text": message}]})
        headers["HX-Reswap"] = "none"
        return "", status, headers
    return (
        render_template(f"errors/{page}.html", error=error, message=message, status=status),
        status,
        headers,
    )


def init_app(app: Flask) -> None:
    """Install the shared web behaviour."""
    csrf.init_app(app)
    app.before_request(_number_the_request)
    app.before_request(_refuse_foreign_origins)
    app.after_request(_finish)
    app.register_error_handler(DomainError, _answer_domain_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.register_error_handler(Exception, _answer_bug)
    app.context_processor(_template_globals)


def _template_globals() -> dict[str, Any]:
    someone = viewer()
    allowed: frozenset[Permission] = someone.permissions if someone else frozenset()
    theme = someone.theme if someone else request.cookies.get("theme", "auto")
    return {
        "current_member": someone,
        "locale_tag": i18n.locale_tag(),
        "theme": theme if theme in {"auto", "light", "dark"} else "auto",
        "brand": _setting("BRAND"),
        "toasts": _waiting_toasts,
        "request_id": g.get("request_id", ""),
        "menu": lambda name: menu.items(name, allowed),
        "other_locales": [
            (i18n.TAGS[code], name)
            for code, name in i18n.LOCALES.items()
            if i18n.TAGS[code] != i18n.locale_tag()
        ],
    }
