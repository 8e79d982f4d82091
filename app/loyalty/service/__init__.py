"""Writes of loyalty: acts into points, and everything that hangs on them."""

from app.loyalty.service import after
from app.loyalty.service.counting import prune_counters
from app.loyalty.service.expiry import note_expiring, tell_expiring
from app.loyalty.service.ordering import award_orders, move_lifts, rate_orders
from app.loyalty.service.reversing import Settled, give_back, pay_waiting, take_back
from app.loyalty.service.rewarding import (
    reward,
    reward_many,
    reward_together,
)

__all__ = [
    "Settled",
    "after",
    "award_orders",
    "give_back",
    "move_lifts",
    "note_expiring",
    "pay_waiting",
    "prune_counters",
    "rate_orders",
    "reward",
    "reward_many",
    "reward_together",
    "take_back",
    "tell_expiring",
]
