"""Shapes of the fraud desk."""

from dataclasses import fields
from typing import Any

from wtforms import IntegerField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from app.kernel.forms import Form, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.types.fraud import FraudRules

OBJECTION_CHARS = 1_000

LABELS: dict[str, object] = {
    "window_days": _l("Days that are looked at"),
    "ring_likes": _l("Ring: likes inside the group"),
    "ring_share": _l("Ring: percent of their likes that stay inside"),
    "ring_members": _l("Ring: members at most"),
    "device_members": _l("Members on one device"),
    "network_members": _l("Members on one network"),
    "burst_acts": _l("Burst: acts in a minute"),
    "burst_factor": _l("Burst: times what is usual"),
    "swarm_members": _l("Check-ins in one second from one place"),
    "referral_guests": _l("Guests of one inviter on one device"),
    "spend_times": _l("Redemptions in a day"),
    "spend_points": _l("Points redeemed in a day"),
    "quiet_days": _l("Days of quiet after a false alarm"),
    "keep_days": _l("Days that evidence is kept"),
}


def _figure(name: str) -> IntegerField:
    least, most = FraudRules.BOUNDS[name]
    message = _l("Write a figure from %(least)s to %(most)s.", least=least, most=most)
    return IntegerField(
        LABELS[name],
        validators=[InputRequired(message), NumberRange(least, most, message=message)],
    )


class FraudRulesForm(Form):
    """The thresholds; a field for each of them."""

    def rules(self) -> FraudRules:
        """Return the thresholds, once the form is valid."""
        values: dict[str, Any] = {field.name: self[field.name].data for field in fields(FraudRules)}
        return FraudRules(**values)


for _each in fields(FraudRules):
    setattr(FraudRulesForm, _each.name, _figure(_each.name))


class ReleaseForm(Form):
    """How a freeze ends."""

    verdict = RadioField(
        _l("What was it?"),
        choices=[
            SelectChoice("right", _l("The rule was met; it is settled now")),
            SelectChoice("wrong", _l("A false alarm")),
        ],
        validators=[InputRequired(_l("Say what it was."))],
    )


class ObjectionForm(Form):
    """What a member says about his case."""

    text = TextAreaField(
        _l("What should we know?"),
        filters=[clean_text],
        validators=[
            InputRequired(_l("Write a few words.")),
            Length(max=OBJECTION_CHARS, message=_l("This is too long.")),
        ],
    )
