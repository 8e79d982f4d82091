"""Server-side sessions. The cookie is a random id; the row behind it says who and since when.

A guest has no row: the forms of sign-in and sign-up need a CSRF secret, which lives in a signed
cookie of its own and nothing else does.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask, Request, Response, g
from flask.sessions import (
    SecureCookieSession,
    SecureCookieSessionInterface,
    SessionInterface,
    SessionMixin,
)
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import CallbackDict

from app.identity import queries, service
from app.identity.types import MemberState, SignedIn
from app.kernel import clock, figures
from app.kernel.permissions import STAFF_ROLES, Role
from app.kernel.web import SAFE_METHODS, Viewer

log = structlog.get_logger(__name__)

CSRF = "csrf_token"  # the key under which Flask-WTF keeps its secret
WITHOUT_SESSION = ("/static/", "/media/", "/livez", "/readyz", "/metrics", "/theme.css")
SEEN_EVERY = timedelta(minutes=5)
MARK_LIFE = timedelta(days=365)


class Lifetime:
    """How long a session lives. ``idle`` counts from the last change he sent."""

    MEMBER, MEMBER_IDLE = timedelta(days=30), timedelta(days=14)
    STAFF, STAFF_IDLE = timedelta(hours=12), timedelta(hours=4)


class OpenSession(CallbackDict[str, Any], SessionMixin):
    """The session of a signed-in member, or of one who signs in or out with this request.

    Attributes:
        begun: set by sign-in: the session whose id the answer sets as the cookie.
        ended: set by sign-out: the answer takes the cookie away.
    """

    modified = False
    accessed = True  # whatever depends on it says ``Vary: Cookie``

    def __init__(self, csrf: str, seen_at: datetime | None) -> None:
        super().__init__({CSRF: csrf})
        self.seen_at = seen_at


def begin(signed_in: SignedIn) -> None:
    """Make this request's answer carry the cookie of a session that has just begun."""
    g.session_begun = signed_in
    g.pop(CSRF, None)


def end() -> None:
    """Make this request's answer take the session cookie away."""
    g.session_ended = True
    g.viewer = None


class Sessions(SessionInterface):
    """What Flask asks for the session of a request and gives it back to."""

    def __init__(self) -> None:
        self._guests = SecureCookieSessionInterface()

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """Find out who is there: one statement with a cookie, none without."""
        for leftover in ("session_begun", "session_ended", "device_mark", CSRF, "csrf_valid"):
            g.pop(leftover, None)
        g.viewer = None
        if request.path.startswith(WITHOUT_SESSION):
            return SecureCookieSession()
        token = request.cookies.get(self.get_cookie_name(app))
        rows = queries.session_rows(service.token_digest(token)) if token else []
        if rows and _is_alive(rows[0], queries.roles_of(rows)):
            g.viewer = _viewer(rows)
            return OpenSession(rows[0].csrf, rows[0].seen_at)
        g.session_ended = token is not None  # a dead cookie is taken away
        return self._open_guest(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write back what changed: usually nothing."""
        begun: SignedIn | None = g.get("session_begun")
        if begun is not None:
            self._set_cookie(app, response, begun.token)
            self._drop_guest(app, response)
            _keep_mark(app, response)
        elif g.get("session_ended"):
            self._delete(app, response, self.get_cookie_name(app))
        if isinstance(session, OpenSession):
            _note_seen(session)
        elif isinstance(session, SecureCookieSession) and begun is None:
            self._save_guest(app, session, response)

    # --- guests: a signed cookie that holds the CSRF secret of a form

    def _open_guest(self, app: Flask, request: Request) -> SecureCookieSession:
        signer = self._guests.get_signing_serializer(app)
        sealed = request.cookies.get(guest_cookie(app))
        if signer is None or not sealed:
            return SecureCookieSession()
        try:
            kept = signer.loads(sealed, max_age=int(Lifetime.STAFF.total_seconds()))
        except Exception:  # noqa: BLE001 - forged, expired or garbled: a guest like any other
            return SecureCookieSession()
        secret = kept.get(CSRF) if isinstance(kept, dict) else None
        return SecureCookieSession({CSRF: secret} if isinstance(secret, str) else None)

    def _save_guest(self, app: Flask, session: SecureCookieSession, response: Response) -> None:
        if not session.modified or CSRF not in session:
            return
        signer = self._guests.get_signing_serializer(app)
        if signer is None:
            return
        response.headers["Cache-Control"] = "no-store"  # a form with a secret is for one person
        response.set_cookie(
            guest_cookie(app), str(signer.dumps({CSRF: session[CSRF]})), **_attributes(app)
        )

    def _drop_guest(self, app: Flask, response: Response) -> None:
        self._delete(app, response, guest_cookie(app))

    def _set_cookie(self, app: Flask, response: Response, token: str) -> None:
        response.headers["Cache-Control"] = "no-store"
        response.set_cookie(
            self.get_cookie_name(app), token, max_age=Lifetime.MEMBER, **_attributes(app)
        )

    def _delete(self, app: Flask, response: Response, name: str) -> None:
        response.headers["Cache-Control"] = "no-store"
        response.delete_cookie(name, **_attributes(app))


def _keep_mark(app: Flask, response: Response) -> None:
    """Let the browser keep the mark under which its session was opened."""
    if mark := g.get("device_mark"):
        name = f"{app.config['SESSION_COOKIE_NAME']}-device"
        response.set_cookie(name, mark, max_age=MARK_LIFE, **_attributes(app))


def guest_cookie(app: Flask) -> str:
    """Return the name of the cookie that holds a guest's CSRF secret."""
    return f"{app.config['SESSION_COOKIE_NAME']}-form"


def _attributes(app: Flask) -> dict[str, Any]:
    return {
        "path": "/",
        "httponly": True,
        "secure": bool(app.config["SESSION_COOKIE_SECURE"]),
        "samesite": "Lax",
    }


def life_of(roles: frozenset[Role]) -> timedelta:
    """Return how long a session lives at most for somebody with these roles."""
    return Lifetime.STAFF if roles & STAFF_ROLES else Lifetime.MEMBER


def _is_alive(row: Any, roles: frozenset[Role]) -> bool:
    idle = Lifetime.STAFF_IDLE if roles & STAFF_ROLES else Lifetime.MEMBER_IDLE
    now = clock.now()
    return bool(now < row.created_at + life_of(roles) and now < row.seen_at + idle)


def _viewer(rows: list[Any]) -> Viewer:
    row = rows[0]
    return Viewer(
        id=row.id,
        yid=row.yid,
        name=queries.shown_name(row.display_name, row.yid),
        avatar_url=queries.avatar_url(row.avatar_sha),
        locale=row.locale,
        theme=row.theme,
        roles=queries.roles_of(rows),
        session_id=row.session_id,
        is_muted=row.state == MemberState.MUTED,
        figures=figures.read(row),
        frame=row.frame,
    )


def _note_seen(session: OpenSession) -> None:
    from flask import request

    viewer: Viewer | None = g.get("viewer")
    if viewer is None or session.seen_at is None or request.method in SAFE_METHODS:
        return
    if clock.now() - session.seen_at < SEEN_EVERY:
        return
    try:
        service.note_seen(viewer.session_id)
    except SQLAlchemyError:  # the request itself is done; a missed note does no harm
        log.warning("session_seen_not_noted", exc_info=True)
