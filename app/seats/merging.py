"""What becomes of tickets when two members become one."""

import sqlalchemy as sa

from app.kernel import merging
from app.kernel.db import changed
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved
from app.seats import policy
from app.seats.models import OCCASION, TICKET


def register() -> None:
    """Tickets follow, with whether he came."""
    moved = Moved(TICKET.c.member_id, _l("event tickets"))
    merging.register("seats", moves=(moved,), part=_keep_together)
    for column in (OCCASION.c.made_by_id, TICKET.c.checked_in_by_id):
        merging.stays(column, "who of the team did it; the record stays as it was written")


def _keep_together(log: Log) -> None:
    """Let tickets that came out of an old one while its owner was another go back with it."""
    first = TICKET.alias("first")
    begins = first.c.key + policy.NEXT
    of_his = sa.exists().where(
        first.c.member_id == log.source_id,
        sa.func.substr(TICKET.c.key, 1, sa.func.length(begins)) == begins,
    )
    changed(
        sa.update(TICKET)
        .where(TICKET.c.member_id == log.target_id, of_his)
        .values(member_id=log.source_id)
    )
