"""Shapes of referrals."""

from wtforms import IntegerField, SelectChoice, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange

from app.kernel.forms import Form
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.types.referrals import QUALIFYING

ACTS: dict[str, object] = {
    "thread.published": _l("A thread"),
    "reply.published": _l("A reply"),
    "checkin.daily": _l("A check-in"),
    "order.paid": _l("A paid order"),
}


class ReferralRulesForm(Form):
    """What counts as joining in."""

    actions = SelectMultipleField(
        _l("What counts as joining in"),
        choices=lambda: [SelectChoice(key, ACTS[key]) for key in QUALIFYING],
        validators=[InputRequired(_l("Choose at least one act that counts."))],
    )
    least_amount = IntegerField(
        _l("An order counts from"),
        description=_l("In whole units of money; 0: every order."),
        validators=[
            InputRequired(_l("Write an amount, 0 for every order.")),
            NumberRange(0, 10**9, message=_l("The amount of an order can't be negative.")),
        ],
    )
    within_days = IntegerField(
        _l("Days after sign-up in which it counts"),
        validators=[
            InputRequired(_l("Write a number of days.")),
            NumberRange(1, 3_650, message=_l("Write between 1 and 3,650 days.")),
        ],
    )
