"""What becomes of circles when two members become one."""

import sqlalchemy as sa

from app.circles.models import CIRCLE, CIRCLE_MEMBER
from app.circles.types import Stand
from app.kernel import merging
from app.kernel.db import changed, db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Log, Moved

ROW = CIRCLE_MEMBER.c
BETTER = {Stand.IN: 2, Stand.ASKED: 1}


def register() -> None:
    """Memberships follow; of two in one circle the better one counts."""
    merging.register(
        "circles",
        carry=_one_of_two,
        moves=(Moved(ROW.member_id, _l("circles")),),
        settle=_recount,
    )
    for column in (CIRCLE.c.made_by_id, ROW.by_id):
        merging.stays(column, "who did it; the record stays as it was written")


def _one_of_two(log: Log) -> None:
    """Where both have a row, let the target's be the better of the two, and drop the source's."""
    twin = CIRCLE_MEMBER.alias("twin")
    both = sa.and_(twin.c.circle_id == ROW.circle_id, twin.c.member_id == log.target_id)
    rows = db.session.execute(
        sa.select(CIRCLE_MEMBER).where(ROW.member_id == log.source_id, sa.exists().where(both))
    ).mappings()
    for his in rows.all():
        mine = (
            db.session.execute(
                sa.select(CIRCLE_MEMBER).where(
                    ROW.circle_id == his["circle_id"], ROW.member_id == log.target_id
                )
            )
            .mappings()
            .one()
        )
        better = BETTER.get(his["stand"], 0) > BETTER.get(mine["stand"], 0)
        leads = his["is_leader"] and his["stand"] is Stand.IN
        values = {"stand": his["stand"], "at": his["at"]} if better else {}
        if leads and not mine["is_leader"]:
            values["is_leader"] = True
        if values:
            log.change(CIRCLE_MEMBER, [mine["id"]], dict(mine), **values)
        log.delete(CIRCLE_MEMBER, ROW.id == his["id"])


def _recount(log: Log) -> None:
    """Count the circles of both anew."""
    pair = [log.source_id, log.target_id]
    touched = sa.select(ROW.circle_id).where(ROW.member_id.in_(pair))
    inside = (
        sa.select(sa.func.count())
        .select_from(CIRCLE_MEMBER)
        .where(ROW.circle_id == CIRCLE.c.id, ROW.stand == Stand.IN)
        .correlate(CIRCLE)
        .scalar_subquery()
    )
    changed(sa.update(CIRCLE).where(CIRCLE.c.id.in_(touched)).values(member_count=inside))
