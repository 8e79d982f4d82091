"""Where the views hang."""

from flask import Blueprint

from app.kernel.web import csrf

bp = Blueprint("notify", __name__)
machine_bp = Blueprint("notify_machine", __name__)
csrf.exempt(machine_bp)
