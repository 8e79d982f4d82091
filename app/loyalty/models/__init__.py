"""Tables of loyalty."""

from app.loyalty.models.awards import (
    LoyaltyAward,
    LoyaltyBonusTurn,
    LoyaltyCounter,
    LoyaltyUndone,
)
from app.loyalty.models.badges import (
    LoyaltyBadge,
    LoyaltyBadgeGiving,
    LoyaltyBadgeHeld,
    LoyaltyBadgeTurn,
    LoyaltyBadgeWord,
)
from app.loyalty.models.books import LoyaltyBook, LoyaltyBookDraft
from app.loyalty.models.camps import (
    LoyaltyCamp,
    LoyaltyCampCohort,
    LoyaltyCampSeat,
    LoyaltyCampTask,
    LoyaltyCampVersion,
    LoyaltyCampWork,
)
from app.loyalty.models.closeness import ClosenessScore, VipTypeRow
from app.loyalty.models.expiring import LoyaltyLapseTold
from app.loyalty.models.missions import LoyaltyMission, LoyaltyMissionProgress
from app.loyalty.models.rehearsals import LoyaltyRehearsal
from app.loyalty.models.supers import SuperMember, SuperRuleRow, SuperStep
from app.loyalty.models.tiers import (
    MemberTier,
    TierChange,
    TierDraft,
    TierGrant,
    TierLadder,
    TierReading,
)
from app.loyalty.models.values import LoyaltyPointValue

__all__ = [
    "ClosenessScore",
    "LoyaltyAward",
    "LoyaltyBadge",
    "LoyaltyBadgeGiving",
    "LoyaltyBadgeHeld",
    "LoyaltyBadgeTurn",
    "LoyaltyBadgeWord",
    "LoyaltyBonusTurn",
    "LoyaltyBook",
    "LoyaltyBookDraft",
    "LoyaltyCamp",
    "LoyaltyCampCohort",
    "LoyaltyCampSeat",
    "LoyaltyCampTask",
    "LoyaltyCampVersion",
    "LoyaltyCampWork",
    "LoyaltyCounter",
    "LoyaltyLapseTold",
    "LoyaltyMission",
    "LoyaltyMissionProgress",
    "LoyaltyPointValue",
    "LoyaltyRehearsal",
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
