"""Answers on their floors."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.community import policy, queries
from app.community.events import ReplyBroughtBack, ReplyEdited, ReplyPublished, ReplyRemoved
from app.community.service import counting, indexing, marking
from app.community.service.barring import check_apart
from app.community.service.tags import tags_in
from app.community.service.threads import check_may_write, check_pace
from app.community.service.writing import WrittenReply, compose_reply
from app.community.settings import quiet_edit_time
from app.community.types import OutsideError, Replied, ThreadGoneError
from app.kernel import clock, facts, ids, withdrawals
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.loyalty import service as loyalty
from app.search import service as search

THREAD, REPLY = queries.THREAD, queries.REPLY
PACE = queries.Pace(60, timedelta(minutes=10))


def reply(
    author_id: int,
    thread_code: str,
    body: str,
    *,
    reply_to: int | None = None,
    request_key: str | None = None,
) -> Replied:
    """Answer a thread, or the reply on a floor of it, and reward the author.

    Floors count from 1 without gaps, however many answer at once.

    Args:
        author_id: who answers.
        thread_code: what.
        body: Markdown.
        reply_to: the floor that is answered; one that does not exist is left out.
        request_key: with the same key the first reply comes back.

    Raises:
        WritingError: the text is blank or too long, or names somebody who has blocked him.
        BarredError: he and the thread's author keep apart.
        OutsideError: the thread stands in a circle that he is not in.
        SilencedError: the member may not write for now.
        TooManyError: he has replied a lot in the last minutes.
        NotFoundError: no such thread.
        ThreadGoneError: it was removed or hidden meanwhile.
    """
    return send(author_id, thread_code, compose_reply(author_id, body), reply_to, request_key)


@use_case
def send(
    author_id: int,
    thread_code: str,
    written: WrittenReply,
    reply_to: int | None,
    request_key: str | None,
) -> Replied:
    """Send what :func:`app.community.service.writing.compose_reply` made; see :func:`reply`."""
    desk = queries.reply_desk(author_id, thread_code, request_key, PACE)
    if desk is None or desk.thread_id is None:
        raise NotFoundError
    if desk.earlier:
        award = loyalty.reward(author_id, "reply.published", source=Ref("reply", desk.earlier.id))
        return Replied(desk.earlier.id, desk.thread_code, desk.earlier.floor, award, is_new=False)
    check_apart(desk.barred)
    check_pace(desk.state, desk.recent.wait(PACE))
    if not desk.may_write:
        raise OutsideError
    reply_id, now = ids.next_id(), clock.now()
    award = loyalty.reward(
        author_id,
        "reply.published",
        source=Ref("reply", reply_id),
        about={
            "length": len(written.body),
            "board": desk.board_id,
            "own_thread": desk.thread_author_id == author_id,
            "topic": desk.topic_ids,
            "tags": tags_in(written.body),
        },
        other_id=desk.thread_author_id,
    )
    floor = _next_floor(desk.thread_id, now)  # locks the thread; what takes time is done by now
    answered = reply_to if reply_to is not None and 1 <= reply_to < floor else None
    db.session.execute(
        sa.insert(REPLY),
        [
            {
                "id": reply_id,
                "thread_id": desk.thread_id,
                "floor": floor,
                "author_id": author_id,
                "body": written.body,
                "body_html": written.body_html,
                "excerpt": written.excerpt,
                "reply_to": answered,
                "request_key": request_key,
                "created_at": now,
            }
        ],
    )
    facts.publish(
        ReplyPublished(reply_id, desk.thread_id, floor, answered),
        actor_id=author_id,
        subject=Ref("reply", reply_id),
        concerns_id=desk.thread_author_id,
        scope=Ref("board", desk.board_id),
    )
    place = marking.Place(desk.thread_id, floor, author_id, reply_id)
    marking.leave(place, written.marked, is_new=True)
    counting.count_posted(author_id, PACE, desk.recent, reply_count=1, replies_posted=1)
    indexing.reply_written(reply_id, author_id, written)
    return Replied(reply_id, desk.thread_code, floor, award)


def _next_floor(thread_id: int, now: datetime) -> int:
    """Take the next floor of a visible thread; the row stays locked until the commit."""
    floor = db.session.scalar(
        sa.update(THREAD)
        .where(THREAD.c.id == thread_id, *queries.visible(THREAD.c))
        .values(
            last_floor=THREAD.c.last_floor + 1,
            reply_count=THREAD.c.reply_count + 1,
            last_reply_at=now,
        )
        .returning(THREAD.c.last_floor)
    )
    if floor is None:
        raise ThreadGoneError
    return int(floor)


def edit_reply(author_id: int, thread_code: str, floor: int, body: str) -> None:
    """Change a reply of one's own.

    Raises:
        WritingError, BarredError, SilencedError: as for :func:`reply`.
        NotFoundError: no such reply, or somebody else's.
        ThreadGoneError: it is removed or hidden, or its thread is.
    """
    _edit(author_id, thread_code, floor, compose_reply(author_id, body))


@use_case
def _edit(author_id: int, thread_code: str, floor: int, written: WrittenReply) -> None:
    check_may_write(author_id)
    mine = own_reply(author_id, thread_code, floor)
    check_apart(mine.thread_barred)
    if not policy.can_edit(mine, author_id) or not mine.thread_is_visible:
        raise ThreadGoneError
    now = clock.now()
    changed(
        sa.update(REPLY)
        .where(REPLY.c.id == mine.id, *queries.visible(REPLY.c))
        .values(
            body=written.body,
            body_html=written.body_html,
            excerpt=written.excerpt,
            edited_at=sa.case(  # slips of the first minutes are not marked
                (REPLY.c.created_at > now - quiet_edit_time(), REPLY.c.edited_at), else_=now
            ),
        )
    )
    place = marking.Place(mine.thread_id, floor, author_id, mine.id)
    marking.leave(place, written.marked, is_new=False)
    facts.publish(ReplyEdited(mine.id, mine.thread_id), **_about(mine))
    search.refresh("reply", [mine.id])


@use_case
def remove_reply(author_id: int, thread_code: str, floor: int) -> None:
    """Take a reply of one's own down; its floor stays. :func:`bring_back_reply` undoes it.

    Raises:
        NotFoundError: no such reply, or somebody else's.
        ThreadGoneError: the team has hidden it.
    """
    mine = own_reply(author_id, thread_code, floor)
    if mine.is_hidden:
        raise ThreadGoneError
    before = REPLY.c.removed_at.is_(None), REPLY.c.hidden_at.is_(None)
    if _flip(mine.id, *before, removed_at=clock.now()):
        facts.publish(ReplyRemoved(mine.id, mine.thread_id), **_about(mine))
        counting.count_reply(mine.thread_id, author_id, -1)
        search.forget("reply", [mine.id])
        loyalty.take_back(Ref("reply", mine.id))
        withdrawals.tell(Ref("reply", mine.id))


@use_case
def bring_back_reply(author_id: int, thread_code: str, floor: int) -> bool:
    """Undo :func:`remove_reply`; return whether everybody sees it. Twice is once.

    What the team hid meanwhile stays hidden.

    Raises:
        NotFoundError: no such reply, or somebody else's.
    """
    mine = own_reply(author_id, thread_code, floor)
    back = _flip(mine.id, REPLY.c.removed_at.is_not(None), removed_at=None)
    if back:
        facts.publish(ReplyBroughtBack(mine.id, mine.thread_id), **_about(mine))
    if back and back.hidden_at is None:
        counting.count_reply(mine.thread_id, author_id, 1)
        search.refresh("reply", [mine.id])
        loyalty.give_back(Ref("reply", mine.id))
    return not (back.hidden_at if back else mine.is_hidden)


def own_reply(author_id: int, thread_code: str, floor: int) -> queries.OwnedReply:
    """Return a reply of a member.

    Raises:
        NotFoundError: there is none; somebody else's is none.
    """
    mine = queries.find_owned_reply(thread_code, floor, author_id)
    if mine is None or mine.author_id != author_id:
        raise NotFoundError
    return mine


def _flip(reply_id: int, *before: sa.ColumnElement[bool], removed_at: datetime | None) -> Any:
    """Set ``removed_at`` where the reply is as ``before``; return its row, or None."""
    return db.session.execute(
        sa.update(REPLY)
        .where(REPLY.c.id == reply_id, *before)
        .values(removed_at=removed_at)
        .returning(REPLY.c.id, REPLY.c.hidden_at)
    ).one_or_none()


def _about(mine: queries.OwnedReply) -> Any:
    return {
        "actor_id": mine.author_id,
        "subject": Ref("reply", mine.id),
        "scope": Ref("board", mine.board_id),
    }
