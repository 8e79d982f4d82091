"""Tickets from before each seat had one of its own are parted, so that each goes back alone."""

from typing import Any

import sqlalchemy as sa

from app.kernel import ids
from app.kernel.db import changed, db, use_case
from app.seats import policy
from app.seats.models import OCCASION, TICKET
from app.seats.types import OccasionState, TicketState

BATCH = 50


@use_case
def part_old_tickets(limit: int = BATCH) -> int:
    """Part tickets that admit several and were not used yet; return how many.

    The old one keeps its code and its place, and admits one from now on; each other seat gets a
    ticket with a code and a key of its own, as if they had been given together. Nothing is taken
    or given by it: no seat is freed, no fact told. Whom somebody has let in meanwhile, or who
    hands it back, keeps it whole: the ticket's row is won first.
    """
    rows = db.session.execute(
        sa.select(TICKET)
        .join(OCCASION, OCCASION.c.id == TICKET.c.occasion_id)
        .where(TICKET.c.places > 1, *_is_unused(), OCCASION.c.state == OccasionState.OPEN)
        .order_by(TICKET.c.id)
        .limit(limit)
    ).all()
    return sum(_part(row) for row in rows)


def _is_unused() -> tuple[sa.ColumnElement[bool], ...]:
    return TICKET.c.state == TicketState.HELD, TICKET.c.checked_in_at.is_(None)


def _part(row: Any) -> bool:
    won = changed(
        sa.update(TICKET)
        .where(TICKET.c.id == row.id, TICKET.c.places == row.places, *_is_unused())
        .values(places=1)
    )
    if not won:
        return False
    same = {
        name: getattr(row, name)
        for name in (
            "occasion_id", "member_id", "state", "source_kind", "source_id", "at", "reminded_at",
            "told_plan",
        )
    }  # fmt: skip
    new = list(ids.next_ids(row.places - 1))
    db.session.execute(
        sa.insert(TICKET),
        [
            {
                **same, "id": ticket_id, "code": ids.new_code(), "places": 1,
                "key": policy.ticket_key(row.key, place),
            }
            for place, ticket_id in enumerate(new, 2)
        ],
    )  # fmt: skip
    return True
