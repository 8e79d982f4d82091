"""What becomes of tickets when two members become one."""

from app.kernel import merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Moved
from app.seats.models import OCCASION, TICKET


def register() -> None:
    """Tickets follow, with whether he came."""
    merging.register("seats", moves=(Moved(TICKET.c.member_id, _l("event tickets")),))
    for column in (OCCASION.c.made_by_id, TICKET.c.checked_in_by_id):
        merging.stays(column, "who of the team did it; the record stays as it was written")
