"""The core of the community with the keyboard alone, and with no JavaScript at all."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.browser.fixtures import MARKS, MakeVisitor
from tests.browser.site import DESKTOP, PASSWORD, PHONE, Visitor

pytestmark = MARKS
MOST_STEPS = 150
RING = """() => [document.activeElement, document.activeElement.parentElement].some((each) => {
  const style = getComputedStyle(each);
  return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
})"""


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on something that fits; it must be seen there."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            seen = page.evaluate(RING)
            assert seen, f"no focus ring on {selector}"
            return
    raise AssertionError(f"the keyboard never reaches {selector}")


def test_the_keyboard_alone_reads_likes_replies_posts_searches_and_moderates(
    visitor: MakeVisitor,
) -> None:
    ada = visitor(DESKTOP, "en")
    page = ada.open("/signin")
    keys = page.keyboard
    _tab_to(page, "input[name=contact]")
    keys.type("ada@example.com")
    _tab_to(page, "input[name=password]")
    keys.type(PASSWORD)
    with page.expect_navigation():
        keys.press("Enter")
    thread = "/p/" + ada.site.examples["other_code"]
    ada.open(thread)
    _tab_to(page, ".like-form button")
    was = page.evaluate("() => document.activeElement.getAttribute('aria-pressed')")
    keys.press("Enter")
    page.wait_for_function(
        "(was) => document.activeElement.getAttribute('aria-pressed') !== was", arg=was
    )
    ada.open(thread)
    _tab_to(page, "#reply-body")
    keys.type("With the keyboard alone")
    _tab_to(page, ".btn-send")
    with page.expect_navigation():
        keys.press("Enter")
    assert "With the keyboard alone" in page.inner_text("#replies")
    ada.open("/compose?kind=discussion")
    _tab_to(page, "input[name=title]")
    keys.type("No mouse at this table")
    _tab_to(page, "textarea[name=body]")
    keys.type("Every step by Tab and Enter.")
    _tab_to(page, "input[name=board]")
    keys.press("Space")
    _tab_to(page, ".compose-acts button[value=post]")
    with page.expect_navigation():
        keys.press("Enter")
    assert page.inner_text("h1") == "No mouse at this table"
    _tab_to(page, "[role=search] input")
    keys.type("keyboard")
    with page.expect_navigation():
        keys.press("Enter")
    assert page.locator(".search-tools, main").count()

    _moderate(ada)


def _moderate(ada: Visitor) -> None:
    """Look at the first case by its keys, find nothing wrong with it, and take that back."""
    page, keys = ada.page, ada.page.keyboard
    ada.open("/staff/mod")
    assert page.locator("[data-rows] a").count() >= 1
    keys.press("j")
    with page.expect_navigation():
        keys.press("Enter")
    page.wait_for_selector(".lease:has-text('You are on this')")
    keys.press("?")
    assert page.locator("#keys").is_visible()
    keys.press("Escape")
    page.wait_for_selector("#keys", state="hidden")  # keys pressed in a dialog belong to it
    keys.press("a")
    page.wait_for_selector("#toasts :text('Nothing wrong. Noted.')")
    page.wait_for_load_state()
    keys.press("z")  # the other tests find the case as it was
    page.wait_for_selector("#toasts :text('Undone.')")


def test_without_javascript_one_signs_in_posts_replies_likes_votes_and_searches(
    visitor: MakeVisitor, tmp_path: Path
) -> None:
    fan = visitor(PHONE, "zh", javascript=False)
    page = fan.open("/signin")
    page.fill("input[name=contact]", "yan@example.com")
    page.fill("input[name=password]", PASSWORD)
    fan.submit('form[action*="/signin"]')
    photo = tmp_path / "pot.jpg"
    Image.new("RGB", (320, 240), (160, 70, 40)).save(photo)
    fan.open("/compose")
    page.fill("input[name=title]", "无脚本的一锅")
    page.fill("textarea[name=body]", "只有表单。")
    page.set_input_files("photo-picker input[type=file] >> nth=0", str(photo))
    page.check("input[name=board] >> nth=0", force=True)
    fan.submit_by(".compose-acts button[value=post]")
    assert page.inner_text("h1") == "无脚本的一锅"
    assert page.locator(".photo-strip img").count() == 1
    fan.open("/p/" + fan.site.examples["code"])
    page.fill("#reply-body", "没有脚本也能回")
    fan.submit_by(".btn-send")
    assert "没有脚本也能回" in page.inner_text("#replies")
    like = ".composer-acts .like-form button"
    was = page.get_attribute(like, "aria-pressed")
    fan.submit_by(like)
    assert page.get_attribute(like, "aria-pressed") != was
    fan.open("/p/" + fan.site.examples["poll"])
    page.locator("#poll form input:not([type=hidden])").last.check(force=True)
    fan.submit_by("#poll form button[type=submit]")
    assert page.locator("#poll .is-mine").count() == 1
    fan.open("/search")
    page.fill("main input[name=q]", "无脚本的一锅")
    fan.submit('main form[role="search"]')
    assert "无脚本的一锅" in page.inner_text("main")
