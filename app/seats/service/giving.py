"""Seats find their guests, and some of them back. The occasion's row is the mutex of its seats."""

from typing import Any

import sqlalchemy as sa

from app.kernel import clock, facts, ids
from app.kernel.db import changed, db, use_case
from app.kernel.goods import Given, Giving, GoodsGoneError, UnknownGoodsError
from app.kernel.types import Ref
from app.seats.events import SeatGiven, SeatReturned
from app.seats.models import OCCASION, TICKET
from app.seats.types import KIND, OccasionState, TicketState


@use_case
def give(giving: Giving) -> Given:
    """Hand over one ticket for so many seats; once for each key.

    Nothing is written before it is certain, so that a caller may go on after a refusal.

    Raises:
        UnknownGoodsError: there is no such occasion.
        GoodsGoneError: fewer seats are free, or it has begun or was called off.
    """
    known = db.session.scalar(sa.select(TICKET.c.id).where(TICKET.c.key == giving.key))
    if known is not None:
        return Given(is_new=False, where=Ref(KIND, known))
    occasion = _take(giving)
    ticket_id, source = ids.next_id(), giving.source
    db.session.execute(
        sa.insert(TICKET).values(
            id=ticket_id, code=ids.new_code(), key=giving.key, occasion_id=occasion.id,
            member_id=giving.member_id, places=giving.count, state=TicketState.HELD,
            source_kind=source.kind if source else None, source_id=source.id if source else None,
            at=clock.now(), told_plan=occasion.plan,
        )
    )  # fmt: skip
    facts.publish(
        SeatGiven(ticket_id, occasion.id, giving.count),
        actor_id=giving.member_id,
        subject=Ref(KIND, ticket_id),
    )
    return Given(is_new=True, where=Ref(KIND, ticket_id))


def _take(giving: Giving) -> Any:
    row = db.session.execute(
        sa.update(OCCASION)
        .where(
            OCCASION.c.code == giving.ref,
            OCCASION.c.state == OccasionState.OPEN,
            OCCASION.c.starts_at > clock.now(),
            OCCASION.c.taken + giving.count <= OCCASION.c.seats,
        )
        .values(taken=OCCASION.c.taken + giving.count)
        .returning(OCCASION.c.id, OCCASION.c.plan)
    ).one_or_none()
    if row is not None:
        return row
    known = db.session.scalar(sa.select(OCCASION.c.id).where(OCCASION.c.code == giving.ref))
    if known is None:
        message = f"{KIND}:{giving.ref}"
        raise UnknownGoodsError(message)
    raise GoodsGoneError


@use_case
def take_back(key: str) -> bool:
    """Undo a giving; return whether its guest had not come. Its seats are free again."""
    ticket_id = end_ticket(TICKET.c.key == key, TicketState.RETURNED)
    if ticket_id is not None:
        return True
    state = db.session.scalar(
        sa.select(TICKET.c.state).where(TICKET.c.key == key, TICKET.c.checked_in_at.is_(None))
    )
    return state is not None and state is not TicketState.HELD


def end_ticket(which: sa.ColumnElement[bool], state: TicketState) -> int | None:
    """End one held ticket that nobody came with; return its number, None if there was none.

    The ticket's row is won first, then its seats go back: two who end it free them once.
    """
    row = db.session.execute(
        sa.update(TICKET)
        .where(which, TICKET.c.state == TicketState.HELD, TICKET.c.checked_in_at.is_(None))
        .values(state=state, ended_at=clock.now())
        .returning(TICKET.c.id, TICKET.c.occasion_id, TICKET.c.places, TICKET.c.member_id)
    ).one_or_none()
    if row is None:
        return None
    changed(
        sa.update(OCCASION)
        .where(OCCASION.c.id == row.occasion_id)
        .values(taken=OCCASION.c.taken - row.places)
    )
    facts.publish(
        SeatReturned(row.id, row.occasion_id, state.value),
        subject=Ref(KIND, row.id),
        concerns_id=row.member_id,
    )
    return int(row.id)


def lapse(member_id: int) -> int:
    """Free the seats of a member who leaves, in his leaving's use case; return how many tickets."""
    found = db.session.scalars(
        sa.select(TICKET.c.id)
        .where(
            TICKET.c.member_id == member_id,
            TICKET.c.state == TicketState.HELD,
            TICKET.c.checked_in_at.is_(None),
        )
        .order_by(TICKET.c.id)
    ).all()
    return sum(end_ticket(TICKET.c.id == each, TicketState.RETURNED) is not None for each in found)
