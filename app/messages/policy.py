"""Who may write to whom. Pure: takes what is known, asks nobody."""

from datetime import datetime

from app.identity.types import MemberState
from app.messages.types import (
    AGAIN,
    Consent,
    Desk,
    Door,
    HiddenPersonError,
    ShutError,
    SilentError,
    WaitError,
    Who,
)


def door(desk: Desk, now: datetime) -> Door:
    """Return how the other would receive a message of the viewer at this moment."""
    if desk.my_state != MemberState.ACTIVE:
        return Door.SILENT
    if desk.hides is not None:
        return Door.HIDDEN
    if desk.is_blocked or not desk.is_reachable:
        return Door.SHUT
    if desk.their_consent is Consent.ACCEPTED:
        return Door.OPEN
    return _first_message(desk, now)


def _first_message(desk: Desk, now: datetime) -> Door:
    who = desk.wish.who
    if desk.follows_me and who is not Who.NOBODY:
        return Door.OPEN
    if desk.their_consent is not Consent.NONE and desk.asked_at and desk.asked_at > now - AGAIN:
        return Door.WAIT
    return Door.ASK if who is Who.EVERYBODY else Door.SHUT


_REFUSALS = {
    Door.SILENT: SilentError,
    Door.HIDDEN: HiddenPersonError,
    Door.SHUT: ShutError,
    Door.WAIT: WaitError,
}


def check(way: Door) -> None:
    """Refuse a message that would not be received.

    Raises:
        SilentError, HiddenPersonError, ShutError, WaitError: see :class:`Door`.
    """
    refusal = _REFUSALS.get(way)
    if refusal is not None:
        raise refusal
