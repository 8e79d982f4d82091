"""Guests come: a code is checked in once, and that can be undone; what it earns follows."""

import sqlalchemy as sa

from app.kernel import audit, clock, facts
from app.kernel.db import db, use_case
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.loyalty import queries as loyalty_queries
from app.loyalty import service as loyalty
from app.seats.events import SeatCheckedIn
from app.seats.models import OCCASION, TICKET
from app.seats.types import (
    ATTENDED,
    KIND,
    NoSuchTicketError,
    OccasionState,
    TicketState,
    TicketVoidError,
)

_IS_ON = (
    sa.select(OCCASION.c.id)
    .where(OCCASION.c.id == TICKET.c.occasion_id, OCCASION.c.state == OccasionState.OPEN)
    .exists()
)


@use_case
def check_in(actor_id: int, code: str) -> bool:
    """Let somebody in; return whether that is new. Of two at the same instant one lets him in.

    Raises:
        NoSuchTicketError: there is none.
        TicketVoidError: it was given back, or the occasion was called off.
    """
    return _mark(actor_id, code, is_here=True)


@use_case
def undo_check_in(actor_id: int, code: str) -> bool:
    """Take it back that somebody came; return whether that is new.

    Raises:
        NoSuchTicketError: there is none.
        TicketVoidError: it was given back, or the occasion was called off.
    """
    return _mark(actor_id, code, is_here=False)


def _mark(actor_id: int, code: str, *, is_here: bool) -> bool:
    row = db.session.execute(
        sa.select(TICKET.c.id, TICKET.c.member_id, TICKET.c.occasion_id).where(
            TICKET.c.code == code
        )
    ).one_or_none()
    if row is None:
        raise NoSuchTicketError
    ledger.lock_wallets([row.member_id])  # first of all, as whoever gives seats back does
    came = TICKET.c.checked_in_at
    member_id = db.session.scalar(
        sa.update(TICKET)
        .where(
            TICKET.c.id == row.id,
            TICKET.c.state == TicketState.HELD,
            came.is_(None) if is_here else came.is_not(None),
            _IS_ON,
        )
        .values(
            checked_in_at=clock.now() if is_here else None,
            checked_in_by_id=actor_id if is_here else None,
        )
        .returning(TICKET.c.member_id)
    )
    if member_id is None:
        return _stays(row.id)
    audit.note(
        actor_id, "seats.checked_in" if is_here else "seats.check_in_undone", Ref(KIND, row.id)
    )
    facts.publish(
        SeatCheckedIn(row.id, row.occasion_id, not is_here),
        actor_id=actor_id,
        subject=Ref(KIND, row.id),
        concerns_id=member_id,
    )
    # Whose it is now: while the wallet was waited for he may have become another member.
    _count(member_id, row.occasion_id, Ref(KIND, row.id))
    return True


def _count(member_id: int, occasion_id: int, marked: Ref) -> None:
    """Let it earn that a guest came: once for each event, however many tickets he has.

    While one of his tickets is let in, he was there; with the last one it is taken back. Two who
    came and are one member now were paid for a ticket each: each of these pays by itself.
    """
    tickets = db.session.execute(
        sa.select(TICKET.c.id, TICKET.c.checked_in_at)
        .where(TICKET.c.member_id == member_id, TICKET.c.occasion_id == occasion_id)
        .order_by(TICKET.c.id)
    ).all()
    refs = [Ref(KIND, each.id) for each in tickets]
    inside = {Ref(KIND, each.id) for each in tickets if each.checked_in_at is not None}
    if not inside:
        loyalty.take_back(*refs)
        return
    paid = loyalty_queries.rewarded_among(ATTENDED, refs)
    if not paid and marked in inside:
        loyalty.reward(member_id, ATTENDED, source=marked, about={"event": occasion_id})
    if not paid:
        return
    stand = paid & inside or {min(paid, key=lambda each: each.id)}
    if paid - stand:
        loyalty.take_back(*(paid - stand))
    loyalty.give_back(*stand)


def _stays(ticket_id: int) -> bool:
    """Return False where it stands as wanted already.

    Raises:
        TicketVoidError: it admits nobody.
    """
    is_valid = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(TICKET)
        .where(TICKET.c.id == ticket_id, TICKET.c.state == TicketState.HELD, _IS_ON)
    )
    if not is_valid:
        raise TicketVoidError
    return False
