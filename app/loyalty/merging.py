"""What becomes of awards and limits when two members become one.

Awards are append-only history and keep the member they were written with. A limit counts what the
person earned, whoever he was then: the target's counters are counted anew over his family.
"""

from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import merging
from app.kernel.db import changed, changed_by_all, db, insert
from app.kernel.merging import Log
from app.loyalty import queries
from app.loyalty.models import (
    LoyaltyAward,
    LoyaltyBook,
    LoyaltyBookDraft,
    LoyaltyCounter,
    LoyaltyLapseTold,
)
from app.loyalty.policy import Key
from app.loyalty.queries.values import VALUE

AWARD = cast("sa.Table", LoyaltyAward.__table__)
COUNTER = cast("sa.Table", LoyaltyCounter.__table__)
BOOK = cast("sa.Table", LoyaltyBook.__table__)
TOLD = cast("sa.Table", LoyaltyLapseTold.__table__)
DRAFT = cast("sa.Table", LoyaltyBookDraft.__table__)


def register() -> None:
    """Say what stays, and count anew."""
    merging.register("loyalty", settle=_recount)
    merging.stays(AWARD.c.member_id, "append-only history; limits count a member's whole family")
    merging.stays(AWARD.c.other_id, "append-only history: who it was then")
    for column in (BOOK.c.actor_id, DRAFT.c.actor_id):
        merging.stays(column, "who of the team did it")
    merging.stays(VALUE.c.set_by, "who did it, as it was written")
    merging.stays(TOLD.c.member_id, "who was told; of points that move he is told as who he is now")
    merging.stays(COUNTER.c.member_id, "derived: the target's are counted anew")


def _recount(log: Log) -> None:
    """Write the target's counters of every window for which one of the two has one."""
    pair = [log.source_id, log.target_id]
    kept = db.session.execute(sa.select(COUNTER).where(COUNTER.c.member_id.in_(pair))).all()
    if not kept:
        return
    keys = {Key(log.target_id, row.name, row.window_on) for row in kept}
    family = dict.fromkeys(identity.family_of(log.target_id), log.target_id)
    names = [(key.name.partition("|")[0], key) for key in keys]
    should = queries.recounted(names, family)
    rows: list[dict[str, Any]] = [
        {
            "member_id": key.member_id,
            "name": key.name,
            "window_on": key.window_on,
            "points": now.points,
            "times": now.times,
            "last_at": now.last_at,
        }
        for key, now in should.items()
    ]
    statement = insert(COUNTER)
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["member_id", "name", "window_on"],
            set_={name: statement.excluded[name] for name in ("points", "times", "last_at")},
        ),
        rows,
    )
    for row in kept:
        key = Key(log.target_id, row.name, row.window_on)
        if row.member_id == log.target_id and key not in should:
            changed(
                sa.delete(COUNTER).where(
                    COUNTER.c.member_id == log.target_id,
                    COUNTER.c.name == row.name,
                    COUNTER.c.window_on == row.window_on,
                )
            )
