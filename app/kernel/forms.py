"""Forms check shape; services check rules. What costs something carries a request key."""

import re
import secrets
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Regexp

from app.kernel.i18n import lazy_gettext as _l
from app.kernel.text import clean, clean_text

__all__ = ["REQUEST_KEY", "CostlyForm", "Form", "clean", "clean_text"]

REQUEST_KEY = re.compile(r"^[A-Za-z0-9_-]{16,64}$")


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
