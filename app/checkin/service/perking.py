"""Free make-up cards of a member's tier: once a month, and at once when he reaches more.

A member gets, in a business month, as many cards as his tier brings. Who rises within the month
gets the difference; who falls keeps what he has. What he got stands in the movements, so the sweep
may run at any time, twice, or be killed.
"""

from collections.abc import Collection

from app.checkin import policy, queries
from app.checkin.service import stocking
from app.checkin.types import Cause, Item, Movement
from app.kernel import clock
from app.kernel.db import db, use_case

CHUNK = 300


def give_perks(limit: int = CHUNK) -> int:
    """Give the next members the cards that their tiers bring this month; return how many."""
    month = policy.month_of(clock.business_date())
    found = queries.owed_cards(month, limit=limit)
    db.session.rollback()
    return _give(found) if found else 0


@use_case
def _give(member_ids: Collection[int]) -> int:
    """Give these members what is owed to them once their stocks are locked."""
    month = policy.month_of(clock.business_date())
    stocking.lock_stocks(sorted(member_ids))
    owed = queries.owed_cards(month, among=member_ids)
    stocking.move(
        [
            Movement(
                member_id,
                Item.CARD,
                each.more,
                Cause.PERK,
                # What came to him in a month only grows: each sum comes once.
                request_key=f"perk:{month:%Y-%m}:{each.given_to_him + each.more}",
            )
            for member_id, each in sorted(owed.items())
        ]
    )
    return len(owed)
