"""Whom and what a member doesn't want to see: conditions for other statements."""

from typing import Any

import sqlalchemy as sa

from app.community.queries.tables_reading import BLOCK, WATCH
from app.community.types.reading import WatchKind, WatchLevel
from app.kernel.db import db


def not_hidden_from(viewer: Any, author_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a viewer has neither muted nor blocked an author."""
    hidden = sa.select(BLOCK.c.other_id).where(BLOCK.c.owner_id == viewer)
    condition: sa.ColumnElement[bool] = author_id.not_in(hidden)
    return condition


def not_muted_by(viewer: Any, thread: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a viewer has muted neither a thread nor its board."""
    muted = (
        sa.select(WATCH.c.target_id)
        .where(WATCH.c.member_id == viewer, WATCH.c.level == WatchLevel.MUTED)
    )  # fmt: skip
    return sa.and_(
        thread.c.id.not_in(muted.where(WATCH.c.kind == WatchKind.THREAD)),
        thread.c.board_id.not_in(muted.where(WATCH.c.kind == WatchKind.BOARD)),
    )


def has_blocked(owner_id: int, other_id: int) -> bool:
    """Return whether a member has blocked another. One statement."""
    found = sa.select(BLOCK.c.is_block).where(
        BLOCK.c.owner_id == owner_id, BLOCK.c.other_id == other_id
    )
    return bool(db.session.scalar(found))
