"""The blueprint that all member pages of commerce hang on."""

from flask import Blueprint

bp = Blueprint("commerce", __name__)
