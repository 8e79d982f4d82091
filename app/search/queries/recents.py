"""What a member searched for lately."""

import sqlalchemy as sa

from app.kernel.db import db
from app.search.queries.tables import RECENT
from app.search.types import RECENT as MOST


def recent_searches(member_id: int) -> list[str]:
    """Return a member's last searches, the newest first. One statement."""
    rows = db.session.scalars(
        sa.select(RECENT.c.text)
        .where(RECENT.c.member_id == member_id)
        .order_by(RECENT.c.searched_at.desc(), RECENT.c.folded)
        .limit(MOST)
    )
    return list(rows)
