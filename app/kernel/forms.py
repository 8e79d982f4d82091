"""Forms check shape; services check rules. What costs something carries a request key."""

import re
import secrets
import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Regexp

from app.kernel.i18n import lazy_gettext as _l

JOINER = "\u200d"  # holds emoji such as a cook together
KEPT_IN_TEXT = frozenset({"\n", "\t", JOINER})
REQUEST_KEY = re.compile(r"^[A-Za-z0-9_-]{16,64}$")


def clean(value: str | None) -> str | None:
    """Filter: NFC, no control characters, no spaces around. For one-line fields."""
    if value is None:
        return None
    text = unicodedata.normalize("NFC", value)
    text = "".join(c for c in text if c == JOINER or not unicodedata.category(c).startswith("C"))
    return text.strip()


def clean_text(value: str | None) -> str | None:
    r"""Filter: as :func:`clean`, but line breaks stay (as ``\\n``). For text areas."""
    if value is None:
        return None
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    kept = (c for c in text if c in KEPT_IN_TEXT or not unicodedata.category(c).startswith("C"))
    return "".join(kept).strip()


class Form(FlaskForm):
    """A form of ours: CSRF on, errors translated."""

    def error_list(self) -> list[tuple[str, str, str]]:
        """Return (field id, label, message) of everything wrong, for the error summary."""
        return [
            (field.id, str(field.label.text), str(message))
            for field in self
            for message in field.errors
            if field.type != "CSRFTokenField"
        ]


class CostlyForm(Form):
    """A form whose second submit returns the first result."""

    request_key = HiddenField(
        validators=[Regexp(REQUEST_KEY, message=_l("Reload the page and send again."))],
        default=lambda: secrets.token_urlsafe(18),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.request_key.data:
            self.request_key.data = secrets.token_urlsafe(18)
