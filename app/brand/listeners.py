"""What the brand world hears from below."""

from app.brand import service
from app.identity.events import RoleRevoked
from app.kernel import facts
from app.kernel.facts import Told


@facts.subscribe(RoleRevoked)
def hide_card(fact: RoleRevoked, _told: Told) -> None:
    """Hide the card of somebody who left the team: his mark goes too."""
    service.forget_role(fact.member_id)
