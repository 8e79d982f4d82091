"""Parcels for the browser: one to pack, one on its way, one in trouble."""

from app.identity.types import MemberRow
from app.rewards.service import fulfilling, tracking
from app.rewards.types import Why
from tests.rewards.parcels import id_of, some_parcels


def some_redemptions(fan: MemberRow, team: MemberRow) -> dict[str, str]:
    """Let a fan redeem three parcels; send one of them, and let another one get lost."""
    waiting, sent, lost = some_parcels(fan, 3, "pot-holder")
    tracking.ship(sent, "sf", "SF1234567890", actor_id=team.id)
    tracking.ship(lost, "jd", "JD1234567890", actor_id=team.id)
    fulfilling.report_problem(lost, Why.LOST, actor_id=team.id)
    return {"parcel": str(id_of(waiting)), "mall_order": sent}
