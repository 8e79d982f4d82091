"""What check-in hears: whoever rises to a tier gets its cards at once."""

from app.kernel import jobs
from app.kernel.facts import Told, subscribe
from app.loyalty.events import TierChanged


@subscribe(TierChanged)
def bring_cards(_fact: TierChanged, _told: Told) -> None:
    """Let the sweep look who has cards to come; it finds them by what they got."""
    jobs.nudge("checkin.perks")
