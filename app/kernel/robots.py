"""``/robots.txt``: what search engines may read, worked out from the marks of the views.

A first step of a path (``/me``, ``/staff``) under which every view is for members or the team is
shut as a whole; a view for members deeper down by its pattern. Domains add what is public and yet
not worth finding (:func:`keep_out`), their sitemaps (:func:`lists`), and single pages for
whoever keeps a sitemap of these (:func:`names`).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from flask import Flask, Response, current_app, url_for
from werkzeug.routing import Rule

from app.kernel.web import cached_for_guests, public

DAY = 86_400
_out: set[str] = set()
_lists: list[str] = []
Pages = Callable[[], Iterable[str]]
"""Paths of pages that guests read and that search engines shall know."""
_pages: list[Pages] = []


def keep_out(path: str) -> None:
    """Shut a public path; called from a manifest."""
    _out.add(path)


def lists(endpoint: str) -> None:
    """Name a sitemap; called from a manifest."""
    if endpoint not in _lists:
        _lists.append(endpoint)


def names(pages: Pages) -> None:
    """Say which pages a domain has; called from a manifest."""
    if pages not in _pages:
        _pages.append(pages)


def named() -> list[str]:
    """Return the paths of all pages that domains named, each once."""
    return list(dict.fromkeys(path for pages in _pages for path in pages()))


def init_app(app: Flask) -> None:
    """Install ``/robots.txt``."""
    app.add_url_rule("/robots.txt", "robots_txt", serve_robots)


@public
@cached_for_guests(DAY)
def serve_robots() -> Response:
    """Answer who may read what."""
    app: Flask = current_app
    base = app.config["POTLUCK"].base_url
    lines = [
        f"# {app.config['BRAND'].name}: everything that guests can read may be read and found.",
        "# Shut are search results, pages of one person, forms, and the team's console.",
        "User-agent: *",
        *(f"Disallow: {path}" for path in sorted(set(_shut(app)) | _out)),
        "Allow: /",
        "",
        *(f"Sitemap: {base}{url_for(endpoint)}" for endpoint in _lists),
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


def _shut(app: Flask) -> Iterator[str]:
    """Yield the paths that only members or the team can read."""
    steps: dict[str, list[Rule]] = defaultdict(list)
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or set()):
            steps[rule.rule.split("/")[1]].append(rule)
    for step, rules in steps.items():
        private = [rule for rule in rules if not _is_public(app, rule)]
        if step and len(private) == len(rules):
            yield from (f"/{step}$", f"/{step}/")  # and not /media because of /me
        else:
            for rule in private:
                yield re.sub(r"<[^>]+>", "*", rule.rule) + "$"


def _is_public(app: Flask, rule: Rule) -> bool:
    return getattr(app.view_functions[rule.endpoint], "__access__", "") == "public"
