"""What becomes of cases, reports and mutes when two members become one."""

from app.kernel import merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Moved
from app.moderation.queries import CASE, MUTE, REPORT


def register() -> None:
    """A record follows; where both reported one thing, the second report stays where it is."""
    merging.register(
        "moderation",
        moves=(
            Moved(CASE.c.author_id),
            Moved(REPORT.c.reporter_id, _l("reports")),
            Moved(MUTE.c.member_id),
        ),
    )
    for column in (CASE.c.keeper_id, CASE.c.decided_by, MUTE.c.muted_by):
        merging.stays(column, "who of the team did it")
