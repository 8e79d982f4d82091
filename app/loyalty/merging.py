"""What becomes of awards and caps when two members become one.

Awards are append-only history and keep the member they were written with. A day's cap counts what
the person earned, whoever he was then: the target's counters are counted anew over his family.
"""

from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import merging
from app.kernel.db import changed, changed_by_all, db, insert
from app.kernel.merging import Log
from app.loyalty.models import LoyaltyAward, LoyaltyCounter
from app.loyalty.queries.values import VALUE

AWARD = cast("sa.Table", LoyaltyAward.__table__)
COUNTER = cast("sa.Table", LoyaltyCounter.__table__)


def register() -> None:
    """Say what stays, and count anew."""
    merging.register("loyalty", settle=_recount)
    merging.stays(AWARD.c.member_id, "append-only history; caps count a member's whole family")
    merging.stays(VALUE.c.set_by, "who did it, as it was written")
    merging.stays(COUNTER.c.member_id, "derived: the target's are counted anew")


def _recount(log: Log) -> None:
    """Write the target's counters of every day on which one of the two has one."""
    pair = [log.source_id, log.target_id]
    kept = db.session.execute(sa.select(COUNTER).where(COUNTER.c.member_id.in_(pair))).all()
    if not kept:
        return
    earned = _earned(identity.family_of(log.target_id), {row.on_date for row in kept})
    places = sorted({(row.action, row.on_date) for row in kept})
    rows = [
        {"member_id": log.target_id, "action": action, "on_date": day, "points": points}
        for action, day in places
        if (points := earned.get((action, day), 0))
    ]
    statement = insert(COUNTER)
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["member_id", "action", "on_date"],
            set_={"points": statement.excluded.points},
        ),
        rows,
    )
    counted = {(row["action"], row["on_date"]) for row in rows}
    for row in kept:
        if row.member_id == log.target_id and (row.action, row.on_date) not in counted:
            changed(
                sa.delete(COUNTER).where(
                    COUNTER.c.member_id == log.target_id,
                    COUNTER.c.action == row.action,
                    COUNTER.c.on_date == row.on_date,
                )
            )


def _earned(family: list[int], days: set[Any]) -> dict[tuple[str, Any], int]:
    rows = db.session.execute(
        sa.select(
            AWARD.c.action,
            AWARD.c.awarded_on,
            sa.func.sum(AWARD.c.points - AWARD.c.bonus_points).label("points"),
        )
        .where(AWARD.c.member_id.in_(family), AWARD.c.awarded_on.in_(sorted(days)))
        .group_by(AWARD.c.action, AWARD.c.awarded_on)
    )
    return {(row.action, row.awarded_on): int(row.points) for row in rows}
