"""Words and small readings that all pages of the archive share."""

from flask import request

from app.archive.types import RIGHTS_KINDS, RIGHTS_LABELS, SCOPE_LABELS, scopes_in_words
from app.kernel.i18n import locale_tag

MAX_ID = 19  # digits


def words() -> dict[str, object]:
    """Return the words that pages of the archive need."""
    return {
        "rights_labels": RIGHTS_LABELS,
        "rights_kinds": RIGHTS_KINDS,
        "scope_labels": SCOPE_LABELS,
        "scopes_in_words": scopes_in_words,
        "locale": locale_tag(),
    }


def id_arg(name: str) -> int | None:
    """Return an id from the address, or None for whatever is none."""
    text = request.args.get(name, "")
    is_number = text.isascii() and text.isdecimal() and len(text) < MAX_ID
    return int(text) if is_number else None
