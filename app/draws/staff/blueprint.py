"""The blueprint of the team's pages."""

from flask import Blueprint

bp = Blueprint("draws_staff", __name__, url_prefix="/staff/draws")
