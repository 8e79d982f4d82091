"""How close everybody is at the end of the demo's year, and what the house promises them."""

from app.demo.accounts import HOUSE
from app.demo.loader.roll import Roll
from app.loyalty.queries import closeness
from app.loyalty.service import closeness as service


def set_up(roll: Roll) -> None:
    """Keep the VIP types that a house may begin with, and count closeness once."""
    if not closeness.types():
        service.begin_with_starters(roll.members[HOUSE])
    service.score_all()
