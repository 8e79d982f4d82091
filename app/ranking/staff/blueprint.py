"""The blueprint of the leaderboards' staff pages."""

from flask import Blueprint

from app.kernel.permissions import Permission

bp = Blueprint("ranking_staff", __name__, url_prefix="/staff/ranking")
EDIT = Permission.RANKING_EDIT
