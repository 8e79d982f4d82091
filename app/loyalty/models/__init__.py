"""Tables of loyalty."""

from app.loyalty.models.awards import LoyaltyAward, LoyaltyCounter
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
    "LoyaltyCounter",
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
