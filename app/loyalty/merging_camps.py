"""What becomes of missions, seats in camps and badges when two members become one."""

import sqlalchemy as sa

from app.kernel import merging
from app.kernel.db import changed
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved
from app.loyalty.queries.badges import BADGE, GIVING, HELD, TURN
from app.loyalty.queries.camps import SEAT, WORK
from app.loyalty.queries.missions import PROGRESS


def register() -> None:
    """Say what moves and what stays."""
    merging.register(
        "loyalty.camps",
        moves=(
            Moved(PROGRESS.c.member_id, _l("missions")),
            Moved(SEAT.c.member_id, _l("camps")),
            Moved(HELD.c.member_id, _l("badges")),
            Moved(GIVING.c.member_id),
        ),
        carry=_one_of_each,
        settle=_recount,
    )
    merging.stays(TURN.c.member_id, "append-only history; it is read for the whole family")
    history = "who did it, as it was written"
    merging.stays(TURN.c.actor_id, history)
    merging.stays(WORK.c.decided_by, history)


def _one_of_each(log: Log) -> None:
    """A person has a badge once: where both have it, the source's goes and parting returns it."""
    his = HELD.alias("his")
    twin = sa.exists().where(his.c.member_id == log.target_id, his.c.badge_id == HELD.c.badge_id)
    log.delete(HELD, sa.and_(HELD.c.member_id == log.source_id, twin))


def _recount(log: Log) -> None:
    """Count the holders of the badges that the two have, after a merge and after a parting."""
    concerned = sa.select(HELD.c.badge_id).where(
        HELD.c.member_id.in_([log.source_id, log.target_id])
    )
    held = HELD.alias("counted")
    counted = (
        sa.select(sa.func.count())
        .where(held.c.badge_id == BADGE.c.id, held.c.is_held)
        .scalar_subquery()
    )
    changed(sa.update(BADGE).where(BADGE.c.id.in_(concerned)).values(holders=counted))
