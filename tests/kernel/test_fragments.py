"""Shared pieces of pages: printed once for everybody, never with somebody's secret in them."""

import re
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from jinja2 import DictLoader, Environment

from app.kernel import fragments
from app.kernel.db import db
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member, browser, sign_in

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def printing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """An application with a few macros to print."""
    macros = {
        "bits.html": "{%- macro greet(name) -%}{{ _('Sign in') }} {{ name }}{%- endmacro -%}"
        "{%- macro form(n) -%}<i>{{ csrf_token() }}</i>{%- endmacro -%}"
        "{%- macro outer(n) -%}<b>{{ shared('bits.html', 'form', n) }}</b>{%- endmacro -%}"
    }
    env: Environment = app.jinja_env.overlay(loader=DictLoader(macros))
    monkeypatch.setattr(app, "jinja_env", env)
    env.globals = dict(env.globals)
    fragments.init_app(app)
    return app


def shared(app: Flask, macro: str, *arguments: object) -> str:
    function: Any = app.jinja_env.globals["shared"]
    return str(function("bits.html", macro, *arguments))


@pytest.mark.only("sqlite")
def test_each_language_has_its_own(printing: Flask) -> None:
    with force_locale("en"):
        assert shared(printing, "greet", "Mei") == "Sign in Mei"
    with force_locale("zh_Hans_CN"):
        assert shared(printing, "greet", "Mei") == "登录 Mei"
    with force_locale("en"):
        assert shared(printing, "greet", "Mei") == "Sign in Mei"


@pytest.mark.only("sqlite")
def test_arguments_are_escaped_and_other_arguments_are_another_piece(printing: Flask) -> None:
    with force_locale("en"):
        assert shared(printing, "greet", "<b>") == "Sign in &lt;b&gt;"
        assert shared(printing, "greet", "Lin") == "Sign in Lin"


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("macro", ["form", "outer"])
def test_a_token_takes_its_place_anew_for_every_visitor(printing: Flask, macro: str) -> None:
    seen = set()
    for _ in range(2):
        with printing.test_request_context("/"):
            text = shared(printing, macro, 1)
            token = re.sub("<[^>]+>", "", text)
            assert fragments.TOKEN not in text
            assert len(token) > 40
            seen.add(token)
    assert len(seen) == 2


def test_two_members_get_the_same_card_with_their_own_tokens(
    app: Flask, alice_client: Browser
) -> None:
    a_thread(a_member("writer"))
    other = browser(app)
    sign_in(other, a_member("other"))
    pages = [each.get("/").text for each in (alice_client, other, alice_client)]
    tokens = [set(TOKEN.findall(page.partition('id="feed"')[2])) for page in pages]
    assert all(len(each) == 1 for each in tokens)
    secrets = [each.pop().partition(".")[0] for each in tokens]
    assert secrets[0] == secrets[2] != secrets[1]
    assert not any("\x1f" in page for page in pages)


def test_a_card_follows_its_thread(app: Flask, alice_client: Browser) -> None:
    code = a_thread(a_member("writer"), "Before").thread_code
    assert "Before" in alice_client.get("/").text
    from app.community.models import Thread

    thread = db.session.query(Thread).filter_by(code=code).one()
    thread.title = "After"
    db.session.commit()
    page = alice_client.get("/").text
    assert "After" in page
    assert "Before" not in page
