"""Tables of loyalty."""

from app.loyalty.models.awards import LoyaltyAward, LoyaltyCounter
from app.loyalty.models.values import LoyaltyPointValue

__all__ = ["LoyaltyAward", "LoyaltyCounter", "LoyaltyPointValue"]
