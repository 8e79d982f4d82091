"""What rules may pay for in a check-in."""

from app.kernel.i18n import lazy_gettext as _l
from app.ledger.types import Fund
from app.loyalty.types import actions
from app.loyalty.types.actions import Action, Attribute, AttributeKind


def register() -> None:
    """Name the acts, and what may be asked about them."""
    streak = Attribute("streak_days", _l("Days in a row"), AttributeKind.NUMBER)
    reached = Attribute("milestones", _l("Milestones reached"), AttributeKind.NUMBER)
    amount = Attribute("points", _l("Points named with it"), AttributeKind.NUMBER, is_amount=True)
    place = Attribute("place", _l("Place among the first of the day"), AttributeKind.NUMBER)
    actions.register(
        Action(
            "checkin.daily",
            _l("Check-in"),
            "calendar-check",
            Fund.CHECKIN,
            (streak, reached, place),
            is_one_sided=False,  # once a day, whatever somebody tries
        ),
        Action(
            "checkin.made_up",
            _l("Day made up"),
            "calendar-plus",
            Fund.CHECKIN,
            (streak, reached, amount),
            is_one_sided=False,
        ),
        Action(
            "checkin.granted",
            _l("Check-in, given by our team"),
            "calendar-heart",
            Fund.CHECKIN,
            (amount,),
            is_one_sided=False,
        ),
    )
