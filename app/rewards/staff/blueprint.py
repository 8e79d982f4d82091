"""The blueprint of the mall's catalogue pages for staff."""

from flask import Blueprint

bp = Blueprint("rewards_staff", __name__, url_prefix="/staff/mall")
