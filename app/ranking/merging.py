"""What becomes of leaderboards when two members become one: lines follow, scores follow lines."""

import sqlalchemy as sa

from app.kernel import merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved
from app.ranking.queries.tables import (
    ACTIVITY,
    AWARD,
    BOARD,
    DIRTY,
    EXCLUSION,
    FORMULA,
    PREFERENCE,
    SCORE,
    STANDING,
)
from app.ranking.service.gathering import look_again_at_lines, mark_ever


def register() -> None:
    """Say what moves and what stays."""
    merging.register(
        "ranking",
        moves=(
            Moved(ACTIVITY.c.member_id, _l("lines on leaderboards")),
            Moved(ACTIVITY.c.counterpart_id),
            Moved(PREFERENCE.c.member_id),
            Moved(AWARD.c.member_id),
        ),
        settle=_settle,
    )
    derived = "derived from lines: scored anew after a merge and after a parting"
    merging.stays(SCORE.c.member_id, derived)
    merging.stays(DIRTY.c.member_id, "work that waits for a moment; done for whoever he is then")
    history = "who did it, as it was written"
    for column in (
        BOARD.c.created_by, FORMULA.c.published_by, EXCLUSION.c.excluded_by,
    ):  # fmt: skip
        merging.stays(column, history)
    merging.stays(EXCLUSION.c.member_id, "left out of one standing, as it was written")
    merging.stays(STANDING.c.member_id, "append-only history: who stood there when it was settled")


def _settle(log: Log) -> None:
    """Score both anew: the lines of one are the other's now, or his own again.

    What the two did to each other counts for nobody while they are one.
    """
    both = [log.source_id, log.target_id]
    look_again_at_lines(sa.or_(ACTIVITY.c.member_id.in_(both), ACTIVITY.c.counterpart_id.in_(both)))
    mark_ever(*both)
