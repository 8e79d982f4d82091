"""Days of check-in stay for the books; they name nobody once the profile is blank."""

from typing import cast

import sqlalchemy as sa

from app.checkin.models import CheckIn, CheckInHonour, CheckInMovement, CheckInStreak
from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Shown


def register() -> None:
    """Say what is a member's to read."""
    leaving.register(
        "checkin",
        shown=(
            Shown(cast("sa.Table", CheckIn.__table__).c.member_id, _l("Check-ins")),
            Shown(cast("sa.Table", CheckInStreak.__table__).c.member_id, _l("Streak")),
            Shown(cast("sa.Table", CheckInHonour.__table__).c.member_id, _l("Honours")),
            Shown(
                cast("sa.Table", CheckInMovement.__table__).c.member_id,
                _l("Shields and make-up cards"),
                frozenset({"actor_id"}),
            ),
        ),
    )
