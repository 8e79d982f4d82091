"""What the pages about one's own data read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.identity.models import MemberLeaving, MemberTakeout
from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.errors import NotFoundError

LEAVING = cast("sa.Table", MemberLeaving.__table__)
TAKEOUT = cast("sa.Table", MemberTakeout.__table__)
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Leave:
    """A wish to have an account closed."""

    member_id: int
    asked_at: datetime
    due_at: datetime
    keeps_posts: bool
    asked_by: int | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Takeout:
    """A member's own file as his page shows it.

    Attributes:
        share: how much is written, in per cent.
    """

    id: int
    code: str
    member_id: int
    locale: str
    asked_at: datetime
    finished_at: datetime | None
    share: int
    size: int
    error: str
    expires_at: datetime

    @property
    def is_there(self) -> bool:
        """Return whether it can be fetched."""
        return bool(self.finished_at) and not self.error and clock.now() < self.expires_at

    @property
    def is_written(self) -> bool:
        """Return whether it is still on its way."""
        return self.finished_at is None


def find_leave(member_id: int) -> Leave | None:
    """Return a member's wish to leave, or None. One statement."""
    row = db.session.execute(sa.select(LEAVING).where(LEAVING.c.member_id == member_id)).first()
    return None if row is None else _leave(row)


def due_leaves(limit: int) -> list[Leave]:
    """Return whose time to think it over has passed, the longest ago first. One statement."""
    rows = db.session.execute(
        sa.select(LEAVING)
        .where(LEAVING.c.left_at.is_(None), LEAVING.c.due_at <= clock.now())
        .order_by(LEAVING.c.due_at, LEAVING.c.member_id)
        .limit(limit)
    )
    return [_leave(row) for row in rows]


def left_since(moment: datetime, after: int, limit: int) -> list[int]:
    """Return members who left since a moment, by id, those above ``after``. One statement."""
    return list(
        db.session.scalars(
            sa.select(LEAVING.c.member_id)
            .where(LEAVING.c.left_at >= moment, LEAVING.c.member_id > after)
            .order_by(LEAVING.c.member_id)
            .limit(limit)
        )
    )


def takeouts_of(member_id: int) -> list[Takeout]:
    """Return a member's files, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(TAKEOUT)
        .where(TAKEOUT.c.member_id == member_id)
        .order_by(TAKEOUT.c.id.desc())
        .limit(SHOWN)
    )
    return [_takeout(row) for row in rows]


def get_takeout(code: str, member_id: int) -> Takeout:
    """Return one of a member's files. One statement.

    Raises:
        NotFoundError: there is none of that code, or it is somebody else's.
    """
    row = db.session.execute(
        sa.select(TAKEOUT).where(
            TAKEOUT.c.code == ids.read_code(code), TAKEOUT.c.member_id == member_id
        )
    ).first()
    if row is None:
        raise NotFoundError
    return _takeout(row)


def waiting_takeouts() -> list[Takeout]:
    """Return the files that are not written yet, the oldest first. One statement."""
    rows = db.session.execute(
        sa.select(TAKEOUT).where(TAKEOUT.c.finished_at.is_(None)).order_by(TAKEOUT.c.id)
    )
    return [_takeout(row) for row in rows]


def kept_takeouts() -> set[str]:
    """Return the codes whose files are to be kept. One statement."""
    kept = sa.and_(TAKEOUT.c.expires_at > clock.now(), TAKEOUT.c.error == "")
    return set(db.session.scalars(sa.select(TAKEOUT.c.code).where(kept)))


def _leave(row: Any) -> Leave:
    return Leave(
        row.member_id, row.asked_at, row.due_at, row.keeps_posts, row.asked_by, row.left_at
    )


def _takeout(row: Any) -> Takeout:
    return Takeout(
        row.id,
        row.code,
        row.member_id,
        row.locale,
        row.asked_at,
        row.finished_at,
        100 * row.done // row.total if row.total else 0,
        row.size,
        row.error,
        row.expires_at,
    )
