"""Shapes of what staff do with money."""

from wtforms import RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.kernel.forms import Form, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.rewards.types import MAX_NOTE, Decision
from app.rewards.words import DECISIONS


def _note(description: object) -> TextAreaField:
    return TextAreaField(
        _l("Note"),
        description=description,
        filters=[clean_text],
        validators=[Optional(), Length(max=MAX_NOTE, message=_l("Keep it shorter."))],
    )


class GivenBackForm(Form):
    """Money went back."""

    note = _note(
        _l("How it went back, such as the number of the transfer. Only the team reads it.")
    )


class DecideForm(Form):
    """What becomes of a payment that was set aside."""

    decision = RadioField(
        _l("What becomes of it"), validators=[InputRequired(_l("Choose one of these."))]
    )
    note = _note(_l("For your colleagues."))

    def offer(self, *, can_take: bool) -> None:
        """Offer what can be decided."""
        self.decision.choices = [
            SelectChoice(each.value, label)
            for each, label in DECISIONS.items()
            if can_take or each is not Decision.TAKE
        ]
