"""Sales channels."""

from wtforms import BooleanField, HiddenField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import (
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from app.commerce.forms.fields import ScaledField
from app.commerce.types import IdentityKind
from app.commerce.types.catalogue import ITEM, ChannelSettings, unscaled
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


MULTIPLIER = _l("Write a multiplier from 0 to 10, such as 1.5.")
PHONE, EMAIL = "phone", "email"


class ChannelSettingsForm(Form):
    """What staff decide about a channel that is there."""

    seen = HiddenField()
    name = StringField(
        _l("Name"),
        filters=[clean],
        validators=[
            DataRequired(_l("Write what people call it.")),
            Length(max=60, message=_l("At most 60 characters.")),
        ],
    )
    return_window_days = IntegerField(
        _l("Return window in days"),
        validators=[
            InputRequired(_l("Write a number of days.")),
            NumberRange(0, 365, message=_l("From 0 to 365 days.")),
        ],
    )
    multiplier = ScaledField(
        _l("Earning multiplier"),
        places=3,
        most=10_000,
        message=MULTIPLIER,
        is_needed=True,
        description=_l("1 is as everywhere. It counts for orders that come in from now on."),
    )
    link_template = StringField(
        _l("Link to a product there"),
        filters=[clean],
        description=_l("Where {item} stands comes the item number: https://shop.example/{item}"),
        validators=[Optional(), Length(max=300, message=_l("At most 300 characters."))],
    )
    price_floor = ScaledField(
        _l("Price floor, % of the list price"),
        places=1,
        most=1_000,
        message=_l("Write a share from 0 to 100."),
        description=_l("No listing there may ask less. Empty: any price."),
    )
    delivers_phone = BooleanField(_l("Its orders bring mobile numbers"))
    delivers_email = BooleanField(_l("Its orders bring e-mail addresses"))
    is_closed = BooleanField(
        _l("Closed"), description=_l("Nothing is sold there any more; its orders stay.")
    )

    def validate_link_template(self, field: StringField) -> None:
        """Take only https addresses with a place for the item number, outside the host's name."""
        text = field.data or ""
        if not text:
            return
        host, _, path = text.removeprefix("https://").partition("/")
        if not text.startswith("https://") or not host or "@" in host or ITEM in host:
            raise ValidationError(_l("Begin with https:// and the shop's own host."))
        if ITEM not in path:
            raise ValidationError(_l("Put {item} where the item number belongs."))
        if any(sign.isspace() or sign in '"<>\\' for sign in text):
            raise ValidationError(_l("An address has no spaces or quotes."))

    def fill(self, settings: ChannelSettings) -> None:
        """Show settings as they are."""
        self.seen.data = settings.mark
        self.name.data = settings.name
        self.return_window_days.data = settings.return_window_days
        self.multiplier.data = unscaled(settings.earning_permille, 3)
        self.link_template.data = settings.link_template
        self.price_floor.data = unscaled(settings.price_floor_permille, 1)
        self.delivers_phone.data = PHONE in settings.delivers
        self.delivers_email.data = EMAIL in settings.delivers
        self.is_closed.data = settings.is_closed

    def settings(self, code: str) -> ChannelSettings:
        """Return them as the service takes them."""
        told = ((PHONE, self.delivers_phone.data), (EMAIL, self.delivers_email.data))
        return ChannelSettings(
            code,
            self.name.data,
            self.return_window_days.data,
            self.multiplier.scaled or 0,
            self.link_template.data or "",
            self.price_floor.scaled,
            tuple(word for word, is_told in told if is_told),
            bool(self.is_closed.data),
        )
