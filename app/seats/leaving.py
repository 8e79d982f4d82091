"""How a member leaves his seats: those to come are free again."""

from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Shown
from app.seats import service
from app.seats.models import TICKET

HIDDEN = frozenset({"key", "checked_in_by_id", "told_plan", "reminded_at"})


def register() -> None:
    """Say what is a member's to read, and that his seats lapse, also those that come late."""
    leaving.register(
        "seats",
        shown=(Shown(TICKET.c.member_id, _l("Event tickets"), HIDDEN),),
        again=service.lapse,
    )
