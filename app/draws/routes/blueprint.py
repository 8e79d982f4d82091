"""The blueprint of members' pages."""

from flask import Blueprint

bp = Blueprint("draws", __name__)
