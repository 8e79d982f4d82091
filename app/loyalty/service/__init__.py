"""Writes of loyalty: acts into points, and everything that hangs on them."""

from app.loyalty.service.expiry import tell_expiring
from app.loyalty.service.rewarding import (
    award_orders,
    prune_counters,
    reward,
    reward_many,
)

__all__ = ["award_orders", "prune_counters", "reward", "reward_many", "tell_expiring"]
