"""Verbs of coupons."""

from app.coupons.service.giving import (
    NoSuchMemberError,
    give,
    give_one,
    lapse,
    take_back,
    void,
)
from app.coupons.service.jobs import begin_file, begin_making, list_made, stop
from app.coupons.service.pools import change_pool, make_pool, set_pool_state, tell_low
from app.coupons.service.seeding import seed_codes
from app.coupons.service.using import mark_used, secret_of, show, unmark_used, warn
from app.coupons.service.working import work_some

__all__ = [
    "NoSuchMemberError",
    "begin_file",
    "begin_making",
    "change_pool",
    "give",
    "give_one",
    "lapse",
    "list_made",
    "make_pool",
    "mark_used",
    "secret_of",
    "seed_codes",
    "set_pool_state",
    "show",
    "stop",
    "take_back",
    "tell_low",
    "unmark_used",
    "void",
    "warn",
    "work_some",
]
