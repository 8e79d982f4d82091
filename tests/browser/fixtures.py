"""Fixtures that browser tests and journeys share."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

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
