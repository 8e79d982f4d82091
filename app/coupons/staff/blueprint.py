"""The blueprint of the console's coupon pages."""

from flask import Blueprint

from app.kernel.permissions import Permission

EDIT = Permission.COUPONS_EDIT
bp = Blueprint("coupons_staff", __name__, url_prefix="/staff/coupons")
