"""The site as an app on a phone, and what search engines may read."""

import io
import json
import re

import pytest
from flask import Flask
from PIL import Image

from app.identity.types import MemberRow
from app.kernel import assets, mark
from tests.factories.community import a_thread, some_boards
from tests.factories.identity import Browser

SOUP = '<path fill="currentColor" d="M4 10h16v4c0 4-4 6-8 6s-8-2-8-6z"/>'


def test_the_manifest_speaks_the_page_s_language_and_theme(client: Browser) -> None:
    answer = client.get("/manifest.webmanifest?in=zh-CN&theme=dark")
    assert answer.mimetype == "application/manifest+json"
    zh = json.loads(answer.data)
    en = json.loads(client.get("/manifest.webmanifest?in=en&theme=light").data)
    assert zh["lang"].startswith("zh")
    assert en["lang"] == "en"
    assert zh["theme_color"] != en["theme_color"]
    assert en["display"] == "standalone"
    assert {each["url"] for each in en["shortcuts"]} == {"/checkin", "/compose"}
    assert {icon["purpose"] for icon in en["icons"]} == {"any", "maskable"}
    page = client.get("/").get_data(as_text=True)
    link = re.search(r'<link rel="manifest" href="([^"]+)"', page)
    assert link is not None
    assert client.get(link[1].replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("address", ["/icons/192.png", "/icons/512.png", "/icons/filling-180.png"])
def test_an_icon_is_a_picture_of_its_size(client: Browser, address: str) -> None:
    answer = client.get(address)
    side = int(re.sub(r"\D", "", address))
    assert Image.open(io.BytesIO(answer.data)).size == (side, side)
    assert client.get("/icons/77.png").status_code == 404


def test_a_maskable_icon_keeps_to_the_safe_middle() -> None:
    white = (255, 255, 255)
    data = mark.png(SOUP, ("#aa0000", "#880000", "#ffffff"), 100, is_round=False)
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    drawn = [
        (x, y)
        for x in range(100)
        for y in range(100)
        if picture.getpixel((x, y)) == white
    ]  # fmt: skip
    assert drawn
    assert all((x - 50) ** 2 + (y - 50) ** 2 < 40**2 for x, y in drawn)


def test_a_stroked_icon_is_drawn_too() -> None:
    line = '<path fill="none" stroke="currentColor" d="M4 12h16"/>'
    data = mark.png(line, ("#000000", "#000000", "#ffffff"), 48, is_round=True)
    assert Image.open(io.BytesIO(data)).convert("RGB").getpixel((24, 24)) == (255, 255, 255)


def test_a_page_says_whose_it_is(client: Browser, alice: MemberRow, alice_client: Browser) -> None:
    assert client.get("/b").headers["X-Whose"] == "guest"
    assert alice_client.get("/b").headers["X-Whose"] == alice.yid
    assert "X-Whose" not in client.get("/icon.svg").headers


def test_the_page_for_no_network_knows_nobody(alice: MemberRow, alice_client: Browser) -> None:
    page = alice_client.get("/offline").get_data(as_text=True)
    assert "<kept-pages>" in page
    assert alice.yid not in page
    assert "csrf" not in page


def test_robots_read_what_guests_read(client: Browser) -> None:
    text = client.get("/robots.txt").get_data(as_text=True)
    lines = text.splitlines()
    assert {"Disallow: /me/", "Disallow: /staff/", "Disallow: /search"} <= set(lines)
    assert {"Disallow: /compose$", "Disallow: /p/*/edit$", "Allow: /"} <= set(lines)
    assert [line for line in lines if line.startswith("Sitemap: ")]
    assert lines[0].startswith("# ")
    shut = [line.partition(": ")[2] for line in lines if line.startswith("Disallow")]
    assert not [path for path in shut if "/media/".startswith(path) or "/p/ABC".startswith(path)]


def test_every_public_page_has_one_address_in_every_language(
    app: Flask, client: Browser, alice: MemberRow
) -> None:
    some_boards()
    code = a_thread(alice, "一锅", "#汤").thread_code
    base = app.config["POTLUCK"].base_url
    found = [f"/p/{code}", "/b/pot", "/t/汤", f"/u/{alice.yid}"]
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        is_public = getattr(view, "__access__", "") == "public"
        if is_public and not rule.arguments and "GET" in (rule.methods or ()):
            found.append(rule.rule)
    told = 0
    for path in found:
        answer = client.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        page = answer.get_data(as_text=True)
        own = re.findall(r'<link rel="canonical" href="([^"]+)"', page)
        others = re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page)
        if 'name="robots" content="noindex"' in page:
            assert not own or path.startswith("/t/"), path
            continue
        told += 1
        assert len(own) == 1, path
        assert own[0].startswith(f"{base}/"), path
        assert dict(others) == {
            "zh-CN": f"{own[0]}?lang=zh-CN", "en": f"{own[0]}?lang=en", "x-default": own[0],
        }, path  # fmt: skip
    assert told > 10


def test_an_icon_that_is_not_built_is_a_plain_ground() -> None:
    data = mark.png("", ("#aa0000", "#880000", "#ffffff"), 32, is_round=True)
    assert Image.open(io.BytesIO(data)).size == (32, 32)
    assert assets.Assets(assets.DIST).drawing("nothing") == ""
