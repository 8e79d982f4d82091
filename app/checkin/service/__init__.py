"""Writes of check-in: taps, shields and cards, granted days, rules."""

from app.checkin.service.expiring import expire_savers
from app.checkin.service.granting import follow_zone, grant_day, grant_some
from app.checkin.service.perking import give_perks
from app.checkin.service.ruling import set_rules
from app.checkin.service.saving import buy, give, make_up, price_of, take_back
from app.checkin.service.seeding import seed_check_ins
from app.checkin.service.tapping import check_in
from app.checkin.service.undoing import ask_undo, undo_some

__all__ = [
    "ask_undo",
    "buy",
    "check_in",
    "expire_savers",
    "follow_zone",
    "give",
    "give_perks",
    "grant_day",
    "grant_some",
    "make_up",
    "price_of",
    "seed_check_ins",
    "set_rules",
    "take_back",
    "undo_some",
]
