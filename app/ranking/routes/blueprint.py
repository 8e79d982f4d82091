"""The blueprint of members' leaderboards."""

from flask import Blueprint

bp = Blueprint("ranking", __name__)
