"""The blueprint of the brand world's staff pages."""

from flask import Blueprint

from app.kernel.permissions import Permission

bp = Blueprint("brand_staff", __name__, url_prefix="/staff/brand")
EDIT = Permission.BRAND_EDIT
