"""The blueprint that all member pages of the community hang on."""

from flask import Blueprint

bp = Blueprint("community", __name__)
