"""What a reader does: read, answer a request, delete for himself, leave."""

from typing import Any

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.messages.queries.tables import BIGGEST, CONVERSATION, MESSAGE, SIDE, newest_now, unread_now
from app.messages.types import KEEP_DELETED, Consent
from app.notify import service as notify


def subject(conversation_id: int) -> str:
    """Return what notices of a conversation gather under."""
    return f"conversation:{conversation_id}"


@use_case
def mark_read(member_id: int, conversation_id: int, number: int) -> bool:
    """Note that a member has read up to a number; return whether that was new.

    Raises:
        NotFoundError: no such conversation of his.
    """
    last = _lock(conversation_id, member_id)
    return read_up_to(member_id, conversation_id, min(number, last))


def read_up_to(member_id: int, conversation_id: int, number: int) -> bool:
    """As :func:`mark_read`, under the lock that the caller holds. Two statements."""
    moved = changed(
        sa.update(SIDE)
        .where(*_is(conversation_id, member_id), SIDE.c.read_number < number)
        .values(read_number=number, unread_count=unread_now(SIDE, number))
    )
    if moved:
        notify.read_about(member_id, [subject(conversation_id)])
    return moved == 1


@use_case
def accept(member_id: int, conversation_id: int) -> bool:
    """Let somebody who asked go on writing; return whether he waited for it.

    Raises:
        NotFoundError: no such conversation of his.
    """
    _lock(conversation_id, member_id)
    mine = sa.update(SIDE).where(*_is(conversation_id, member_id), SIDE.c.consent == Consent.ASKED)
    return changed(mine.values(consent=Consent.ACCEPTED)) == 1


@use_case
def decline(member_id: int, conversation_id: int) -> bool:
    """Turn a request down: it is gone, and its sender is not told. Return whether it waited.

    Raises:
        NotFoundError: no such conversation of his.
    """
    last = _lock(conversation_id, member_id)
    where = (*_is(conversation_id, member_id), SIDE.c.consent == Consent.ASKED)
    return _clear(conversation_id, member_id, last, where, consent=Consent.DECLINED)


@use_case
def leave(member_id: int, conversation_id: int) -> None:
    """Delete a conversation for oneself; whoever wants to write again has to ask.

    Raises:
        NotFoundError: no such conversation of his.
    """
    last = _lock(conversation_id, member_id)
    where = _is(conversation_id, member_id)
    _clear(conversation_id, member_id, last, where, consent=Consent.NONE, asked_at=None)


@use_case
def remove(member_id: int, conversation_id: int, number: int) -> bool:
    """Delete one message for oneself; the other keeps it. Return whether it was there.

    Raises:
        NotFoundError: no such conversation of his.
    """
    _lock(conversation_id, member_id)
    here = (MESSAGE.c.conversation_id == conversation_id, MESSAGE.c.number == number)
    wrote = MESSAGE.c.author_id == member_id
    done = changed(
        sa.update(MESSAGE)
        .where(*here, wrote, sa.not_(MESSAGE.c.is_gone_writer))
        .values(is_gone_writer=True)
    ) or changed(
        sa.update(MESSAGE)
        .where(*here, sa.not_(wrote), sa.not_(MESSAGE.c.is_gone_reader))
        .values(is_gone_reader=True)
    )
    if done:
        _tidy_later(conversation_id)
        changed(
            sa.update(SIDE)
            .where(*_is(conversation_id, member_id))
            .values(unread_count=unread_now(SIDE, SIDE.c.read_number), last_id=newest_now(SIDE))
        )
    return bool(done)


def _is(conversation_id: int, member_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return SIDE.c.conversation_id == conversation_id, SIDE.c.member_id == member_id


def _lock(conversation_id: int, member_id: int) -> int:
    """Lock a conversation of a member; return the number of its newest message.

    Raises:
        NotFoundError: there is none; other people's is none.
    """
    last = None
    if 0 < conversation_id < BIGGEST:
        mine = sa.exists().where(*_is(conversation_id, member_id))
        last = db.session.scalar(
            sa.update(CONVERSATION)
            .where(CONVERSATION.c.id == conversation_id, mine)
            .values(last_number=CONVERSATION.c.last_number)
            .returning(CONVERSATION.c.last_number)
        )
    if last is None:
        raise NotFoundError
    return int(last)


def _clear(conversation_id: int, member_id: int, last: int, where: Any, **values: Any) -> bool:
    done = changed(
        sa.update(SIDE)
        .where(*where)
        .values(
            cleared_number=last, read_number=last, unread_count=0, last_id=None, **values
        )
    )  # fmt: skip
    if done:
        _tidy_later(conversation_id)
        notify.read_about(member_id, [subject(conversation_id)])
    return done == 1


def _tidy_later(conversation_id: int) -> None:
    """Let the sweep look later for what neither of the two sees any more."""
    changed(
        sa.update(CONVERSATION)
        .where(CONVERSATION.c.id == conversation_id)
        .values(tidy_at=clock.now() + KEEP_DELETED)
    )
