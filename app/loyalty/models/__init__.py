"""Tables of loyalty."""

from app.loyalty.models.awards import LoyaltyAward, LoyaltyCounter, LoyaltyUndone
from app.loyalty.models.books import LoyaltyBook, LoyaltyBookDraft
from app.loyalty.models.closeness import ClosenessScore, VipTypeRow
from app.loyalty.models.supers import SuperMember, SuperRuleRow, SuperStep
from app.loyalty.models.tiers import (
    MemberTier,
    TierChange,
    TierDraft,
    TierGrant,
    TierLadder,
    TierReading,
)

__all__ = [
    "ClosenessScore",
    "LoyaltyAward",
    "LoyaltyBook",
    "LoyaltyBookDraft",
    "LoyaltyCounter",
    "LoyaltyUndone",
    "MemberTier",
    "SuperMember",
    "SuperRuleRow",
    "SuperStep",
    "TierChange",
    "TierDraft",
    "TierGrant",
    "TierLadder",
    "TierReading",
    "VipTypeRow",
]
