"""What check-in's own reasons are called in a statement, and what lies behind them."""

from app.checkin.types import Item
from app.kernel import reasons
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.reasons import Reason

REASONS = {
    "checkin.card": Reason(
        _l("Make-up card"),
        icon="calendar-plus",
        explain=lambda _version: _("You bought a card. It makes up one day that you missed."),
    ),
    "checkin.shield": Reason(
        _l("Shield"),
        icon="shield-check",
        explain=lambda _version: _("You bought a shield. It saves a missed day by itself."),
    ),
    "checkin.made_up": Reason(
        _l("Day made up"),
        icon="calendar-plus",
        explain=lambda _version: _("You made up a missed day with a card."),
    ),
    "checkin.healed": Reason(
        _l("Streak bonus, healed streak"),
        icon="flame",
        explain=lambda _version: _(
            "The day you made up joined your days in a row, and they reached this milestone. "
            "A run is paid once for each."
        ),
    ),
    "checkin.granted": Reason(
        _l("Check-in, given by our team"),
        icon="calendar-heart",
        explain=lambda _version: _(
            "The site was out of reach that day, so our team kept the day for you."
        ),
    ),
    "checkin.grant_undone": Reason(
        _l("Given day taken back"),
        icon="receipt-refund",
        explain=lambda _version: _("Our team had given this day by mistake and took it back."),
    ),
}
ITEMS = {Item.SHIELD: _l("Shield"), Item.CARD: _l("Make-up card")}


def register() -> None:
    """Name every reason that check-in posts under by itself."""
    for name, meaning in REASONS.items():
        reasons.register(name, meaning)
