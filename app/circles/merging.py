"""What becomes of circles when two members become one."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.circles.models import CIRCLE, CIRCLE_MEMBER
from app.circles.types import Stand
from app.kernel import merging
from app.kernel.db import changed, db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Key, Log, Moved

ROW = CIRCLE_MEMBER.c
BETTER = {Stand.IN: 2, Stand.ASKED: 1}


def register() -> None:
    """Memberships follow; of two in one circle the better one counts."""
    moved = Moved(ROW.member_id, _l("circles"), twins=_one_of_two)
    merging.register("circles", moves=(moved,), settle=_recount)
    for column in (CIRCLE.c.made_by_id, ROW.by_id):
        merging.stays(column, "who did it; the record stays as it was written")


def _one_of_two(log: Log, held: list[Key]) -> None:
    """Let the better of the two rows be the target's, and drop the other."""
    twin = CIRCLE_MEMBER.alias("twin")
    same = sa.and_(twin.c.circle_id == ROW.circle_id, twin.c.member_id == log.target_id)
    rows = db.session.execute(
        sa.select(
            ROW.id, ROW.stand, ROW.is_leader, twin.c.id.label("twin_id"),
            twin.c.stand.label("twin_stand"), twin.c.is_leader.label("twin_leads"),
        )
        .join(twin, same)
        .where(ROW.id.in_([key[0] for key in held]))
        .order_by(ROW.id)
    ).all()  # fmt: skip
    dropped, coming = [], []
    for row in rows:
        his = {"stand": row.stand, "is_leader": row.is_leader}
        mine = {"stand": row.twin_stand, "is_leader": row.twin_leads}
        if _rank(his) > _rank(mine):  # it comes itself: what coming in earned hangs on the row
            coming.append(row.id)
            dropped.append(row.twin_id)
        else:
            dropped.append(row.id)
    if dropped:
        log.delete(CIRCLE_MEMBER, ROW.id.in_(dropped))
    former = {"member_id": log.source_id}
    for row_id in coming:
        log.change(CIRCLE_MEMBER, [row_id], former, member_id=log.target_id)


def _rank(stands: Mapping[str, Any]) -> tuple[int, bool]:
    rank = BETTER.get(stands["stand"], 0)
    return rank, bool(rank and stands["is_leader"])


def _recount(log: Log) -> None:
    """Count the circles of both anew, where the merge touched one."""
    if not any(line.table == CIRCLE_MEMBER.name for line in log.lines):
        return
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
