"""A photo how-to written on a phone, with and without JavaScript; nothing typed is lost."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.fixtures import MARKS, MakeVisitor
from tests.browser.site import PHONE

pytestmark = MARKS


@pytest.mark.parametrize("javascript", [True, False], ids=["JavaScript", "no JavaScript"])
def test_a_how_to_on_the_phone(javascript: bool, visitor: MakeVisitor, tmp_path: Path) -> None:
    fan = visitor(PHONE, "zh", javascript=javascript).sign_in("lin")
    photo = tmp_path / "pot.jpg"
    Image.new("RGB", (300, 400), (180, 60, 30)).save(photo)
    page = fan.open("/compose?kind=howto")
    title = f"三步油碟 {'JS' if javascript else '无 JS'}"
    page.fill("input[name=title]", title)
    page.fill("textarea[name=body]", "两个人的量")
    page.fill("textarea[name=step_text-1]", "**蒜**切末")
    page.set_input_files("[data-step]:nth-child(2) photo-picker input[type=file]", str(photo))
    if javascript:
        page.wait_for_function(
            "() => document.querySelector('[name=\"step_photo_id-2\"]:not(:disabled)')?.value"
        )
        _the_phone_keeps_it(fan)
        page.locator("textarea[name=body]").press("Control+End")
        page.locator("textarea[name=body]").press_sequentially(" @b")
        page.wait_for_selector("#people [data-insert=bob]")
        page.keyboard.press("Enter")
        assert page.input_value("textarea[name=body]") == "两个人的量 @bob "
        page.click("#preview-b")
        page.wait_for_selector("#preview:not([hidden]) .steps-shown strong")
        page.click("[data-add-step]")
        page.fill("[data-step]:last-child textarea", "淋热油")
    else:
        with page.expect_navigation():
            page.click("button[value=step]")
        assert page.input_value("textarea[name=step_text-1]") == "**蒜**切末"
        assert page.locator("[data-step]:nth-child(2) img").count() == 1
        page.fill("[data-step]:last-child textarea", "淋热油")
    page.check("input[name=board] >> nth=0", force=True)
    with page.expect_navigation():
        page.click(".compose-acts button[value=post]")
    assert "/p/" in page.url, page.inner_text("main")
    assert page.inner_text("h1") == title
    assert page.locator("#steps > li").count() == 3
    assert page.locator("#steps img").count() == 1
    if javascript:
        _a_picture_closes_by_back(page)
        _a_reply_completes_names(page)
        fan.open("/compose")
        assert page.input_value("input[name=title]") == "", "what was posted is not brought back"


def _a_picture_closes_by_back(page: Page) -> None:
    here = page.url
    for close in (page.go_back, lambda: page.keyboard.press("Escape")):
        page.click("#steps [data-gallery] a")
        page.wait_for_selector(".pswp--open")
        page.wait_for_function("() => history.state?.picture")
        close()
        page.wait_for_selector(".pswp", state="detached")
        page.wait_for_function("() => !history.state?.picture")
        assert page.url == here


def _a_reply_completes_names(page: Page) -> None:
    page.locator("#reply-body").press_sequentially("谢谢 @b")
    page.wait_for_selector("#reply-people [data-insert=bob]")
    page.keyboard.press("Enter")
    assert page.input_value("#reply-body") == "谢谢 @bob "
    page.fill("#reply-body", "")


def _the_phone_keeps_it(fan: object) -> None:
    """Leave the page without a word; coming back, the text is there and says so."""
    page = fan.page  # type: ignore[attr-defined]
    page.wait_for_function(
        "() => Object.keys(localStorage).some((key) => key.startsWith('draft:'))"
    )
    fan.open("/compose?kind=howto")  # type: ignore[attr-defined]
    page.wait_for_selector("[data-restored]:not([hidden])")
    assert page.input_value("textarea[name=step_text-1]") == "**蒜**切末"
    with page.expect_navigation():
        page.click("[data-restore=photos]")
    assert page.locator("[data-step]:nth-child(2) img").count() == 1
    assert page.input_value("textarea[name=body]") == "两个人的量"
