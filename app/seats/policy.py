"""Until when a seat may be given back."""

from datetime import datetime, timedelta

from app.seats.types import OccasionDraft, OccasionState, Ticket, TicketState

REMINDED_BEFORE = timedelta(hours=24)
"""A notice comes so long before the start."""


def returns_until(draft: OccasionDraft) -> datetime | None:
    """Return until when a seat may be given back; None: never."""
    if draft.return_hours is None:
        return None
    return draft.starts_at - timedelta(hours=draft.return_hours)


def may_return(ticket: Ticket, now: datetime) -> bool:
    """Return whether its owner may give a ticket back now."""
    until = returns_until(ticket.occasion.draft)
    return is_valid(ticket) and ticket.checked_in_at is None and until is not None and now < until


def is_valid(ticket: Ticket) -> bool:
    """Return whether a ticket admits somebody."""
    is_on = ticket.occasion.state is OccasionState.OPEN
    return ticket.state is TicketState.HELD and is_on
