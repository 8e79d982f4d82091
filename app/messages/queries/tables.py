"""The tables of messages, and what one member sees of a conversation, as conditions."""

from typing import Any, cast

import sqlalchemy as sa

from app.messages.models import Conversation, Message, MessageWish, Side, TeamLine, TeamTalk

CONVERSATION = cast("sa.Table", Conversation.__table__)
SIDE = cast("sa.Table", Side.__table__)
MESSAGE = cast("sa.Table", Message.__table__)
WISH = cast("sa.Table", MessageWish.__table__)
TALK = cast("sa.Table", TeamTalk.__table__)
LINE = cast("sa.Table", TeamLine.__table__)
BIGGEST = 2**63


def seen_by(member_id: Any, cleared_number: Any) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions that a member has not deleted a message for himself."""
    gone = sa.case(
        (MESSAGE.c.author_id == member_id, MESSAGE.c.is_gone_writer),
        else_=MESSAGE.c.is_gone_reader,
    )
    return MESSAGE.c.number > cleared_number, sa.not_(gone)


def unread_now(side: Any, read_number: Any) -> sa.ScalarSelect[int]:
    """Return how many messages of the other a side has not read, counted anew."""
    return (
        sa.select(sa.func.count())
        .select_from(MESSAGE)
        .where(
            MESSAGE.c.conversation_id == side.c.conversation_id,
            MESSAGE.c.author_id != side.c.member_id,
            MESSAGE.c.number > read_number,
            MESSAGE.c.number > side.c.cleared_number,
            sa.not_(MESSAGE.c.is_gone_reader),
        )
        .correlate(side)
        .scalar_subquery()
    )


def newest_now(side: Any) -> sa.ScalarSelect[int]:
    """Return the newest message that a side sees."""
    return (
        sa.select(MESSAGE.c.id)
        .where(
            MESSAGE.c.conversation_id == side.c.conversation_id,
            *seen_by(side.c.member_id, side.c.cleared_number),
        )
        .order_by(MESSAGE.c.number.desc())
        .limit(1)
        .correlate(side)
        .scalar_subquery()
    )
