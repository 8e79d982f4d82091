"""Commerce."""

from flask import Flask


def register(_app: Flask) -> None:
    """Move in."""
