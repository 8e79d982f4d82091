"""Which posts count nothing for now. Asked by leaderboards, and by whoever counts originals."""

from collections.abc import Collection

import sqlalchemy as sa

from app.kernel.db import db
from app.originality.queries.tables import FINDING, LOOK
from app.originality.types import Kind, State

AT_ONCE = 1_000


def flagged(thread_ids: Collection[int]) -> set[int]:
    """Return which of these posts are flagged. One statement a thousand, none for no posts."""
    wanted, found = sorted(set(thread_ids)), set[int]()
    for start in range(0, len(wanted), AT_ONCE):
        found.update(
            db.session.scalars(
                sa.select(LOOK.c.thread_id).where(
                    LOOK.c.thread_id.in_(wanted[start : start + AT_ONCE]),
                    LOOK.c.is_flagged.is_(True),
                )
            )
        )
    return found


def flagged_posts() -> sa.Select[tuple[int]]:
    """Return a SELECT of all posts that are flagged, for a condition of another query."""
    return sa.select(LOOK.c.thread_id).where(LOOK.c.is_flagged.is_(True))


def states_of(thread_id: int) -> list[tuple[Kind, State]]:
    """Return what is open about a post, or was judged a copy. One statement."""
    rows = db.session.execute(
        sa.select(FINDING.c.kind, FINDING.c.state)
        .where(
            FINDING.c.thread_id == thread_id,
            FINDING.c.state.in_((State.OPEN, State.COPIED)),
        )
        .order_by(FINDING.c.id)
    )
    return [(row.kind, row.state) for row in rows]
