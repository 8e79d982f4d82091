"""How check-ins follow when two members become one: the days of both, each day once.

A day on which both checked in stays with the source as well; points were given on that day and are
not moved here. Streaks are what the days add up to, before, after, and after a parting. Shields and
cards go over by movements, and come back by movements as far as they are still there.
"""

from typing import Any, cast

import sqlalchemy as sa

from app.checkin.models import (
    CheckIn,
    CheckInGrant,
    CheckInHonour,
    CheckInMovement,
    CheckInRules,
    CheckInStock,
    CheckInStreak,
)
from app.checkin.service import counting, stocking
from app.checkin.types import Cause, Item, Movement
from app.kernel import merging
from app.kernel.db import changed, db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved
from app.kernel.types import Ref

CHECKIN = cast("sa.Table", CheckIn.__table__)
STREAK = cast("sa.Table", CheckInStreak.__table__)
HONOUR = cast("sa.Table", CheckInHonour.__table__)
STOCK = cast("sa.Table", CheckInStock.__table__)
MOVEMENT = cast("sa.Table", CheckInMovement.__table__)
GRANT = cast("sa.Table", CheckInGrant.__table__)
RULES = cast("sa.Table", CheckInRules.__table__)
BY_STAFF = "who of the team did it; the record stays as it was written"


def register() -> None:
    """Say what moves, and count streaks anew."""
    merging.register(
        "checkin",
        moves=(Moved(CHECKIN.c.member_id, _l("check-ins")), Moved(HONOUR.c.member_id)),
        carry=_carry_stock,
        part=_part_stock,
        settle=_recount,
    )
    merging.stays(STREAK.c.member_id, "derived: counted anew for both")
    merging.stays(STOCK.c.member_id, "derived: what was left goes over by movements")
    merging.stays(MOVEMENT.c.member_id, "append-only history; what was left goes over")
    for column in (
        MOVEMENT.c.actor_id,
        GRANT.c.started_by,
        GRANT.c.undone_by,
        RULES.c.set_by,
    ):
        merging.stays(column, BY_STAFF)


def _recount(log: Log) -> None:
    counting.recount(sorted((log.source_id, log.target_id)))


def _carry_stock(log: Log) -> None:
    """Give the target what the source has left."""
    held = {
        row.member_id: row
        for row in db.session.execute(
            sa.select(STOCK).where(STOCK.c.member_id.in_([log.source_id, log.target_id]))
        )
    }
    mine = held.get(log.source_id)
    if mine is None or not mine.shields + mine.cards:
        return
    if log.target_id not in held:
        log.made(STOCK, [log.target_id])
    amounts = {Item.SHIELD: mine.shields, Item.CARD: mine.cards}
    _hand_over(log, log.source_id, log.target_id, amounts)


def _part_stock(log: Log) -> None:
    """Give the source back what came from it, as far as it is still there."""
    brought = db.session.execute(
        sa.select(MOVEMENT.c.item, sa.func.sum(MOVEMENT.c.amount).label("amount"))
        .where(
            MOVEMENT.c.source_kind == "merge",
            MOVEMENT.c.source_id == log.merge_id,
            MOVEMENT.c.member_id == log.target_id,
        )
        .group_by(MOVEMENT.c.item)
    ).all()
    mine = db.session.execute(
        sa.select(STOCK).where(STOCK.c.member_id == log.target_id)
    ).one_or_none()
    if mine is not None:
        left = {Item.SHIELD: mine.shields, Item.CARD: mine.cards}
        amounts = {row.item: min(int(row.amount), left[row.item]) for row in brought}
        _hand_over(log, log.target_id, log.source_id, amounts)
    if log.has_made(STOCK, [log.target_id]):
        changed(
            sa.delete(STOCK).where(
                STOCK.c.member_id == log.target_id, STOCK.c.shields == 0, STOCK.c.cards == 0
            )
        )


def _hand_over(log: Log, giver_id: int, taker_id: int, amounts: dict[Any, int]) -> None:
    source = Ref("merge", log.merge_id)
    stocking.move(
        [
            Movement(member_id, item, sign * amount, Cause.MERGED, source)
            for item, amount in amounts.items()
            if amount > 0
            for member_id, sign in ((giver_id, -1), (taker_id, 1))
        ]
    )
