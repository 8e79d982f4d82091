"""The blueprint of the console's pages of seats."""

from flask import Blueprint

from app.kernel.permissions import Permission

CHECK, EDIT = Permission.SEATS_CHECK, Permission.MALL_EDIT
bp = Blueprint("seats_staff", __name__, url_prefix="/staff/seats")
