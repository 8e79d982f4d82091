"""Tables of loyalty."""

from app.loyalty.models.awards import LoyaltyAward, LoyaltyCounter

__all__ = ["LoyaltyAward", "LoyaltyCounter"]
