"""The tables as Core sees them, and what *visible* means."""

from typing import Any, cast

import sqlalchemy as sa

from app.community.models import (
    Board,
    Follow,
    MemberTally,
    Reply,
    ReplyLike,
    Thread,
    ThreadLike,
    ThreadPhoto,
)
from app.identity.models import Member
from app.kernel.media.models import Media

BOARD = cast("sa.Table", Board.__table__)
THREAD = cast("sa.Table", Thread.__table__)
THREAD_PHOTO = cast("sa.Table", ThreadPhoto.__table__)
THREAD_LIKE = cast("sa.Table", ThreadLike.__table__)
REPLY = cast("sa.Table", Reply.__table__)
REPLY_LIKE = cast("sa.Table", ReplyLike.__table__)
FOLLOW = cast("sa.Table", Follow.__table__)
TALLY = cast("sa.Table", MemberTally.__table__)
MEMBER = cast("sa.Table", Member.__table__)
MEDIA = cast("sa.Table", Media.__table__)


def visible(columns: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions that a thread or reply is neither removed nor hidden."""
    return columns.removed_at.is_(None), columns.hidden_at.is_(None)


LARGEST_ID, LARGEST_FLOOR = 2**63 - 1, 2**31 - 1


def is_id(number: int) -> bool:
    """Return whether a number from an address can be an id; the databases choke on larger ones."""
    return 0 < number <= LARGEST_ID


def is_floor(number: int) -> bool:
    """Return whether a number from an address can be a floor."""
    return 0 < number <= LARGEST_FLOOR
