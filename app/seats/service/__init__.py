"""Verbs of seats."""

from app.seats.service.giving import give, lapse, take_back, take_unused
from app.seats.service.occasions import call_off, settle_called_off, write_occasion
from app.seats.service.parting import part_old_tickets
from app.seats.service.telling import CALLED_OFF, MOVED, SOON, remind, tell_moved
from app.seats.service.welcoming import check_in, undo_check_in

__all__ = [
    "CALLED_OFF",
    "MOVED",
    "SOON",
    "call_off",
    "check_in",
    "give",
    "lapse",
    "part_old_tickets",
    "remind",
    "settle_called_off",
    "take_back",
    "take_unused",
    "tell_moved",
    "undo_check_in",
    "write_occasion",
]
