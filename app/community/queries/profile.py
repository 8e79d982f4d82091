"""A member as everybody sees him."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import FOLLOW, MEMBER, TALLY
from app.community.queries.tables_reading import BLOCK, WATCH
from app.community.queries.thread import NOBODY
from app.community.types.reading import WatchKind, WatchLevel
from app.identity import queries as identity
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import ids
from app.kernel.db import db
from app.kernel.types import Person


@dataclass(frozen=True, slots=True)
class ProfileView:
    """What stands on top of a profile."""

    person: Person
    bio: str
    joined_at: datetime
    thread_count: int
    reply_count: int
    like_count: int
    follower_count: int
    following_count: int
    is_followed: bool
    level: WatchLevel = WatchLevel.NORMAL
    hides: bool | None = None  # None: not at all; True: blocked, not only muted


def find_profile(yid: str, viewer_id: int | None) -> ProfileView | None:
    """Return the profile of a Yid, or None for a buyer who never signed in or one who left."""
    row = db.session.execute(
        sa.select(
            *identity.person_columns(),
            Member.bio,
            Member.created_at,
            *(sa.func.coalesce(TALLY.c[name], 0).label(name) for name in FIGURES),
            FOLLOW.c.follower_id,
            WATCH.c.level,
            BLOCK.c.is_block,
        )
        .outerjoin(
            WATCH,
            sa.and_(
                WATCH.c.member_id == (viewer_id or NOBODY),
                WATCH.c.kind == WatchKind.MEMBER,
                WATCH.c.target_id == Member.id,
            ),
        )
        .outerjoin(
            BLOCK,
            sa.and_(BLOCK.c.owner_id == (viewer_id or NOBODY), BLOCK.c.other_id == Member.id),
        )
        .outerjoin(TALLY, TALLY.c.member_id == Member.id)
        .outerjoin(
            FOLLOW,
            sa.and_(
                FOLLOW.c.follower_id == (viewer_id or NOBODY), FOLLOW.c.followed_id == Member.id
            ),
        )
        .where(
            Member.yid == (ids.read_code(yid) or ""),
            sa.or_(
                Member.state.in_([MemberState.ACTIVE, MemberState.MUTED]),
                # Who came with another community and has not signed in yet; buyers have no name.
                sa.and_(Member.state == MemberState.SILENT, Member.display_name != ""),
            ),
        )
    ).one_or_none()
    if row is None:
        return None
    return ProfileView(
        identity.person_from(row),
        row.bio,
        row.created_at,
        row.thread_count,
        row.reply_count,
        row.like_count,
        row.follower_count,
        row.following_count,
        is_followed=row.follower_id is not None,
        level=row.level or WatchLevel.NORMAL,
        hides=row.is_block,
    )


SPARE = 10  # of the most liked, so many may be muted, gone, or the viewer
FIGURES = ("thread_count", "reply_count", "like_count", "follower_count", "following_count")


def following_count(member_id: int) -> int:
    """Return how many members somebody follows: what an empty feed has to say depends on it."""
    return (
        db.session.scalar(sa.select(TALLY.c.following_count).where(TALLY.c.member_id == member_id))
        or 0
    )


def active_writers(viewer_id: int | None, limit: int = 5) -> list[ProfileView]:
    """Return the members with the most likes, to be suggested to somebody. One statement."""
    rows = db.session.execute(
        _WRITERS, {"me": viewer_id or NOBODY, "rows": limit, "some": limit + SPARE}
    )
    return [
        ProfileView(
            identity.person_from(row), row.bio, row.created_at, row.thread_count, row.reply_count,
            row.like_count, row.follower_count, row.following_count, is_followed=False,
        )
        for row in rows
    ]  # fmt: skip


def _writers() -> sa.Select[Any]:
    top = (
        sa.select(TALLY.c.member_id)
        .where(TALLY.c.thread_count > 0)
        .order_by(TALLY.c.like_count.desc(), TALLY.c.member_id.desc())
        .limit(sa.bindparam("some", type_=sa.Integer()))
        .subquery("top")
    )
    return (
        sa.select(*identity.person_columns(), MEMBER.c.bio, MEMBER.c.created_at, TALLY)
        .join_from(top, TALLY, TALLY.c.member_id == top.c.member_id)
        .join(MEMBER, MEMBER.c.id == TALLY.c.member_id)
        .where(MEMBER.c.state == MemberState.ACTIVE, MEMBER.c.id != sa.bindparam("me"))
        .order_by(TALLY.c.like_count.desc(), TALLY.c.member_id.desc())
        .limit(sa.bindparam("rows", type_=sa.Integer()))
    )


_WRITERS = _writers()
