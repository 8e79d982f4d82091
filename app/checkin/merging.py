"""How check-ins follow when two members become one: the days of both, each day once.

A day on which both checked in stays with the source as well; points were given on that day and are
not moved here. Streaks are what the days add up to, before, after, and after a parting.
"""

from dataclasses import asdict
from typing import cast

import sqlalchemy as sa

from app.checkin import policy
from app.checkin.models import CheckIn, CheckInStreak
from app.checkin.types import Streak
from app.kernel import merging
from app.kernel.db import changed, db, insert
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved

CHECKIN = cast("sa.Table", CheckIn.__table__)
STREAK = cast("sa.Table", CheckInStreak.__table__)


def register() -> None:
    """Say what moves, and count streaks anew."""
    merging.register(
        "checkin", moves=(Moved(CHECKIN.c.member_id, _l("check-ins")),), settle=_recount
    )
    merging.stays(STREAK.c.member_id, "derived: counted anew for both")


def _recount(log: Log) -> None:
    for member_id in sorted((log.source_id, log.target_id)):
        _recount_of(member_id)


def _recount_of(member_id: int) -> None:
    """Write every day's place in its streak, and the streak; only what differs."""
    days = db.session.execute(
        sa.select(CHECKIN.c.id, CHECKIN.c.on_date, CHECKIN.c.streak_days)
        .where(CHECKIN.c.member_id == member_id)
        .order_by(CHECKIN.c.on_date)
    ).all()
    streak: Streak | None = None
    for day in days:
        streak = policy.one_more(streak, day.on_date)
        if day.streak_days != streak.current_days:
            changed(
                sa.update(CHECKIN)
                .where(CHECKIN.c.id == day.id)
                .values(streak_days=streak.current_days)
            )
    if streak is None:
        changed(sa.delete(STREAK).where(STREAK.c.member_id == member_id))
        return
    figures = asdict(streak)
    statement = insert(STREAK).values(member_id=member_id, **figures)
    changed(statement.on_conflict_do_update(index_elements=["member_id"], set_=figures))
