"""Tables of loyalty."""

from app.loyalty.models.awards import LoyaltyAward, LoyaltyCounter, LoyaltyUndone
from app.loyalty.models.badges import (
    LoyaltyBadge,
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
from app.loyalty.models.missions import LoyaltyMission, LoyaltyMissionProgress

__all__ = [
    "LoyaltyAward",
    "LoyaltyBadge",
    "LoyaltyBadgeHeld",
    "LoyaltyBadgeTurn",
    "LoyaltyBadgeWord",
    "LoyaltyBook",
    "LoyaltyBookDraft",
    "LoyaltyCamp",
    "LoyaltyCampCohort",
    "LoyaltyCampSeat",
    "LoyaltyCampTask",
    "LoyaltyCampVersion",
    "LoyaltyCampWork",
    "LoyaltyCounter",
    "LoyaltyMission",
    "LoyaltyMissionProgress",
    "LoyaltyUndone",
]
