"""Until when a seat may be given back."""

import hashlib
from datetime import datetime, timedelta

from app.kernel.goods import MAX_KEY
from app.seats.types import OccasionDraft, OccasionState, Ticket, TicketState

REMINDED_BEFORE = timedelta(hours=24)
"""A notice comes so long before the start."""
NEXT = "#"
"""Stands between a giving's key and a ticket's number."""


def returns_until(draft: OccasionDraft) -> datetime | None:
    """Return until when a seat may be given back; None: never."""
    if draft.return_hours is None:
        return None
    return draft.starts_at - timedelta(hours=draft.return_hours)


def may_return(ticket: Ticket, now: datetime) -> bool:
    """Return whether its owner may give a ticket back now."""
    until = returns_until(ticket.occasion.draft)
    return is_valid(ticket) and ticket.checked_in_at is None and until is not None and now < until


def ticket_key(key: str, place: int) -> str:
    """Return the key of one ticket of a giving: the giving's own, with a number behind it.

    The first one bears the giving's key alone. A key that would grow too long is hashed: such
    tickets are found by the first one only, and go back one by one.
    """
    if place == 1:
        return key
    named = f"{key}{NEXT}{place}"
    return named if len(named) <= MAX_KEY else hashlib.sha256(named.encode()).hexdigest()


def giving_key(key: str) -> str:
    """Return the key of the giving that a ticket with this key came with."""
    return key.partition(NEXT)[0]


def is_valid(ticket: Ticket) -> bool:
    """Return whether a ticket admits somebody."""
    is_on = ticket.occasion.state is OccasionState.OPEN
    return ticket.state is TicketState.HELD and is_on
