"""``/livez``, ``/readyz``, ``/metrics``."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Install the health pages."""
