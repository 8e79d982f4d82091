"""Shields and cards that nobody used in time."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.checkin import queries
from app.checkin.queries.reading import movement
from app.checkin.service import counting, stocking
from app.checkin.types import Cause, Movement
from app.kernel import clock
from app.kernel.db import db, use_case

CHUNK = 300


@use_case
def expire_savers() -> int:
    """Let what is older than the rules allow lapse, the oldest first; return of how many members.

    Whatever goes, goes off the oldest: of what came before the limit, so many are left as came
    then, less all that ever went.
    """
    days = queries.rules().valid_days
    if not days:
        return 0
    limit = clock.day_start(clock.business_date() - timedelta(days=days))
    due = {row.member_id for row in _lapsed(limit, CHUNK)}
    if not due:
        return 0
    counting.lock(sorted(due))
    stocking.move(
        [
            Movement(row.member_id, row.item, -int(row.left), Cause.EXPIRED)
            for row in _lapsed(limit, None, among=due)
        ]
    )
    return len(due)


def _lapsed(limit: datetime, most: int | None, *, among: set[int] | None = None) -> list[Any]:
    came = sa.func.sum(movement.c.amount).filter(movement.c.amount > 0, movement.c.at < limit)
    went = sa.func.sum(-movement.c.amount).filter(movement.c.amount < 0)
    left = sa.func.coalesce(came, 0) - sa.func.coalesce(went, 0)
    statement = (
        sa.select(movement.c.member_id, movement.c.item, left.label("left"))
        .group_by(movement.c.member_id, movement.c.item)
        .having(left > 0)
        .order_by(movement.c.member_id)
        .limit(most)
    )
    if among is not None:
        statement = statement.where(movement.c.member_id.in_(among))
    return list(db.session.execute(statement).all())
