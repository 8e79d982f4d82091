"""Shapes of claims."""

import unicodedata

from flask_wtf.file import FileField
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from app.commerce.reading.values import BadCellError, amount_minor
from app.commerce.types import ClaimRefusal
from app.kernel.forms import Form, clean
from app.kernel.i18n import lazy_gettext as _l

NUMBER_CHARS = 128


def _half_width(text: str | None) -> str | None:
    return unicodedata.normalize("NFKC", text) if text else text


class LinkForm(Form):
    """An order that a member says is his: number, exact amount, end of the telephone number."""

    channel = SelectField(_l("Bought at"), validators=[InputRequired(_l("Choose a shop."))])
    number = StringField(
        _l("Order number"),
        description=_l("As the shop shows it, with all its digits."),
        filters=[clean, _half_width],
        validators=[
            DataRequired(_l("Write the order number.")),
            Length(max=NUMBER_CHARS, message=_l("This is too long for an order number.")),
        ],
    )
    amount = StringField(
        _l("Amount paid"),
        description=_l("Exactly, with the cents."),
        filters=[clean, _half_width],
        validators=[Optional()],
    )
    tail = StringField(
        _l("Last 4 digits of the phone number in the order"),
        filters=[clean, _half_width],
        validators=[Optional(), Regexp(r"^[0-9]{4}$", message=_l("Write just the last 4 digits."))],
    )
    photo = FileField(_l("Picture of the receipt"))

    @property
    def paid_minor(self) -> int:
        """Return the amount in minor units, once the form is valid."""
        return int(amount_minor(self.amount.data))

    def validate_amount(self, field: StringField) -> None:
        """Refuse what is no amount."""
        try:
            amount_minor(field.data)
        except BadCellError as error:
            raise ValidationError(_l("Write the amount as 128 or 128.50.")) from error

    def wants_figures(self) -> bool:
        """Blame missing figures: the order itself is to be checked by them."""
        for field, message in (
            (self.amount, _l("Write what you paid.")),
            (self.tail, _l("Write the last 4 digits.")),
        ):
            if not field.data:
                field.errors = [*field.errors, message]
        return not (self.amount.errors or self.tail.errors)


class RefuseForm(Form):
    """Why a claim is refused."""

    reason = SelectField(
        _l("Reason"), validators=[InputRequired(_l("Choose a reason."))], choices=[]
    )


REFUSALS = {
    ClaimRefusal.UNREADABLE: _l("The picture can't be read"),
    ClaimRefusal.OTHER_PERSON: _l("The order is somebody else's"),
    ClaimRefusal.NO_SUCH_ORDER: _l("There is no such order"),
}
