"""What becomes of tries, tickets, floors and wins when two members become one.

What was played stays as it was played: a try keeps its player, so that guarantees are recomputed
from the same row of tries. The person it belongs to follows.
"""

from app.draws.queries.tables import DRAW, ENTRY, FLOOR, PLAY, PLAYER, RULES, TICKET, WIN
from app.kernel import merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Moved

BY_STAFF = "who of the team did it; the record stays as it was written"


def register() -> None:
    """Say what moves and what stays."""
    merging.register(
        "draws",
        moves=(
            Moved(PLAYER.c.member_id),
            Moved(PLAY.c.member_id, _l("tries in draws")),
            Moved(TICKET.c.member_id, _l("tickets")),
            Moved(FLOOR.c.member_id),
            Moved(ENTRY.c.member_id),
            Moved(WIN.c.member_id, _l("prizes won")),
        ),
    )
    for column in (DRAW.c.made_by, DRAW.c.changed_by, DRAW.c.opened_by, RULES.c.set_by):
        merging.stays(column, BY_STAFF)
