"""A guest's first evening: phone and desk, both languages, with and without JavaScript.

Sign up with a code from a letter, post a pot with a photo, like and answer somebody, check in, and
find all of it in the wallet.
"""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.browser.fixtures import MARKS, MakeVisitor
from tests.browser.site import DESKTOP, PASSWORD, PHONE, Site, Visitor

pytestmark = MARKS

_numbers: Iterator[int] = itertools.count(1)
EVENINGS = [
    pytest.param(PHONE, "zh", True, id="phone, Chinese"),
    pytest.param(DESKTOP, "en", True, id="desk, English"),
    pytest.param(PHONE, "en", False, id="phone, English, no JavaScript"),
    pytest.param(DESKTOP, "zh", False, id="desk, Chinese, no JavaScript"),
]
# Thread with a photo 20, reply 2, check-in 10: loyalty's first rules. The seed's campaign doubles
# replies, and its mission of the day gives 5 for the check-in.
THREAD, REPLY, CHECK_IN = 20, 2 * 2, 10 + 5


@pytest.mark.parametrize(("device", "language", "javascript"), EVENINGS)
def test_a_first_evening(
    device: dict[str, Any],
    language: str,
    javascript: bool,
    site: Site,
    visitor: MakeVisitor,
    tmp_path: Path,
) -> None:
    guest = visitor(device, language, javascript=javascript)
    name = f"guest{next(_numbers)}"
    _sign_up(guest, name)
    _post_with_photo(guest, f"{name} 的第一锅", _picture(tmp_path))
    assert _points(guest) == THREAD
    _like(guest, site.examples["code"])
    _reply(guest, site.examples["code"], f"{name} 也想吃！")
    assert _points(guest) == THREAD + REPLY
    _check_in(guest)
    assert _points(guest) == THREAD + REPLY + CHECK_IN
    _lines_say_why(guest)
    _sign_out(guest)


def _sign_up(guest: Visitor, name: str) -> None:
    page = guest.open("/signup")
    page.fill("input[name=contact]", f"{name}@example.com")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.check("input[name=consent]")
    guest.submit('form[action*="/signup"]')
    assert "/signup/code/" in page.url, page.inner_text("main")
    _enter_code(guest, "000000")
    assert "/signup/code/" in page.url, "a wrong code must not open the door"
    _enter_code(guest, guest.site.code_for(f"{name}@example.com"))
    assert "/signup" not in page.url, page.inner_text("main")


def _enter_code(guest: Visitor, code: str) -> None:
    """With JavaScript six digits send themselves; without, a button does."""
    with guest.page.expect_navigation(wait_until="load"):
        guest.page.fill("input[name=code]", code)
        if not guest.has_javascript:
            guest.page.click('form[action*="/signup/code/"] button >> nth=0')


def _post_with_photo(guest: Visitor, title: str, picture: Path) -> None:
    page = guest.open("/compose")
    page.set_input_files("photo-picker input[type=file]", str(picture))
    if guest.has_javascript:  # uploaded at once; its id then travels with the form
        page.wait_for_selector("input[name=photo_ids]", state="attached")
        page.wait_for_function(
            "() => [...document.querySelectorAll('input[name=photo_ids]')].some((i) => i.value)"
        )
    page.fill("input[name=title]", title)
    page.fill("textarea[name=body]", "**好吃**，明天再来。")
    page.check("input[name=board] >> nth=0", force=True)
    guest.submit("#compose .compose-acts")
    assert "/p/" in page.url, page.inner_text("main")
    assert page.inner_text("h1") == title
    assert f"+{THREAD}" in page.inner_text("body"), "the page says what it earned"
    image = page.locator(".thread img").first
    image.scroll_into_view_if_needed()
    assert image.evaluate("i => i.decode().then(() => i.naturalWidth)") > 0


def _like(guest: Visitor, code: str) -> None:
    page = guest.open(f"/p/{code}")
    before = int(page.inner_text(".composer-acts .like .num"))
    button = f"#like-t{code} button"
    if guest.has_javascript:
        with page.expect_response(lambda answer: "/like" in answer.url):
            page.click(button)
        page.wait_for_selector(f'{button}[aria-pressed="true"]')
    else:
        guest.submit(f"#like-t{code}")
    page = guest.open(f"/p/{code}")
    assert int(page.inner_text(".composer-acts .like .num")) == before + 1


def _reply(guest: Visitor, code: str, text: str) -> None:
    page = guest.open(f"/p/{code}")
    page.fill("textarea[name=body]", text)
    guest.submit("form.composer")
    assert text in page.inner_text("#replies")
    assert "#f-" in page.url


def _check_in(guest: Visitor) -> None:
    page = guest.open("/checkin")
    form = 'form[action*="/checkin"]'
    if guest.has_javascript:
        with page.expect_response(lambda answer: "/checkin" in answer.url):
            page.click(f"{form} button >> nth=0")
        page.wait_for_selector(form, state="detached")
    else:
        guest.submit(form)
    page = guest.open("/checkin")
    assert page.locator(form).count() == 0, "there is nothing left to tap today"


def _points(guest: Visitor) -> int:
    """Return the balance that the wallet shows."""
    page = guest.open("/me/wallet")
    figure = re.search(r"\d+", page.inner_text(".balance .num >> nth=0"))
    assert figure is not None
    return int(figure.group())


def _lines_say_why(guest: Visitor) -> None:
    page = guest.open("/me/wallet")
    assert page.locator(".lines .line").count() == 4, "thread, reply, check-in and its mission"
    page.click(".lines .line a >> nth=0")
    page.wait_for_load_state()
    assert re.search(r"/(me/wallet|checkin|missions|p)", page.url)


def _sign_out(guest: Visitor) -> None:
    guest.open("/me")
    guest.submit('form[action$="/signout"]')
    page = guest.open("/me/wallet")
    assert "/signin" in page.url


def _picture(folder: Path) -> Path:
    path = folder / "pot.jpg"
    Image.effect_mandelbrot((1200, 900), (-2, -1.5, 1, 1.5), 60).convert("RGB").save(path, "JPEG")
    return path
