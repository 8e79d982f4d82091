"""The demo community: painted pictures, people and posts in two languages, a year of life."""

from flask import Flask


def register(_app: Flask) -> None:
    """Move in."""
