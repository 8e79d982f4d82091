"""Writes of draws: setting up, opening, tries, lists, tickets, sweeps."""

from app.draws.service.drafting import (
    drop,
    drop_prize,
    save,
    save_prize,
    save_prizes,
    set_rules,
)
from app.draws.service.floors import follow_replies, mark_reply, take_floor
from app.draws.service.handing import WON, hand_over_some
from app.draws.service.lists import Source, draw_list, freeze, settle_floors
from app.draws.service.playing import play, random_seed
from app.draws.service.running import (
    cancel,
    checklist,
    close,
    close_due,
    open_draw,
    pause,
    refund_some,
    resume,
)
from app.draws.service.seeds import reveal_ended
from app.draws.service.tickets import give as give_ticket
from app.draws.service.tickets import pay_back_unused
from app.draws.service.tickets import take_back as take_ticket_back
from app.draws.service.tickets import take_unused as take_unused_tickets

__all__ = [
    "WON",
    "Source",
    "cancel",
    "checklist",
    "close",
    "close_due",
    "draw_list",
    "drop",
    "drop_prize",
    "follow_replies",
    "freeze",
    "give_ticket",
    "hand_over_some",
    "mark_reply",
    "open_draw",
    "pause",
    "pay_back_unused",
    "play",
    "random_seed",
    "refund_some",
    "resume",
    "reveal_ended",
    "save",
    "save_prize",
    "save_prizes",
    "set_rules",
    "settle_floors",
    "take_floor",
    "take_ticket_back",
    "take_unused_tickets",
]
