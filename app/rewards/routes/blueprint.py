"""The blueprint of members' mall pages."""

from flask import Blueprint

bp = Blueprint("rewards", __name__)
