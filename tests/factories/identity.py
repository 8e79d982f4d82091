"""Members and signed-in browsers for every domain's tests.

``from tests.factories.identity import a_member, sign_in`` for the functions; the fixtures
``client``, ``alice``, ``bob`` and ``staff`` are imported by ``tests/conftest.py``.
"""

import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, TypeVar

import pytest
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.identity import service
from app.identity.types import MemberRow, SeedMember
from app.kernel import clock, mail
from app.kernel.db import db
from app.kernel.permissions import Role

PASSWORD = "seven-Ladles-of-broth"
SAFE = {"GET", "HEAD", "OPTIONS"}
FORM_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser(FlaskClient):
    """A browser: every request has an app context of its own, forms carry their CSRF token.

    ``csrf=False`` in a request leaves the token out; ``headers`` may bring another one.
    """

    csrf_secret: str | None = None
    form_token: str | None = None
    language = "en"

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        """Send a request as a browser would."""
        headers = {"Accept-Language": self.language, **dict(kwargs.get("headers") or {})}
        if csrf and kwargs.get("method", "GET") not in SAFE and (token := self._token()):
            headers.setdefault("X-CSRFToken", token)
        kwargs["headers"] = headers
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if has_app_context():
            db.session.rollback()  # what the test reads next is fresh
        if response.mimetype == "text/html":
            found = FORM_TOKEN.search(response.get_data(as_text=True))
            self.form_token = found.group(1) if found else self.form_token
        return response

    def _token(self) -> str | None:
        if self.csrf_secret is None:
            return self.form_token
        secret_key = self.application.config["SECRET_KEY"]
        signer = URLSafeTimedSerializer(secret_key, salt="wtf-csrf-token")
        return str(signer.dumps(self.csrf_secret))


def browser(app: Flask) -> Browser:
    """Return a new guest's browser."""
    return Browser(app, app.response_class, use_cookies=True)


def a_member(name: str = "alice", roles: tuple[Role | str, ...] = (), **more: Any) -> MemberRow:
    """Make an active member: ``alice@example.com`` (for an ASCII name), password ``PASSWORD``."""
    email = f"{name.lower()}@example.com" if name.isascii() and name.isalnum() else None
    seed = {"email": email, "password": PASSWORD, "joined_at": clock.now(), **more}
    return service.seed_members([SeedMember(name, roles=[Role(r) for r in roles], **seed)])[0]


ClientT = TypeVar("ClientT", bound=FlaskClient)


def sign_in(client: ClientT, member: MemberRow) -> ClientT:
    """Give a browser a real session row of a member; return the browser."""
    app = client.application
    signed_in = service.begin_session(member.id, service.auth_version_of(member.id))
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], signed_in.token)
    if isinstance(client, Browser):
        client.csrf_secret = signed_in.csrf
    return client


@pytest.fixture
def client(app: Flask) -> Browser:
    """A guest's browser."""
    return browser(app)


@pytest.fixture
def alice(app: Flask) -> MemberRow:
    """A fan."""
    return a_member("alice")


@pytest.fixture
def bob(app: Flask) -> MemberRow:
    """Another fan."""
    return a_member("bob")


@pytest.fixture
def koc(app: Flask) -> MemberRow:
    """A fan with a mark beside her name."""
    return a_member("kora", (Role.KOC,))


@pytest.fixture
def moderator(app: Flask) -> MemberRow:
    """A moderator."""
    return a_member("mona", (Role.MODERATOR,))


@pytest.fixture
def operator(app: Flask) -> MemberRow:
    """An operator."""
    return a_member("oscar", (Role.OPERATOR,))


@pytest.fixture
def staff(app: Flask) -> MemberRow:
    """An administrator."""
    return a_member("ada", (Role.ADMINISTRATOR,))


@pytest.fixture
def alice_client(app: Flask, alice: MemberRow) -> Browser:
    """Alice's browser, signed in."""
    made = browser(app)
    sign_in(made, alice)
    return made


@pytest.fixture
def staff_client(app: Flask, staff: MemberRow) -> Browser:
    """The administrator's browser, signed in."""
    made = browser(app)
    sign_in(made, staff)
    return made


# --- letters -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter or short message that went out; ``page`` is its HTML form."""

    to: str
    subject: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    page: str = ""

    @property
    def code(self) -> str:
        """Return the six digits in it."""
        found = re.search(r"(?<!\d)(\d{6})(?!\d)", self.body)
        assert found, self.body
        return found.group(1)


def letters(app: Flask, to: str = "") -> list[Letter]:
    """Send what waits; return everything that ever went out (to somebody), the oldest first."""
    while mail.send_due():
        pass
    config = app.config["POTLUCK"]
    folder = config.instance_dir
    sent = [*(folder / "mail").glob("*.eml"), *(folder / "sms").glob("*.txt")]
    read = [_letter(path) for path in sorted(sent, key=lambda path: int(path.stem))]
    return [letter for letter in read if to in letter.to]


def _letter(path: Path) -> Letter:
    if path.suffix == ".txt":
        to, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        return Letter(to, "", body.strip())
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    headers = {name: str(value) for name, value in message.items()}
    parts = [message.get_body((kind,)) for kind in ("plain", "html")]
    plain, page = (part.get_content() if part is not None else "" for part in parts)
    return Letter(message["To"], message["Subject"], plain, headers, page)
