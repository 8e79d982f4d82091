"""The blueprint that all staff pages of commerce hang on."""

from flask import Blueprint

bp = Blueprint("commerce_staff", __name__, url_prefix="/staff")
