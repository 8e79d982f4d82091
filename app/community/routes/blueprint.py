"""The blueprint that all member pages of the community hang on."""

from flask import Blueprint, request

bp = Blueprint("community", __name__)

MAX_DIGITS = 9


def number_arg(name: str, *, digits: int = MAX_DIGITS) -> int | None:
    """Return a positive whole number from the query string, or None for anything else."""
    text = request.args.get(name, "")
    is_number = text.isascii() and text.isdecimal() and len(text) <= digits
    return int(text) or None if is_number else None
