"""Browser tests use the fixtures of ``fixtures.py``."""

from tests.browser.fixtures import chromium, site, visitor

__all__ = ["chromium", "site", "visitor"]
