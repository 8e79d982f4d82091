"""How a member leaves the game: what he wrote goes, what he could still spend lapses."""

from typing import Any, cast

import sqlalchemy as sa

from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Blank, Gone, Shown
from app.loyalty import models
from app.loyalty.models import fraud, referrals
from app.loyalty.service import lapsing


def _table(model: type[Any]) -> sa.Table:
    return cast("sa.Table", model.__table__)


AWARD, CLOSENESS = _table(models.LoyaltyAward), _table(models.ClosenessScore)
SEAT, WORK = _table(models.LoyaltyCampSeat), _table(models.LoyaltyCampWork)
CODE, CASE = _table(referrals.InviteCode), _table(fraud.FraudCase)
OBJECTION, HELD = _table(fraud.FraudObjection), _table(models.LoyaltyBadgeHeld)
GIVING = _table(models.LoyaltyBadgeGiving)
MISSION, TIER = _table(models.LoyaltyMissionProgress), _table(models.MemberTier)


def register() -> None:
    """Say what goes with a member and what stays without his name."""
    leaving.register(
        "loyalty",
        gone=(
            Gone(CODE.c.member_id, _l("Invitation code")),
            Gone(CLOSENESS.c.member_id, _l("Closeness")),
            Gone(OBJECTION.c.case_id, _l("Objections"), where=_objections),
        ),
        blank=(Blank(WORK.c.seat_id, {"link": "", "note": "", "photo_id": None}, where=_work),),
        shown=(
            Shown(AWARD.c.member_id, _l("What earned points"), frozenset({"other_id", "known"})),
            Shown(TIER.c.member_id, _l("Tier")),
            Shown(HELD.c.member_id, _l("Badges")),
            Shown(GIVING.c.member_id, _l("Badges that were handed over")),
            Shown(MISSION.c.member_id, _l("Missions")),
            Shown(SEAT.c.member_id, _l("Camps")),
            Shown(WORK.c.seat_id, _l("Tasks of camps"), frozenset({"decided_by"}), where=_work),
        ),
        again=lapsing.lapse,
    )


def _objections(member_id: int) -> sa.ColumnElement[bool]:
    mine = sa.select(CASE.c.id).where(CASE.c.member_id == member_id)
    return cast("sa.ColumnElement[bool]", OBJECTION.c.case_id.in_(mine))


def _work(member_id: int) -> sa.ColumnElement[bool]:
    mine = sa.select(SEAT.c.id).where(SEAT.c.member_id == member_id)
    return cast("sa.ColumnElement[bool]", WORK.c.seat_id.in_(mine))
