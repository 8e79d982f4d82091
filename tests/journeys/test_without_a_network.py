"""A phone loses its network: what was read can be read, what was typed stays, by him alone."""

from tests.browser.fixtures import MARKS, MakeVisitor
from tests.browser.site import PHONE, Visitor

pytestmark = MARKS

KEPT = """async (path) => {
  const store = await caches.open('pages-1')
  const index = await (await store.match('/offline/index'))?.json()
  return index?.pages.some((each) => each.name === path && each.photos.length) ?? false
}"""


# Playwright's wait_for_function takes a promise for an answer, so a cache is asked in the page.
UNTIL = f"""async ([path, wanted]) => {{
  const late = Date.now() + 15000
  while (Date.now() < late) {{
    if (await ({KEPT})(path) === wanted) return true
    await new Promise((done) => {{ setTimeout(done, 50) }})
  }}
  return false
}}"""


def _wait_until_kept(fan: Visitor, path: str, *, is_kept: bool = True) -> None:
    assert fan.page.evaluate(UNTIL, [path, is_kept]), "not in fifteen seconds"


def test_a_visited_thread_is_read_and_answered_without_a_network(visitor: MakeVisitor) -> None:
    fan = visitor(PHONE, "en", worker=True).sign_in("mei")
    page = fan.page
    thread = "/p/" + fan.site.examples["code"]
    fan.open(thread)
    _wait_until_kept(fan, thread)
    fan.open(thread)  # as the worker's guest
    fan.context.set_offline(True)
    page.reload()
    assert page.locator("html[data-kept]").count() == 1, page.inner_text("body")
    assert "You are offline: this was kept on" in page.inner_text("[data-offline]")
    assert page.evaluate("() => document.querySelector('.photo-strip img').naturalWidth > 0")
    assert page.locator(".needs-net").is_visible()
    page.fill("#reply-body", "Smells good from here")
    page.click(".btn-send")
    assert "Kept on this phone" in page.inner_text("#toasts")

    page.goto(fan.site.url + "/b")  # never kept
    assert page.inner_text("h1") == "Kept on this phone"
    page.wait_for_selector("kept-pages ul a")
    page.click(f"kept-pages a[href='{thread}']")
    page.wait_for_selector("html[data-kept]")

    fan.context.set_offline(False)
    page.click("[data-offline] a")
    page.wait_for_selector("html:not([data-kept])")
    assert page.input_value("#reply-body") == "Smells good from here", "nothing sends itself"
    assert page.locator("kept-text").is_visible()
    with page.expect_navigation():
        page.click(".btn-send")
    assert "Smells good from here" in page.inner_text("#replies")
    assert page.input_value("#reply-body") == "", "what was sent is not brought back"

    fan.complaints.clear()  # a browser without a network complains of that


def test_what_is_kept_goes_with_who_read_it(visitor: MakeVisitor) -> None:
    fan = visitor(PHONE, "zh", worker=True).sign_in("bob")
    page = fan.page
    thread = "/p/" + fan.site.examples["code"]
    fan.open(thread)
    _wait_until_kept(fan, thread)
    for private in ("/me/wallet", "/notices"):
        fan.open(private)
    names = page.evaluate(
        """async () => {
          const kept = await (await caches.open('pages-1')).keys();
          return kept.map((request) => new URL(request.url).pathname);
        }"""
    )
    assert set(names) == {thread, "/offline/index"}
    fan.context.clear_cookies()
    fan.open("/b")  # a guest, without a word of goodbye
    _wait_until_kept(fan, thread, is_kept=False)
    assert page.evaluate(f"async () => Boolean(await caches.match({thread!r}))") is False


def test_the_home_screen_is_offered_at_the_third_visit_and_not_again_for_long(
    visitor: MakeVisitor,
) -> None:
    fan = visitor(PHONE, "en")
    page = fan.page
    offer = "() => dispatchEvent(new Event('beforeinstallprompt'))"
    for visit in (1, 2, 3):
        fan.open("/b")
        page.evaluate(offer)
        assert page.locator(".install").is_visible() is (visit == 3)
        page.evaluate("() => sessionStorage.clear()")
    page.click("[data-install-no]")
    fan.open("/b")
    page.evaluate(offer)
    assert not page.locator(".install").is_visible()
    page.evaluate("() => localStorage.setItem('install-declined', Date.now() - 91 * 86400000)")
    fan.open("/b")
    page.evaluate(offer)
    assert page.locator(".install").is_visible()
