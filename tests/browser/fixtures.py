"""Fixtures that browser tests and journeys share."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as BrowserError

from tests.browser import site as running
from tests.browser.site import PHONE, Site, Visitor

MakeVisitor = Callable[..., Visitor]

MARKS = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("browser"),  # one site, one Chromium
]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running copy."""
    with running.running_site(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser."""
    assert running.chromium_path(), "no Chromium: bin/test says how to get one"
    with sync_playwright() as playwright:
        browser = running.launch(playwright)
        yield browser
        browser.close()


Look = Callable[[str, str, Literal["light", "dark"]], Visitor]
"""Who, language, scheme -> somebody who looks at one page after the other."""

FORGET = "() => { localStorage.clear(); sessionStorage.clear() }"


@pytest.fixture(scope="session")
def lookers() -> Iterator[dict[tuple[str, str, str], Visitor]]:
    """Those who look at page after page, one for each role and mood, kept for all tests."""
    made: dict[tuple[str, str, str], Visitor] = {}
    yield made
    for each in made.values():
        with suppress(BrowserError):  # the browser may be gone before
            each.context.close()


@pytest.fixture
def look(
    chromium: Browser, site: Site, lookers: dict[tuple[str, str, str], Visitor]
) -> Iterator[Look]:
    """Return a function that lends a browser profile; what a page left in it is gone.

    A profile of its own for every page costs a second: files are loaded and signed in anew.
    """
    lent: list[Visitor] = []

    def lend(who: str, language: str, scheme: Literal["light", "dark"]) -> Visitor:
        someone = lookers.get((who, language, scheme))
        if someone is None:
            # One pixel a point: half the paint, the same layout.
            device = {**PHONE, "device_scale_factor": 1}
            someone = running.visit(chromium, site, device=device, language=language)
            someone.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            lookers[who, language, scheme] = someone
        lent.append(someone)
        someone.context.clear_cookies()
        if who:
            someone.sign_in(who)
        someone.page.set_viewport_size(PHONE["viewport"])
        return someone

    yield lend
    complaints = [complaint for each in lent for complaint in each.complaints]
    for each in lent:
        each.complaints.clear()
        if each.page.url.startswith(site.url):
            each.page.evaluate(FORGET)
    assert complaints == []


@pytest.fixture
def visitor(chromium: Browser, site: Site) -> Iterator[MakeVisitor]:
    """Return a function that opens a browser profile; complaints of any of them fail the test."""
    made: list[Visitor] = []

    def make(device: dict[str, Any] = PHONE, language: str = "zh", **more: Any) -> Visitor:
        made.append(running.visit(chromium, site, device=device, language=language, **more))
        return made[-1]

    yield make
    complaints = [complaint for each in made for complaint in each.complaints]
    for each in made:
        each.context.close()
    assert complaints == []
