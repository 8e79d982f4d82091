"""Writes of the mall: redeeming, paying, cancelling, wishes, lots, the catalogue."""

from app.rewards.service.asking import ask_refund, decline_refund
from app.rewards.service.buying import buy
from app.rewards.service.catalogue import save_category, save_item, show_item
from app.rewards.service.ending import call_off, cancel, end_all_of, refund
from app.rewards.service.keeping import move_stock
from app.rewards.service.lots import draw_due, enter, withdraw, withdraw_all_of
from app.rewards.service.money import note_given_back, note_late, note_still_owed
from app.rewards.service.paying import end_unpaid, mark_paid, pay_rest, tell_rest_due
from app.rewards.service.payments import decide, take_payment
from app.rewards.service.stepping import receive, set_address
from app.rewards.service.wishing import (
    tell_affordable,
    tell_back,
    tell_low_stock,
    tell_starts,
    wish,
)

__all__ = [
    "ask_refund",
    "buy",
    "call_off",
    "cancel",
    "decide",
    "decline_refund",
    "draw_due",
    "end_all_of",
    "end_unpaid",
    "enter",
    "mark_paid",
    "move_stock",
    "note_given_back",
    "note_late",
    "note_still_owed",
    "pay_rest",
    "receive",
    "refund",
    "save_category",
    "save_item",
    "set_address",
    "show_item",
    "take_payment",
    "tell_affordable",
    "tell_back",
    "tell_low_stock",
    "tell_rest_due",
    "tell_starts",
    "wish",
    "withdraw",
    "withdraw_all_of",
]
