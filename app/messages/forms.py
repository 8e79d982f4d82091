"""Shapes of messages and of the choice who may write."""

from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired

from app.kernel.forms import CostlyForm, Form, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.messages.types import WHO_LABELS, Who, Wish

MAX_DIGITS = 19


class MessageForm(CostlyForm):
    """A message: a text, perhaps a photo. ``seen`` is the number of the last one shown."""

    body = TextAreaField(_l("Your message"), filters=[clean_text])
    seen = HiddenField()

    @property
    def seen_number(self) -> int:
        """Return the number of the last message that the page showed; 0 where it says nothing."""
        return number_from(self.seen.data) or 0


class WishForm(Form):
    """Who may write to me."""

    who = RadioField(
        _l("Who may write to me"),
        choices=[SelectChoice(each.value, label) for each, label in WHO_LABELS.items()],
        validators=[InputRequired(_l("Choose who may write to you."))],
    )
    shows_seen = BooleanField(_l("Show others that I have read"))

    @property
    def wish(self) -> Wish:
        """Return what was chosen."""
        return Wish(Who(self.who.data), bool(self.shows_seen.data))


def number_from(text: str | None) -> int | None:
    """Return a whole number of an address or a form, or None."""
    is_number = text and text.isascii() and text.isdecimal() and len(text) < MAX_DIGITS
    return int(text) if text and is_number else None
