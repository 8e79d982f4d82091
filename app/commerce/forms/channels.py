"""Sales channels."""

from wtforms import IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Regexp

from app.commerce.types import IdentityKind
from app.kernel.forms import Form, clean
from app.kernel.i18n import lazy_gettext as _l

CODE = r"^[a-z0-9][a-z0-9_-]{0,31}$"

IDENTITY_KINDS = [
    SelectChoice(IdentityKind.BUYER_ID.value, _l("The channel's own buyer name or number")),
    SelectChoice(IdentityKind.PHONE.value, _l("A mobile number")),
    SelectChoice(IdentityKind.EMAIL.value, _l("An e-mail address")),
]


class ChannelForm(Form):
    """A new sales channel."""

    name = StringField(
        _l("Name"),
        filters=[clean],
        validators=[
            DataRequired(_l("Write what people call it.")),
            Length(max=60, message=_l("At most 60 characters.")),
        ],
    )
    code = StringField(
        _l("Code"),
        description=_l("Short and lasting, such as tmall. It stands in files and reports."),
        filters=[clean, lambda text: text.lower() if text else text],
        validators=[
            DataRequired(_l("Write a short code.")),
            Regexp(CODE, message=_l("Up to 32 of: a-z 0-9 - _")),
        ],
    )
    return_window_days = IntegerField(
        _l("Return window in days"),
        default=7,
        validators=[
            InputRequired(_l("Write a number of days.")),
            NumberRange(0, 365, message=_l("From 0 to 365 days.")),
        ],
    )
    currency = StringField(
        _l("Currency"),
        filters=[clean, lambda text: text.upper() if text else text],
        validators=[
            DataRequired(_l("Write its ISO code, such as CNY or USD.")),
            Regexp(r"^[A-Z]{3}$", message=_l("Write its ISO code, such as CNY or USD.")),
        ],
    )
    identity_kind = SelectField(
        _l("What its files say of the buyer"),
        choices=IDENTITY_KINDS,
        validators=[InputRequired(_l("Choose one of these."))],
    )
