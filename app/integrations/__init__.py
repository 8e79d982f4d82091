"""Integrations: shops tell their orders by signed webhooks, or are asked for them."""

from flask import Flask


def register(_app: Flask) -> None:
    """Move in."""
    from app.integrations import models  # noqa: F401 - its tables
