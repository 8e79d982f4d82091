"""Built front-end files."""

from flask import Flask


def init_app(_app: Flask) -> None:
    """Install the asset routes."""
