"""Tables of loyalty."""

from app.loyalty.models.awards import LoyaltyAward, LoyaltyCounter, LoyaltyUndone
from app.loyalty.models.books import LoyaltyBook, LoyaltyBookDraft
from app.loyalty.models.rehearsals import LoyaltyRehearsal

__all__ = [
    "LoyaltyAward",
    "LoyaltyBook",
    "LoyaltyBookDraft",
    "LoyaltyCounter",
    "LoyaltyRehearsal",
    "LoyaltyUndone",
]
