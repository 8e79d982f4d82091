"""The blueprint of the brand world."""

from flask import Blueprint, current_app

from app.config import Config

bp = Blueprint("brand", __name__)


def absolute(path: str) -> str:
    """Return a path with the configured address of the site before it; never the request's host."""
    config: Config = current_app.config["POTLUCK"]
    return config.base_url + path
