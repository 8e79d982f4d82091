"""Shapes of what staff do with money."""

from wtforms import RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from app.kernel import ids
from app.kernel.forms import CostlyForm, Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.rewards.forms.staff import AMOUNT, MONEY, minor_of
from app.rewards.types import MAX_NOTE, Came, Decision
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


class LateForm(CostlyForm):
    """Money came for an order that has ended."""

    code = StringField(
        _l("Code of the order"), filters=[clean],
        validators=[InputRequired(_l("Write the order's code.")), Length(max=40)],
    )  # fmt: skip
    amount = StringField(
        _l("How much came"), filters=[clean],
        validators=[InputRequired(MONEY), Regexp(AMOUNT, message=MONEY)],
    )  # fmt: skip
    note = _note(_l("How it came, such as the number of the transfer. Only the team reads it."))

    def validate_amount(self, field: StringField) -> None:
        """See that something came."""
        if not minor_of(field.data):
            raise ValidationError(str(MONEY))

    def came(self) -> Came:
        """Return it as the service takes it."""
        return Came(
            order_code=ids.read_code(self.code.data or "") or "",
            minor=minor_of(self.amount.data),
            note=self.note.data or "",
            request_key=self.request_key.data or "",
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
