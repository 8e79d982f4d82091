"""Fields that several forms have."""

from decimal import Decimal

from wtforms import (
    IntegerField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
)

from app.kernel.forms import clean, clean_text
from app.kernel.i18n import lazy_gettext as _l

MOST = 1_000_000
WHOLE = _l("A whole number, 0 or more.")


def whole(label: object, description: object = "", most: int = MOST) -> IntegerField:
    """Return a field for a whole number."""
    return IntegerField(
        label,
        description=description,
        default=0,
        validators=[InputRequired(WHOLE), NumberRange(0, most, message=WHOLE)],
    )


def text(label: object, most: int, description: object = "") -> StringField:
    """Return a field for a line of text."""
    return StringField(
        label,
        description=description,
        filters=[clean],
        validators=[Length(max=most, message=_l("That is too long."))],
    )


def long(label: object) -> TextAreaField:
    """Return a field for a longer text."""
    return TextAreaField(
        label, filters=[clean_text], validators=[Length(max=8_000, message=_l("That is too long."))]
    )


def minor(value: Decimal | None) -> int | None:
    """Return an amount of money in minor units, rounded down."""
    return None if value is None else int(value * 100)
