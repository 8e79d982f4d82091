"""Tries and wins stay for the archive; they name nobody once the profile is blank."""

from app.draws.queries.tables import ENTRY, FLOOR, PLAY, PLAYER, TICKET, WIN
from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Shown


def register() -> None:
    """Say what is a member's to read."""
    leaving.register(
        "draws",
        shown=(
            Shown(PLAY.c.member_id, _l("Tries in draws")),
            Shown(PLAYER.c.member_id, _l("Seeds in draws")),
            Shown(TICKET.c.member_id, _l("Tickets"), frozenset({"key"})),
            Shown(FLOOR.c.member_id, _l("Floors in draws")),
            Shown(ENTRY.c.member_id, _l("Lists of entrants")),
            Shown(WIN.c.member_id, _l("Prizes won")),
        ),
    )
