"""The blueprint that the modules of this package share."""

from flask import Blueprint

bp = Blueprint("identity", __name__)
