"""What the figures of camps should be."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.kernel.db import db
from app.loyalty.queries.camps import COHORT, SEAT, WORK
from app.loyalty.types.camps import WorkState


def drifting_seats() -> Iterator[str]:
    """Recount the done tasks of every seat and the seats of every cohort; one sentence a drift."""
    done = (
        sa.select(
            WORK.c.seat_id,
            sa.func.sum(sa.case((WORK.c.state == WorkState.DONE, 1), else_=0)).label("done"),
            sa.func.sum(sa.case((WORK.c.is_late, 1), else_=0)).label("late"),
        )
        .group_by(WORK.c.seat_id)
        .subquery()
    )
    should, late = (sa.func.coalesce(each, 0) for each in (done.c.done, done.c.late))
    rows = db.session.execute(
        sa.select(
            SEAT.c.id,
            SEAT.c.done_tasks,
            SEAT.c.late_used,
            should.label("should"),
            late.label("late"),
        )
        .outerjoin(done, done.c.seat_id == SEAT.c.id)
        .where(sa.or_(SEAT.c.done_tasks != should, SEAT.c.late_used != late))
        .order_by(SEAT.c.id)
    )
    for row in rows:
        yield (
            f"camp seat {row.id} says {row.done_tasks} tasks done and {row.late_used} late, "
            f"the work says {row.should} and {row.late}"
        )
    taken = (
        sa.select(SEAT.c.cohort_id, sa.func.count().label("joined"))
        .group_by(SEAT.c.cohort_id)
        .subquery()
    )
    seats = sa.func.coalesce(taken.c.joined, 0)
    rows = db.session.execute(
        sa.select(COHORT.c.id, COHORT.c.joined, seats.label("should"))
        .outerjoin(taken, taken.c.cohort_id == COHORT.c.id)
        .where(COHORT.c.joined != seats)
        .order_by(COHORT.c.id)
    )
    for row in rows:
        yield f"camp cohort {row.id} says {row.joined} joined, the seats say {row.should}"
