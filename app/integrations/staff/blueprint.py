"""The blueprint of the pages about webhooks."""

from flask import Blueprint

bp = Blueprint("integrations_staff", __name__, url_prefix="/staff")
