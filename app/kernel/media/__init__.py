"""Photos: storage, guarded decoding, renditions."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Install the media routes."""
