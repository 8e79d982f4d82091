"""What was decided stays on record, without the words of whoever reported."""

from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Blank, Shown
from app.moderation.queries import MUTE, REPORT


def register() -> None:
    """Say what is blanked and what is his to read."""
    leaving.register(
        "moderation",
        blank=(Blank(REPORT.c.reporter_id, {"note": ""}),),
        shown=(
            Shown(REPORT.c.reporter_id, _l("Reports"), frozenset({"counts"})),
            Shown(MUTE.c.member_id, _l("Times without writing"), frozenset({"muted_by"})),
        ),
    )
