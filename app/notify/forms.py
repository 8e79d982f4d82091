"""Forms of the pages about notices."""

from collections.abc import Sequence

from wtforms import BooleanField

from app.kernel.forms import Form
from app.notify.types import NoticeKind

PREFIX = "mail_"


def letters_form(kinds: Sequence[NoticeKind]) -> type[Form]:
    """Return a form with one switch for every kind that letters are written about."""
    switches = {field_name(kind.key): BooleanField(kind.label) for kind in kinds if kind.has_mail}
    return type("LettersForm", (Form,), switches)


def field_name(kind: str) -> str:
    """Return the name of a kind's switch."""
    return PREFIX + kind.replace(".", "_")
