"""Camps and the act log: what a seat's member did, and whose seats an act concerns."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import db
from app.loyalty.queries.awards import AWARD, is_gone
from app.loyalty.queries.camps import (
    COHORT,
    COHORT_COLUMNS,
    SEAT,
    SEAT_COLUMNS,
    TASK,
    WORK,
    cohort_from,
    seat_from,
)
from app.loyalty.types.camps import Seat


@dataclass(frozen=True, slots=True)
class Done:
    """An act of the log: when, which, and what is kept of what was said of it."""

    at: datetime
    on: date
    action: str
    about: dict[str, Any]


def acts_since_joining(member_ids: Collection[int], seat: Seat, today: date) -> list[Done]:
    """Return what a member did since the day he joined, less what is gone.

    One statement, in the order in which it happened; an act under several rules once.

    Args:
        member_ids: he, and whoever was merged into him.
        seat: his.
        today: the last day that counts.
    """
    first = max(clock.business_date(seat.joined_at), seat.cohort.draft.starts_on)
    rows = db.session.execute(
        sa.select(AWARD)
        .where(
            AWARD.c.member_id.in_(sorted(member_ids)),
            AWARD.c.awarded_on.between(first, today),
            sa.not_(is_gone(AWARD)),
        )
        .order_by(AWARD.c.awarded_at, AWARD.c.id)
    )
    acts: dict[tuple[str, str, int], Done] = {}
    for row in rows:
        acts.setdefault(
            (row.action, row.source_kind, row.source_id),
            Done(row.awarded_at, row.awarded_on, row.action, row.about or {}),
        )
    return list(acts.values())


def seats_asking(member_ids: Collection[int], actions: Collection[str]) -> list[tuple[int, Seat]]:
    """Return seats, open or over, in camps that ask for such acts, and whose they are.

    One statement. Of members, and of those whom they were merged into.
    """
    asks = sa.exists().where(
        TASK.c.version_id == COHORT.c.version_id, TASK.c.action.in_(sorted(actions))
    )
    merged, these = identity.merged_pairs(), sorted(member_ids)
    heads = sa.select(merged.c.into_id).where(merged.c.member_id.in_(these))
    rows = db.session.execute(
        sa.select(*SEAT_COLUMNS, *COHORT_COLUMNS)
        .join(COHORT, COHORT.c.id == SEAT.c.cohort_id)
        .where(sa.or_(SEAT.c.member_id.in_(these), SEAT.c.member_id.in_(heads)), asks)
        .order_by(SEAT.c.member_id, SEAT.c.id)
    ).all()
    return [(row.seat_member_id, seat_from(row, cohort_from(row))) for row in rows]


def handed_in_at(seat_id: int) -> dict[int, datetime]:
    """Return when each task of a seat was last moved, by task. One statement."""
    rows = db.session.execute(
        sa.select(WORK.c.task_id, WORK.c.handed_at).where(
            WORK.c.seat_id == seat_id, WORK.c.handed_at.is_not(None)
        )
    )
    return {row.task_id: row.handed_at for row in rows}
