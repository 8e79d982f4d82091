"""The tables as Core sees them, and what *visible* means."""

from typing import Any, cast

import sqlalchemy as sa

from app.community.models import (
    Board,
    Draft,
    DraftPhoto,
    Follow,
    LinkCard,
    LinkUse,
    MemberTally,
    Mention,
    Reply,
    ReplyLike,
    TextWork,
    Thread,
    ThreadAnswer,
    ThreadLike,
    ThreadPhoto,
    ThreadRevision,
    ThreadStep,
    Welcome,
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
STEP = cast("sa.Table", ThreadStep.__table__)
ANSWER = cast("sa.Table", ThreadAnswer.__table__)
REVISION = cast("sa.Table", ThreadRevision.__table__)
MENTION = cast("sa.Table", Mention.__table__)
TEXT_WORK = cast("sa.Table", TextWork.__table__)
CARD = cast("sa.Table", LinkCard.__table__)
LINK_USE = cast("sa.Table", LinkUse.__table__)
DRAFT = cast("sa.Table", Draft.__table__)
DRAFT_PHOTO = cast("sa.Table", DraftPhoto.__table__)
WELCOME = cast("sa.Table", Welcome.__table__)
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
