"""Shapes of what staff do with parcels."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.kernel.forms import Form, clean, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_tag
from app.rewards.policy.carriers import CARRIERS
from app.rewards.policy.tracking import NUMBER
from app.rewards.service.fulfilling import REASONS
from app.rewards.words import STAFF_WHYS

MOST_CHARS = 60_000


def _carriers() -> list[SelectChoice]:
    is_zh = locale_tag().startswith("zh")
    return [SelectChoice(each.key, each.zh if is_zh else each.en) for each in CARRIERS]


class ShipForm(Form):
    """One parcel leaves."""

    carrier = SelectField(_l("Carrier"), choices=_carriers)
    tracking = StringField(
        _l("Tracking number"),
        filters=[clean],
        validators=[
            InputRequired(_l("Write the tracking number.")),
            Regexp(NUMBER, message=_l("6 to 40 letters and digits.")),
        ],
    )


class TrackingForm(Form):
    """Tracking numbers for many."""

    carrier = SelectField(
        _l("Carrier"), choices=_carriers, description=_l("Of lines that name nobody else.")
    )
    lines = TextAreaField(
        _l("Paste lines"),
        description=_l("One parcel a line: order code and tracking number, with the carrier if it "
                       "is another one."),
        filters=[clean_text],
        validators=[Optional(), Length(max=MOST_CHARS, message=_l("This is too long."))],
    )  # fmt: skip
    file = FileField(_l("Or a file"), description=_l("CSV or XLSX, up to 500 lines."))


class ProblemForm(Form):
    """Something is wrong with a parcel."""

    why = SelectField(_l("What is wrong"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.why.choices = [SelectChoice(each.value, str(STAFF_WHYS[each])) for each in REASONS]


class RefundForm(ProblemForm):
    """An order ends; its points go back."""

    returns_to_stock = BooleanField(
        _l("The pieces can be redeemed again"),
        description=_l("Leave it out for what was lost or damaged."),
        default=True,
    )
