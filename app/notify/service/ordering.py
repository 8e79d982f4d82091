"""Notices that were told out of order, put where their moments belong."""

from itertools import groupby

import sqlalchemy as sa

from app.kernel.db import db, use_case
from app.notify.queries import NOTICE


@use_case
def put_in_order() -> int:
    """Let every member's list follow the moments of its notices; return how many moved.

    Places go up as notices are told. Whoever loads a past (demo data) tells some of it late: the
    same places are given out again in the order of the moments. Two statements at most.
    """
    rows = db.session.execute(
        sa.select(NOTICE.c.id, NOTICE.c.member_id, NOTICE.c.told_at, NOTICE.c.place).order_by(
            NOTICE.c.member_id, NOTICE.c.place
        )
    )
    moved = []
    for _member, group in groupby(rows, key=lambda row: row.member_id):
        listed = list(group)
        told = sorted(listed, key=lambda row: (row.told_at, row.place))
        moved += [
            {"row_id": row.id, "to": place.place}
            for row, place in zip(told, listed, strict=True)
            if row.place != place.place
        ]
    if moved:
        statement = sa.update(NOTICE).where(NOTICE.c.id == sa.bindparam("row_id"))
        # The Core connection: the ORM would take an executemany of updates for its own.
        db.session.connection().execute(statement.values(place=sa.bindparam("to")), moved)
    return len(moved)
