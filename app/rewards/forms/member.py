"""What members fill in."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from app.kernel.forms import CostlyForm, Form, clean
from app.kernel.i18n import lazy_gettext as _l
from app.rewards.types import MAX_AT_ONCE, Address

PHONE = r"^[0-9+() .-]{6,24}$"
TOO_LONG = _l("Keep it shorter.")


class PlainForm(Form):
    """A question with one answer."""


class PiecesForm(Form):
    """Which pieces of an order go back: all of them, where there is nothing to choose."""

    pieces = SelectMultipleField(_l("What goes back"), coerce=int, validate_choice=False)

    def offer(self, pieces: Sequence[tuple[int, str]]) -> None:
        """Offer the pieces that may go back now."""
        self.pieces.choices = [SelectChoice(number, name) for number, name in pieces]

    def chosen(self) -> list[int] | None:
        """Return the numbers of what goes back; None: all that can."""
        return self.pieces.data if len(self.pieces.choices) > 1 else None

    def validate_pieces(self, field: SelectMultipleField) -> None:
        """See that something is chosen, and only what can go back still."""
        known = {each.value for each in field.choices}
        if len(known) > 1 and not (field.data and set(field.data) <= known):
            raise ValidationError(str(_l("Choose at least one that can go back.")))


class EntryForm(Form):
    """A ticket at the price that was shown."""

    seen_points = HiddenField(validators=[Regexp(r"^\d{1,12}$")])


class _AddressFields:
    """Where a parcel goes."""

    name = StringField(
        _l("Recipient"), filters=[clean], validators=[Optional(), Length(max=60, message=TOO_LONG)]
    )
    phone = StringField(
        _l("Telephone"),
        filters=[clean],
        validators=[
            Optional(),
            Regexp(PHONE, message=_l("Write the telephone number the courier may ring.")),
        ],
    )
    region = StringField(
        _l("Province, city, district"),
        filters=[clean],
        validators=[Optional(), Length(max=120, message=TOO_LONG)],
    )
    street = StringField(
        _l("Street, building, door"),
        filters=[clean],
        validators=[Optional(), Length(max=160, message=TOO_LONG)],
    )
    postcode = StringField(
        _l("Postcode"), filters=[clean], validators=[Optional(), Length(max=12, message=TOO_LONG)]
    )


def _address(form: Any) -> Address | None:
    """Return the address that was written, or note at the fields what is missing."""
    needed = (
        (form.name, _l("Write who receives it.")),
        (form.phone, _l("Write the telephone number the courier may ring.")),
        (form.region, _l("Write province, city and district.")),
        (form.street, _l("Write street and door.")),
    )
    missing = [(field, text) for field, text in needed if not field.data and not field.errors]
    for field, text in missing:
        field.errors = [*field.errors, str(text)]
    if missing or form.errors:
        return None
    return Address(
        form.name.data, form.phone.data, form.region.data, form.street.data,
        form.postcode.data or "",
    )  # fmt: skip


class AddressForm(Form, _AddressFields):
    """Where an order goes."""

    def address(self) -> Address | None:
        """Return the address; None: something is missing, and the fields say what."""
        return _address(self)


class RedeemForm(CostlyForm, _AddressFields):
    """A purchase: what, how many, at the price that was shown, where to."""

    variant = RadioField(_l("Kind"), choices=(), validators=[Optional()])
    count = IntegerField(
        _l("How many"),
        default=1,
        validators=[
            InputRequired(_l("Write how many.")),
            NumberRange(1, MAX_AT_ONCE, message=_l("Between 1 and 20 at a time.")),
        ],
    )
    seen_points = HiddenField(validators=[Regexp(r"^\d{1,12}$")])
    seen_minor = HiddenField(validators=[Regexp(r"^\d{1,12}$")])

    def address(self) -> Address | None:
        """Return the address; None: something is missing, and the fields say what."""
        return _address(self)
