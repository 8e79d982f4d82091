"""Guests are told: the day before, when place or time change, when it doesn't happen."""

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, db, use_case
from app.notify import service as notify
from app.notify.types import Link, Tell
from app.seats.models import OCCASION, TICKET
from app.seats.policy import REMINDED_BEFORE
from app.seats.types import KIND, OccasionState, TicketState

SOON, MOVED, CALLED_OFF = "seats.soon", "seats.moved", "seats.called_off"
BATCH = 200


def told_of(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Select tickets with what a notice says of them."""
    return (
        sa.select(
            TICKET.c.id, TICKET.c.code, TICKET.c.member_id, TICKET.c.state, OCCASION.c.plan,
            OCCASION.c.starts_at, OCCASION.c.id.label("occasion_id"),
        )
        .join(OCCASION, OCCASION.c.id == TICKET.c.occasion_id)
        .where(*conditions)
    )  # fmt: skip


def said(kind: str, row: Any, key: str) -> Tell:
    """Return one notice of one ticket."""
    return Tell(
        row.member_id,
        kind,
        f"{row.id}:{key}",
        {"occasion": row.occasion_id, "at": int(row.starts_at.timestamp())},
        Link("seats.my_ticket", {"code": row.code}),
        about=f"{KIND}:{row.id}",
    )


def once_each(kind: str, rows: Iterable[Any], key: Callable[[Any], str]) -> list[Tell]:
    """Return one notice for each member and occasion, of his first ticket."""
    first = {(row.member_id, row.occasion_id): row for row in reversed(list(rows))}
    return [said(kind, row, key(row)) for row in reversed(first.values())]


@use_case
def remind(limit: int = BATCH) -> int:
    """Tell guests a day ahead; return how many. Who got a ticket later than that is told at once.

    Each ticket is claimed by an UPDATE: two workers tell once.
    """
    now = clock.now()
    due = told_of(
        OCCASION.c.state == OccasionState.OPEN,
        OCCASION.c.starts_at > now,
        OCCASION.c.starts_at <= now + REMINDED_BEFORE,
        TICKET.c.state == TicketState.HELD,
        TICKET.c.reminded_at.is_(None),
    )
    rows = db.session.execute(due.order_by(TICKET.c.id).limit(limit)).all()
    mine = [
        row
        for row in rows
        if changed(
            sa.update(TICKET)
            .where(TICKET.c.id == row.id, TICKET.c.reminded_at.is_(None))
            .values(reminded_at=now)
        )
    ]
    notify.tell_many(
        once_each(SOON, mine, lambda row: f"soon:{clock.business_date(row.starts_at)}")
    )
    return len(mine)


@use_case
def tell_moved(limit: int = BATCH) -> int:
    """Tell guests of another place or time; return how many."""
    due = told_of(
        OCCASION.c.state == OccasionState.OPEN,
        OCCASION.c.moved_at.is_not(None),
        TICKET.c.state == TicketState.HELD,
        TICKET.c.told_plan < OCCASION.c.plan,
    )
    rows = db.session.execute(due.order_by(TICKET.c.id).limit(limit)).all()
    for row in rows:
        changed(sa.update(TICKET).where(TICKET.c.id == row.id).values(told_plan=row.plan))
    notify.tell_many(once_each(MOVED, rows, lambda row: f"moved:{row.plan}"))
    return len(rows)
