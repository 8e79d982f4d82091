"""Photos that are pasted and dragged, a product's dot on one, the large picture, a small phone."""

from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.browser.fixtures import MARKS, MakeVisitor
from tests.browser.site import PHONE

pytestmark = MARKS

NARROW = {**PHONE, "viewport": {"width": 320, "height": 640}}
LEAST_FOR_A_NAME = 60  # pixels
GIVE = """async ([kind, target]) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 90, height: 90 })
  canvas.getContext('2d').fillRect(0, 0, 90, 90)
  const blob = await new Promise((made) => { canvas.toBlob(made, 'image/png') })
  const given = new DataTransfer()
  given.items.add(new File([blob], 'given.png', { type: 'image/png' }))
  const how = { bubbles: true, cancelable: true }
  const event = kind === 'paste' ? new ClipboardEvent(kind, { ...how, clipboardData: given })
    : new DragEvent(kind, { ...how, dataTransfer: given })
  document.querySelector(target).dispatchEvent(event)
}"""
TAKEN = "photo-picker input[type=hidden]:not([disabled])"


def test_photos_on_the_phone(visitor: MakeVisitor, tmp_path: Path) -> None:
    page = visitor(PHONE, "zh").sign_in("lin").open("/compose")
    files = []
    for number in range(3):
        files.append(tmp_path / f"{number}.jpg")
        Image.new("RGB", (300, 300), (180, 60, 60 * number)).save(files[-1])
    page.set_input_files("#photos", [str(file) for file in files])
    page.locator("input[name=photo_ids]:not([disabled])").nth(2).wait_for(state="attached")
    _what_is_given_goes_to_one_picker(page)
    second = page.locator("[name=photo_ids]").nth(1).input_value()
    page.locator(".photo-tile [data-act=right]").first.click()
    assert page.locator("[name=photo_ids]").first.input_value() == second
    page.fill("input[name=title]", "五张照片和一个点")
    page.fill("textarea[name=body]", "看看图里是什么")
    page.locator(".products-find input").press_sequentially("牛油")
    page.locator("#products-found [role=option]").first.click()
    page.click(".picked-spot")
    page.click(".spot-stage img")
    page.click("[data-spot-act=done]")
    assert page.input_value("[data-spot]").startswith(f"{second}:")
    page.check("input[name=board] >> nth=0", force=True)
    with page.expect_navigation():
        page.click(".compose-acts button[value=post]")
    assert page.locator("svg a[href*='/products/']").count() > 0
    page.locator("[data-gallery] img").first.click(position={"x": 20, "y": 20})  # not on the dot
    page.wait_for_selector(".pswp--open")
    assert page.inner_text(".pswp__counter").replace(" ", "") == "1/5", "a dot is no photo"
    page.keyboard.press("Escape")
    narrow = visitor(NARROW, "zh").sign_in("mei").open(page.url.removeprefix(_origin(page)))
    room = narrow.locator(".thread-top .author > .grow").evaluate("(name) => name.clientWidth")
    assert room >= LEAST_FOR_A_NAME, "the author's name is to be read on a small phone, too"


def _what_is_given_goes_to_one_picker(page: Page) -> None:
    """The pickers of a how-to's steps are in the form, too; they wait for their own."""
    for number, kind in enumerate(("paste", "drop"), start=4):
        page.evaluate(GIVE, [kind, "textarea[name=body]"])
        page.locator("[name=photo_ids]:not([disabled])").nth(number - 1).wait_for(state="attached")
    assert page.locator(TAKEN).count() == 5
    page.locator("input[name=kind][value=howto]").check(force=True)
    page.evaluate(GIVE, ["drop", "[data-step]:nth-child(2) photo-picker"])
    page.locator("[name='step_photo_id-2']:not([disabled])").wait_for(state="attached")
    assert page.locator(TAKEN).count() == 6
    page.locator("input[name=kind][value=note]").check(force=True)


def _origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])
