"""Sending: consent first, then one row, two sides, one notice."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.kernel import clock, ids, limits
from app.kernel.db import changed, db, use_case
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.limits import Limit
from app.kernel.media import service as media
from app.messages import policy, queries
from app.messages.queries.tables import CONVERSATION, MESSAGE, SIDE
from app.messages.service import reading
from app.messages.service.writing import Written, compose
from app.messages.types import (
    NEW_PER_DAY,
    PER_MINUTE,
    Consent,
    Desk,
    Door,
    OwnMessageError,
    Sent,
)
from app.notify import service as notify
from app.notify.types import Link

TOLD = "messages.message"
PACE = Limit("messages.send", PER_MINUTE, 60)
NEW = Limit("messages.new", NEW_PER_DAY, 86_400)


def start(
    author_id: int,
    yid: str,
    text: str,
    *,
    photo_id: int | None = None,
    request_key: str | None = None,
) -> Sent:
    """Write to a member, for the first time or again; see :func:`send`.

    Raises:
        NotFoundError: nobody of that Yid is there to be seen.
        OwnMessageError: it is the author himself.
        DomainError: as for :func:`send`.
    """
    desk = queries.desk_with(author_id, yid)
    if desk is None:
        raise NotFoundError
    if desk.other.id == author_id:
        raise OwnMessageError
    return _checked(desk, text, photo_id, request_key)


def send(
    author_id: int,
    conversation_id: int,
    text: str,
    *,
    photo_id: int | None = None,
    request_key: str | None = None,
    seen: int = 0,
) -> Sent:
    """Send a message in a conversation of the author's.

    Args:
        author_id: who writes.
        conversation_id: where.
        text: Markdown.
        photo_id: an upload of the author's.
        request_key: with the same key the first message comes back.
        seen: number of the last message that the page showed: it is read by that.

    Raises:
        NotFoundError: no such conversation of his.
        EmptyMessageError, LongMessageError: the text.
        SilentError, HiddenPersonError, ShutError, WaitError: he may not, see ``policy.door``.
        PhotoGoneError: the photo was swept away, or is somebody else's.
        TooManyError: too many in a minute, or too many new people in a day.
    """
    desk = queries.desk_of(author_id, conversation_id)
    if desk is None:
        raise NotFoundError
    return _checked(desk, text, photo_id, request_key, seen)


def _checked(
    desk: Desk, text: str, photo_id: int | None, request_key: str | None, seen: int = 0
) -> Sent:
    earlier = queries.sent_before(desk.me_id, request_key)
    if earlier is not None:
        return earlier
    written = compose(text, has_photo=photo_id is not None)
    way = policy.door(desk, clock.now())
    policy.check(way)
    limits.hit(PACE, str(desk.me_id))
    if way is Door.ASK:
        limits.hit(NEW, str(desk.me_id))
    return _send(desk, written, photo_id, request_key, seen)


@use_case
def _send(
    before: Desk, written: Written, photo_id: int | None, request_key: str | None, seen: int
) -> Sent:
    """Write it down. What was decided before is decided again under the conversation's lock."""
    author_id, now = before.me_id, clock.now()
    earlier = queries.sent_before(author_id, request_key)
    if earlier is not None:
        return earlier
    conversation_id, number = _place(before, now)
    desk = queries.desk_of(author_id, conversation_id)
    if desk is None:
        raise NotFoundError
    way = policy.door(desk, now)
    try:
        policy.check(way)
    except DomainError:
        # The same click, sent twice: the other one held the lock first and is why he must wait.
        earlier = queries.sent_before(author_id, request_key)
        if earlier is None:
            raise
        _give_back(conversation_id)
        return earlier
    if photo_id is not None:
        media.use_photos(author_id, [photo_id])
    message_id = ids.next_id()
    db.session.execute(
        sa.insert(MESSAGE),
        [
            {
                "id": message_id,
                "conversation_id": conversation_id,
                "number": number,
                "author_id": author_id,
                "body": written.body,
                "body_html": written.body_html,
                "excerpt": written.excerpt,
                "photo_id": photo_id,
                "request_key": request_key,
                "sent_at": now,
            }
        ],
    )
    _count(desk, message_id, way, now)
    if desk.unread_count and seen > desk.read_number:
        reading.read_up_to(author_id, conversation_id, seen)
    notify.tell(
        desk.other.id, TOLD, key=f"message:{message_id}",
        params={"conversation": conversation_id},
        link=Link("messages.conversation", {"conversation_id": conversation_id}),
        also_by_mail=True, actor_id=author_id, subject=reading.subject(conversation_id),
    )  # fmt: skip
    return Sent(conversation_id, message_id, number, is_request=way is Door.ASK)


def _place(before: Desk, now: datetime) -> tuple[int, int]:
    """Return (conversation, number of the new message), the conversation locked or new.

    Of two first messages at once one finds the unique key taken, runs again, and joins.
    """
    known = before.conversation_id or queries.conversation_with(before.me_id, before.other.id)
    if known is not None:
        lock = sa.update(CONVERSATION).where(CONVERSATION.c.id == known)
        number = db.session.scalar(
            lock.values(last_number=CONVERSATION.c.last_number + 1).returning(
                CONVERSATION.c.last_number
            )
        )
        if number is None:
            raise NotFoundError
        return known, int(number)
    conversation_id = ids.next_id()
    row = {"id": conversation_id, "last_number": 1, "started_at": now}
    db.session.execute(sa.insert(CONVERSATION), [row])
    pair = sorted((before.me_id, before.other.id))
    db.session.execute(
        sa.insert(SIDE), [side(conversation_id, *pair), side(conversation_id, *pair[::-1])]
    )
    return conversation_id, 1


def _give_back(conversation_id: int) -> None:
    """Take back the number that :func:`_place` drew; the conversation is still locked."""
    db.session.execute(
        sa.update(CONVERSATION)
        .where(CONVERSATION.c.id == conversation_id)
        .values(last_number=CONVERSATION.c.last_number - 1)
    )


def side(conversation_id: int, member_id: int, other_id: int, **more: Any) -> dict[str, Any]:
    """Return the row of one side of a new conversation."""
    values = {
        "conversation_id": conversation_id, "member_id": member_id, "other_id": other_id,
        "slot": 0, "consent": Consent.NONE, "asked_at": None, "last_id": None,
        "read_number": 0, "cleared_number": 0, "unread_count": 0,
    }  # fmt: skip
    return {**values, **more}


def _count(desk: Desk, message_id: int, way: Door, now: datetime) -> None:
    """Let both sides know of a new message. Who writes says yes to being answered."""
    asked: dict[str, Any] = {"consent": Consent.ACCEPTED}
    if way is Door.ASK:
        asked = {"consent": Consent.ASKED, "asked_at": now}
    new = {"last_id": message_id}
    both = {
        desk.me_id: {"consent": Consent.ACCEPTED, **new},
        desk.other.id: {**asked, **new, "unread_count": SIDE.c.unread_count + 1},
    }
    for member_id in sorted(both):
        changed(
            sa.update(SIDE)
            .where(SIDE.c.conversation_id == desk.conversation_id, SIDE.c.member_id == member_id)
            .values(both[member_id])
        )
