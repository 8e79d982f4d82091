"""The web edge: who may come in, what errors say, which headers stand on every answer."""

from pathlib import Path

import pytest
from flask import Flask, g, redirect
from flask.testing import FlaskClient

from app import create_app
from app.kernel import errors, web
from app.kernel.permissions import Permission, Role
from app.kernel.web import Viewer
from tests.conftest import test_config as a_config


@pytest.fixture
def edge(tmp_path: Path) -> Flask:
    """An application with a few pages made for these tests."""
    app = create_app(a_config(f"sqlite:///{tmp_path / 'edge.db'}", tmp_path))
    app.config.update(WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)

    @app.get("/t/open")
    @web.public
    @web.cached_for_guests(30)
    def opened() -> str:
        return "open"

    @app.get("/t/member")
    @web.member_required
    def member() -> str:
        return web.me().name

    @app.get("/t/staff")
    @web.permission(Permission.LEDGER_SEE)
    def staff() -> str:
        return "books"

    @app.post("/t/act")
    @web.public
    def act():  # type: ignore[no-untyped-def]
        web.toast("Done")
        return redirect("/t/open", 303)

    @app.get("/t/fail/<kind>")
    @web.public
    def fail(kind: str) -> str:
        raise {
            "domain": errors.ConflictError("Somebody was faster"),
            "slow": errors.TooManyError(20),
            "bug": ZeroDivisionError("secret detail"),
        }[kind]

    def somebody() -> None:
        from flask import request

        if role := request.headers.get("X-Test-Role"):
            g.viewer = Viewer(1, "Y", "Alice", None, "en", "auto", frozenset({Role(role)}), 1)

    app.before_request(somebody)
    return app


@pytest.fixture
def guest(edge: Flask) -> FlaskClient:
    return edge.test_client()


def test_a_guest_is_led_to_sign_in_and_back(guest: FlaskClient) -> None:
    answer = guest.get("/t/member?a=1")
    assert answer.status_code == 303
    assert answer.location == "/signin?next=/t/member?a%3D1"
    assert guest.get("/t/member", headers={"Accept": "application/json"}).status_code == 401
    fragment = guest.get("/t/member", headers={"HX-Request": "true"})
    assert (fragment.status_code, "HX-Redirect" in fragment.headers) == (401, True)


@pytest.mark.parametrize(
    ("role", "status"),
    [("fan", 403), ("moderator", 403), ("operator", 200), ("administrator", 200)],
)
def test_a_permission_opens_a_page(guest: FlaskClient, role: str, status: int) -> None:
    answer = guest.get("/t/staff", headers={"X-Test-Role": role})
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"


def test_caching_is_denied_unless_a_view_says_otherwise(guest: FlaskClient) -> None:
    shared = guest.get("/t/open")
    assert shared.headers["Cache-Control"] == "public, max-age=30"
    assert {"Cookie", "Accept-Language"} <= set(shared.headers["Vary"].split(", "))
    again = guest.get("/t/open", headers={"If-None-Match": shared.headers["ETag"]})
    assert again.status_code == 304
    mine = guest.get("/t/open", headers={"X-Test-Role": "fan"})
    assert mine.headers["Cache-Control"] == "private, no-cache"


def test_every_answer_carries_the_security_headers(guest: FlaskClient) -> None:
    for path in ("/t/open", "/t/fail/bug", "/nowhere"):
        headers = guest.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["X-Request-ID"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_a_foreign_page_can_change_nothing(guest: FlaskClient, headers: dict[str, str]) -> None:
    assert guest.post("/t/act", headers=headers).status_code == 400
    ours = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    assert guest.post("/t/act", headers=ours).status_code == 303


def test_the_forged_host_is_refused(guest: FlaskClient) -> None:
    assert guest.get("/t/open", headers={"Host": "evil.example"}).status_code == 400


def test_without_csrf_token_nothing_changes(edge: Flask) -> None:
    edge.config["WTF_CSRF_ENABLED"] = True
    assert edge.test_client().post("/t/act").status_code == 400


def test_a_rule_that_said_no_says_what_happened(guest: FlaskClient) -> None:
    page = guest.get("/t/fail/domain", headers={"Accept-Language": "en"})
    assert page.status_code == 409
    assert "Somebody was faster" in page.text
    slow = guest.get("/t/fail/slow")
    assert (slow.status_code, slow.headers["Retry-After"]) == (429, "20")
    machine = guest.get("/t/fail/domain", headers={"Accept": "application/json"})
    assert machine.json is not None
    assert machine.json["error"]["code"] == "conflict"


def test_a_bug_tells_its_number_and_nothing_else(guest: FlaskClient) -> None:
    page = guest.get("/t/fail/bug")
    assert page.status_code == 500
    assert page.headers["X-Request-ID"] in page.text
    assert "secret detail" not in page.text


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/b/dips?x=1#f-2", "/b/dips?x=1#f-2"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("https://evil.example/", "/"),
        ("https:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("http://user@evil.example/", "/"),
        ("evil", "/"),
        ("", "/"),
        (None, "/"),
        ("http://localhost/ok", "/ok"),
    ],
)
def test_only_own_paths_are_safe(edge: Flask, target: str | None, path: str) -> None:
    with edge.test_request_context("/"):
        assert web.safe_path(target) == path
