"""Load views as if posts had been read for a while."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.community.queries.tables import THREAD
from app.community.queries.tables_reading import VIEWS_DAY
from app.kernel.db import changed_by_all, db, insert, use_case

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class SeedViews:
    """How often a thread was seen on a day, and by whom."""

    thread_id: int
    on: date
    by_followers: int
    by_strangers: int
    by_guests: int

    @property
    def views(self) -> int:
        """Return all of them."""
        return self.by_followers + self.by_strangers + self.by_guests


@use_case
def seed_views(views: Sequence[SeedViews]) -> int:
    """Load views of days; days that are counted already stay as they are. Return how many."""
    rows = [
        {
            "thread_id": each.thread_id, "viewed_on": each.on, "views": each.views,
            "by_followers": each.by_followers, "by_strangers": each.by_strangers,
            "by_guests": each.by_guests,
        }
        for each in views
    ]  # fmt: skip
    made = 0
    for start in range(0, len(rows), CHUNK):
        statement = insert(VIEWS_DAY).on_conflict_do_nothing()
        made += changed_by_all(statement, rows[start : start + CHUNK])
    if made:
        _count(sorted({each.thread_id for each in views}))
    return made


def _count(thread_ids: Sequence[int]) -> None:
    """Count the views of threads anew."""
    sums: Counter[int] = Counter()
    for start in range(0, len(thread_ids), CHUNK):
        some = thread_ids[start : start + CHUNK]
        found = db.session.execute(
            sa.select(VIEWS_DAY.c.thread_id, sa.func.sum(VIEWS_DAY.c.views).label("all"))
            .where(VIEWS_DAY.c.thread_id.in_(some))
            .group_by(VIEWS_DAY.c.thread_id)
        )
        sums.update({row.thread_id: int(row.all) for row in found})
    update = sa.update(THREAD).where(THREAD.c.id == sa.bindparam("row_id"))
    db.session.connection().execute(
        update.values(view_count=sa.bindparam("seen", type_=sa.Integer())),
        [{"row_id": thread_id, "seen": count} for thread_id, count in sorted(sums.items())],
    )
