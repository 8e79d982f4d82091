"""Shapes of integrations' forms."""

from wtforms import PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp

from app.integrations.types import ADAPTER_LABELS, Adapter
from app.kernel.forms import Form, clean
from app.kernel.i18n import lazy_gettext as _l

ADAPTERS = [SelectChoice(adapter.value, label) for adapter, label in ADAPTER_LABELS.items()]
POLLED = [each for each in ADAPTERS if each.value != Adapter.GENERIC]
SECRET_LENGTH = Length(max=200, message=_l("This is too long."))


class TurnOnForm(Form):
    """Open a channel's door."""

    adapter = RadioField(
        _l("What the shop speaks"),
        choices=ADAPTERS,
        default=Adapter.GENERIC.value,
        validators=[InputRequired(_l("Choose one of these."))],
    )
    secret = StringField(
        _l("Signing secret"),
        description=_l(
            "Only Shopify gives you one: paste it here. For the others leave it empty; we make one."
        ),
        filters=[clean],
        validators=[Optional(), SECRET_LENGTH],
    )


class RotateForm(Form):
    """Change the secret."""

    secret = StringField(
        _l("New secret"),
        description=_l("Paste the new one if the shop chose it; else leave it empty."),
        filters=[clean],
        validators=[Optional(), SECRET_LENGTH],
    )


class PollForm(Form):
    """Ask a shop from time to time."""

    adapter = RadioField(
        _l("What the shop speaks"),
        choices=POLLED,
        default=Adapter.WOOCOMMERCE.value,
        validators=[InputRequired(_l("Choose one of these."))],
    )
    url = StringField(
        _l("Address of the shop"),
        filters=[clean],
        validators=[
            DataRequired(_l("Write the shop's address, such as https://shop.example.com.")),
            Regexp(r"^https://", message=_l("The address begins with https://.")),
            Length(max=200, message=_l("This is too long.")),
        ],
    )
    key = StringField(
        _l("Consumer key"),
        description=_l("WooCommerce only: the key with read access to orders."),
        filters=[clean],
        validators=[Optional(), SECRET_LENGTH],
    )
    token = PasswordField(
        _l("Consumer secret or access token"),
        filters=[clean],
        validators=[DataRequired(_l("Paste the secret.")), SECRET_LENGTH],
    )


class DecisionForm(Form):
    """A decision: nothing but the token."""
