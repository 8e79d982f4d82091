"""The blueprint of members' check-in pages."""

from flask import Blueprint

bp = Blueprint("checkin", __name__)
