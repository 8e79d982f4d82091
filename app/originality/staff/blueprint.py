"""The blueprint of the desk."""

from flask import Blueprint, request

from app.kernel.permissions import Permission

bp = Blueprint("originality_staff", __name__, url_prefix="/staff/originality")
JUDGE = Permission.ORIGINALITY_JUDGE


def key_arg(name: str = "after") -> int | None:
    """Return the id that an address names; None where it is none."""
    text = request.args.get(name, "")
    is_id = text.isascii() and text.isdecimal() and len(text) < 20  # noqa: PLR2004 - 63 bits
    return int(text) if is_id and int(text) < 2**63 else None
