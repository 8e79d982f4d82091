"""What must add up: the counts of pools, the givings and their coupons."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.coupons.queries.tables import COUPON, GIVING, POOL
from app.coupons.types import CouponState
from app.kernel.db import db


def drifting_counts() -> Iterator[str]:
    """Yield pools whose stored counts are not those of their codes."""
    counts = [
        sa.func.count().filter(COUPON.c.state == state).label(state.value) for state in CouponState
    ]
    found = (
        sa.select(COUPON.c.pool_id, sa.func.count().label("code"), *counts)
        .group_by(COUPON.c.pool_id)
        .subquery()
    )
    names = ("code", *(state.value for state in CouponState))
    rows = db.session.execute(
        sa.select(
            POOL.c.id,
            *(POOL.c[f"{name}_count"].label(f"stored_{name}") for name in names),
            *(sa.func.coalesce(found.c[name], 0).label(f"real_{name}") for name in names),
        ).outerjoin(found, found.c.pool_id == POOL.c.id)
    )
    for row in rows:
        for name in names:
            stored, real = getattr(row, f"stored_{name}"), getattr(row, f"real_{name}")
            if stored != real:
                yield f"coupon pool {row.id}: {name} is stored as {stored}, it is {real}"


def drifting_givings() -> Iterator[str]:
    """Yield givings that handed over another number of codes than they say, or to somebody else."""
    held = sa.func.count(COUPON.c.id)
    strangers = sa.func.count().filter(COUPON.c.member_id != GIVING.c.member_id)
    rows = db.session.execute(
        sa.select(GIVING.c.id, GIVING.c.count, held.label("held"), strangers.label("strangers"))
        .outerjoin(COUPON, COUPON.c.giving_id == GIVING.c.id)
        .where(GIVING.c.taken_back_at.is_(None))
        .group_by(GIVING.c.id, GIVING.c.count)
        .having(sa.or_(held != GIVING.c.count, strangers > 0))
    )
    for row in rows:
        if row.strangers:
            yield f"coupon giving {row.id}: {row.strangers} of its coupons are somebody else's"
        else:
            yield f"coupon giving {row.id}: says {row.count} coupons, there are {row.held}"
