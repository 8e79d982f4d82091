"""Every page in a real browser: no complaint, nothing moves, nothing serious from axe."""

from functools import cache
from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from app import create_app
from tests.browser import pages
from tests.browser.fixtures import MARKS, Look
from tests.browser.site import Site
from tests.conftest import ROOT, test_config

# English words are the longest, so the narrowest screens are theirs; each width is seen by one.
WIDTHS = {"zh": (320, 430, 1024), "en": (320, 390, 768, 1440)}
CARDS_BELOW = 700  # on narrower screens the rows of a table are cards
WIDE_TABLES = """() => [...document.querySelectorAll('.table-wrap:has(.table-cards)')]
  .filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.getAttribute('aria-label'))"""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALL = {**pages.PAGES, **pages.VARIANTS}


@cache
def _axe() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def test_every_page_is_looked_at(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("routes")
    app = create_app(test_config(f"sqlite:///{folder / 'none.db'}", folder))
    shown = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and rule.endpoint not in pages.FILES
    }
    assert shown - pages.ELSEWHERE == set(pages.PAGES)


def _too_wide(page: Page, widths: tuple[int, ...]) -> list[str]:
    """Return the widths at which the page scrolls sideways, and what sticks out."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        figures = page.evaluate(
            """() => {
              const limit = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= limit) return [0, limit, ''];
              const out = [...document.querySelectorAll('body *')].filter((e) => {
                const box = e.getBoundingClientRect();
                return box.width && box.right > limit + 1;
              });
              return [document.documentElement.scrollWidth, limit,
                      out.slice(-1).map((e) => e.outerHTML.slice(0, 160)).join('')];
            }"""
        )
        if figures[0] > figures[1]:
            found.append(f"{width} px: {figures[0]} wide, {figures[2]}")
        if width < CARDS_BELOW:
            found += [f"{width} px: scrolls, {table}" for table in page.evaluate(WIDE_TABLES)]
    return found


def _serious(page: Page) -> list[str]:
    """Return what axe calls serious or critical."""
    page.evaluate(_axe())
    result: dict[str, Any] = page.evaluate(
        # What passes is not described: that would cost as much as finding what does not.
        """(tags) => axe.run(document, {
          runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
        })""",
        TAGS,
    )
    return [
        f"{each['id']}: {node['html'][:200]} ({' '.join(node['failureSummary'].split())[:200]})"
        for each in result["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"][:3]
    ]


def _blank_icons(page: Page) -> list[str]:
    """Return the icons that the page names and the sprite lacks."""
    return [
        f"no such icon: {name}"
        for name in page.evaluate(
            """async () => {
              const uses = [...document.querySelectorAll('use')].map((e) => e.getAttribute('href'));
              const files = [...new Set(uses.map((use) => use.split('#')[0]))].filter(Boolean);
              const texts = await Promise.all(files.map(async (f) => (await fetch(f)).text()));
              const ids = [...new Set(uses.map((use) => use.split('#')[1]))];
              return ids.filter((id) => !texts.join('').includes(`id="${id}"`));
            }"""
        )
    ]


MOST_SHIFT = 0.02  # Google calls a page good below 0.1


def _unsteady(page: Page, who: str) -> list[str]:
    """Return what moved while the page came, and whether its largest photo came late or unsized.

    Late is a matter of phones on the road: staff's galleries may load what is seen.
    """
    figures = page.evaluate(
        """async () => {
          const seen = (type) => new Promise((tell) => {
            const told = [];
            const watch = new PerformanceObserver((list) => told.push(...list.getEntries()));
            watch.observe({type, buffered: true});
            requestAnimationFrame(() => setTimeout(() => { watch.disconnect(); tell(told) }));
          });
          const shifts = (await seen('layout-shift')).filter((each) => !each.hadRecentInput);
          const moved = shifts.flatMap((each) => each.sources)
            .map((each) => each.node?.outerHTML?.slice(0, 120) ?? '');
          const largest = (await seen('largest-contentful-paint')).at(-1)?.element;
          const photo = largest?.tagName === 'IMG' ? largest : null;
          const seenOf = (image) => {  // its area within the first screen
            const box = image.getBoundingClientRect();
            const down = Math.min(box.bottom, innerHeight) - Math.max(box.top, 0);
            return Math.max(0, down) * box.width;
          };
          const others = [...document.images].filter((each) => each.loading !== 'lazy');
          const isLate = photo?.loading === 'lazy'
            && !others.some((each) => seenOf(each) >= seenOf(photo) * 0.9);
          return {
            shift: shifts.reduce((sum, each) => sum + each.value, 0), moved: moved.slice(0, 3),
            lazy: isLate ? photo.outerHTML.slice(0, 160) : '',
            unsized: photo && !(photo.getAttribute('width') && photo.getAttribute('height'))
              ? photo.outerHTML.slice(0, 160) : '',
          };
        }"""
    )
    found = [f"moved {figures['shift']:.3f}: {figures['moved']}"] * (figures["shift"] > MOST_SHIFT)
    found += [f"a photo larger than all that come at once is lazy: {figures['lazy']}"] * bool(
        figures["lazy"] and who != pages.STAFF
    )
    return found + [f"the largest photo has no size: {figures['unsized']}"] * bool(
        figures["unsized"]
    )


Mood = tuple[str, Literal["light", "dark"]]
MOODS: tuple[Mood, ...] = (("zh", "light"), ("en", "dark"))


def _moods(name: str, who: str, is_long: bool) -> tuple[Mood, ...]:
    """Return in which moods a page is looked at.

    What fans see in both. Staff's pages are put together from the same parts: every other one in
    Chinese and light, the rest in English and dark; both with ``--long``.
    """
    if who != pages.STAFF or is_long:
        return MOODS
    return (MOODS[sorted(ALL).index(name) % 2],)


class TestPages:
    """One test a page: light in Chinese, dark in English."""

    pytestmark = MARKS

    @pytest.mark.parametrize("name", sorted(ALL))
    def test_a_page_fits_and_is_accessible(
        self, name: str, site: Site, look: Look, request: pytest.FixtureRequest
    ) -> None:
        who, address = ALL[name]
        path = address.format(**site.examples)
        problems = []
        is_long = bool(request.config.getoption("--long"))
        for language, scheme in _moods(name, who, is_long):
            someone = look(who, language, scheme)
            page = someone.open(path)
            assert someone.status == pages.NOT_OK.get(name, 200), "not the page that was meant"
            found = [
                *_unsteady(page, who),
                *_serious(page),
                *_blank_icons(page),
                *_too_wide(page, WIDTHS[language]),
            ]
            problems += [f"{language} {scheme}: {problem}" for problem in found]
        assert problems == []
