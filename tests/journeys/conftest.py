"""Journeys use the fixtures of the browser tests."""

from tests.browser.fixtures import chromium, site, visitor

__all__ = ["chromium", "site", "visitor"]
