"""Shapes of what members and the team send."""

from datetime import timedelta

from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectChoice, StringField
from wtforms.validators import (
    AnyOf,
    DataRequired,
    InputRequired,
    Length,
    NumberRange,
    ValidationError,
)

from app.checkin.types import SCOPE_LABELS, Item, Scope
from app.checkin.types.rules import BOUNDS, GRANT_DAYS_BACK, GRANT_POINTS, Bounds, Rules
from app.kernel import clock
from app.kernel.forms import CostlyForm, Form, clean
from app.kernel.i18n import lazy_gettext as _l


class BuyForm(CostlyForm):
    """One shield or card, at the price that was shown."""

    item = HiddenField(validators=[AnyOf([item.value for item in Item])])
    price = HiddenField(validators=[InputRequired()])

    def validate_price(self, field: HiddenField) -> None:
        """Read the price as whole points."""
        if not str(field.data).isdecimal() or len(str(field.data)) > 9:  # noqa: PLR2004 - digits
            raise ValidationError(_l("Reload the page and send again."))
        field.data = int(field.data)


class MakeUpForm(Form):
    """Yes: nothing but the token."""


def _whole(bounds: Bounds) -> IntegerField:
    message = _l(
        "Write a whole number from %(least)s to %(most)s.", least=bounds.least, most=bounds.most
    )
    return IntegerField(
        bounds.label,
        description=bounds.help,
        validators=[
            InputRequired(message=message),
            NumberRange(bounds.least, bounds.most, message=message),
        ],
    )


class RulesForm(Form):
    """The operator's rules."""

    days_per_shield = _whole(BOUNDS["days_per_shield"])
    shields_at_most = _whole(BOUNDS["shields_at_most"])
    shield_price_points = _whole(BOUNDS["shield_price_points"])
    card_price_points = _whole(BOUNDS["card_price_points"])
    days_back = _whole(BOUNDS["days_back"])
    made_up_points = _whole(BOUNDS["made_up_points"])
    valid_days = _whole(BOUNDS["valid_days"])

    def rules(self) -> Rules:
        """Return what was set."""
        return Rules(**{name: self[name].data for name in BOUNDS})


class GrantForm(Form):
    """A day that is granted to many. ``sure`` says that the question was answered."""

    on_date = DateField(_l("Day"), validators=[InputRequired(message=_l("Which day?"))])
    scope = RadioField(
        _l("For whom"),
        choices=[SelectChoice(scope.value, label) for scope, label in SCOPE_LABELS.items()],
        validators=[InputRequired(message=_l("Choose for whom."))],
        default=Scope.ALIVE.value,
    )
    points = _whole(GRANT_POINTS)
    reason = StringField(
        _l("Reason"),
        filters=[clean],
        validators=[
            DataRequired(message=_l("Say why: the team reads it here later.")),
            Length(max=200, message=_l("At most 200 characters.")),
        ],
    )
    sure = HiddenField()

    def validate_on_date(self, field: DateField) -> None:
        """Refuse a day that is not over, or too long ago."""
        today = clock.business_date()
        if field.data is None:
            return
        if field.data >= today:
            raise ValidationError(_l("This day is not over yet: members can still check in."))
        if field.data < today - timedelta(days=GRANT_DAYS_BACK):
            raise ValidationError(_l("Only a day of the last 60 can be granted."))
