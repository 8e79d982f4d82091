"""What becomes of tiers when two members become one.

The ledger carries growth over as a movement, so each one's tier follows from his own growth as
before: the sweep lifts the target within minutes. What staff gave goes with the person.
"""

from typing import Any, cast

import sqlalchemy as sa

from app.kernel import merging
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved
from app.loyalty.models.closeness import ClosenessScore
from app.loyalty.models.supers import SuperMember, SuperRuleRow, SuperStep
from app.loyalty.models.tiers import MemberTier, TierChange, TierGrant, TierLadder, TierReading
from app.loyalty.service.supers import write_down
from app.loyalty.service.tier_grants import refresh_shown

GRANT = cast("sa.Table", TierGrant.__table__)
SUPER = cast("sa.Table", SuperMember.__table__)


def register() -> None:
    """Say what moves and what stays."""
    merging.register(
        "loyalty_tiers",
        moves=[
            Moved(GRANT.c.member_id, _l("tiers given by staff")),
            Moved(SUPER.c.member_id, _l("super-memberships")),
        ],
        settle=_settle,
    )
    for model in (MemberTier, TierReading, TierChange):
        table = cast("sa.Table", model.__table__)
        merging.stays(table.c.member_id, "computed from each one's own growth and spend")
    score, step = ClosenessScore.__table__.c, SuperStep.__table__.c
    merging.stays(
        cast("sa.Column[Any]", score.member_id), "computed anew every night from what is his then"
    )
    merging.stays(
        cast("sa.Column[Any]", step.member_id), "append-only: the steps as they were written"
    )
    by = "who did it, as it was written"
    for column in (GRANT.c.granted_by, GRANT.c.ended_by, TierLadder.__table__.c.published_by,
                   SuperRuleRow.__table__.c.made_by, step.actor_id):  # fmt: skip
        merging.stays(cast("sa.Column[Any]", column), by)


def _settle(log: Log) -> None:
    refresh_shown([log.source_id, log.target_id])
    write_down([log.source_id, log.target_id])
