"""Writing to the team and answering for it: a member's front door, no consent needed."""

from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, ids, limits
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.limits import Limit
from app.kernel.media import service as media
from app.kernel.types import Ref
from app.messages import queries
from app.messages.queries.tables import LINE, TALK
from app.messages.service.writing import Written, compose
from app.messages.types import Sent
from app.notify import service as notify
from app.notify.types import Link

TEAM_TOLD = "messages.team"
TEAM_SUBJECT = "team-talk"
PACE = Limit("messages.team", 10, 60)
DAY = Limit("messages.team_day", 100, 86_400)


def write_to_team(
    member_id: int, text: str, *, photo_id: int | None = None, request_key: str | None = None
) -> Sent:
    """Write to the team; whoever may sign in may, muted ones too.

    Args:
        member_id: who writes.
        text: Markdown.
        photo_id: an upload of his.
        request_key: with the same key the first message comes back.

    Raises:
        EmptyMessageError, LongMessageError: the text.
        PhotoGoneError: the photo was swept away, or is somebody else's.
        TooManyError: too many in a minute, or in a day.
    """
    earlier = queries.team_sent_before(member_id, request_key)
    if earlier is not None:
        return earlier
    written = compose(text, has_photo=photo_id is not None)
    limits.hit(PACE, str(member_id))
    limits.hit(DAY, str(member_id))
    return _write(member_id, member_id, written, photo_id, request_key)


def answer_for_team(
    actor_id: int,
    yid: str,
    text: str,
    *,
    photo_id: int | None = None,
    request_key: str | None = None,
    seen: int = 0,
) -> Sent:
    """Write to a member in the brand's name and one's own; he is told.

    Args:
        actor_id: who of the team writes.
        yid: to whom.
        text: Markdown.
        photo_id: an upload of the author's.
        request_key: with the same key the first message comes back.
        seen: id of the last line that the page showed: what came after it goes on waiting.

    Raises:
        NotFoundError: no such member.
        EmptyMessageError, LongMessageError: the text.
        PhotoGoneError: the photo was swept away, or is somebody else's.
    """
    member_id = queries.team_member(yid)
    if member_id is None:
        raise NotFoundError
    earlier = queries.team_sent_before(actor_id, request_key)
    if earlier is not None:
        return earlier
    written = compose(text, has_photo=photo_id is not None)
    return _answer(actor_id, member_id, written, photo_id, request_key, seen)


@use_case
def _write(
    member_id: int, author_id: int, written: Written, photo_id: int | None, request_key: str | None
) -> Sent:
    line_id = _put(member_id, author_id, written, photo_id, request_key, is_team=False)
    _recount(member_id)
    return Sent(member_id, line_id, line_id)


@use_case
def _answer(
    actor_id: int,
    member_id: int,
    written: Written,
    photo_id: int | None,
    request_key: str | None,
    seen: int,
) -> Sent:
    line_id = _put(member_id, actor_id, written, photo_id, request_key, is_team=True)
    _recount(member_id, settled_id=_later(TALK.c.settled_id, seen))
    audit.note(actor_id, "team.answered", Ref("member", member_id))
    notify.tell(
        member_id, TEAM_TOLD, key=f"team:{line_id}", params={}, link=Link("messages.team"),
        also_by_mail=True, actor_id=actor_id, subject=TEAM_SUBJECT,
    )  # fmt: skip
    return Sent(member_id, line_id, line_id)


def _put(
    member_id: int,
    author_id: int,
    written: Written,
    photo_id: int | None,
    request_key: str | None,
    *,
    is_team: bool,
) -> int:
    """Lock the talk, or begin it; put a line at its end and return the line's id.

    Of one form sent twice at once the second finds the unique key taken, runs again, and is told
    what the first has sent.
    """
    begun = insert(TALK).values(member_id=member_id, last_id=None)
    changed(
        begun.on_conflict_do_update(
            index_elements=["member_id"], set_={"last_id": TALK.c.last_id}
        )
    )  # fmt: skip
    earlier = queries.team_sent_before(author_id, request_key)
    if earlier is not None:
        return earlier.message_id
    if photo_id is not None:
        media.use_photos(author_id, [photo_id])
    line_id = ids.next_id()  # under the lock, so that ids of a talk go up with its lines
    db.session.execute(
        sa.insert(LINE),
        [
            {
                "id": line_id, "member_id": member_id, "author_id": author_id, "is_team": is_team,
                "body": written.body, "body_html": written.body_html, "excerpt": written.excerpt,
                "photo_id": photo_id, "request_key": request_key, "sent_at": clock.now(),
            }
        ],
    )  # fmt: skip
    return line_id


def _later(column: Any, line_id: int) -> sa.ColumnElement[int]:
    """Return the greater of a mark and an id."""
    return sa.case((column < line_id, line_id), else_=column)


def _recount(member_id: int, **marks: Any) -> None:
    """Move marks, then count the talk's figures anew. Two statements with marks, else one."""
    mine = sa.update(TALK).where(TALK.c.member_id == member_id)
    if marks:
        changed(mine.values(marks))
    changed(mine.values(queries.recounted()))


@use_case
def set_aside(actor_id: int, yid: str, seen: int) -> bool:
    """Say that a member's lines up to one need no answer; return whether any waited.

    Raises:
        NotFoundError: no such member.
    """
    member_id = queries.team_member(yid)
    if member_id is None:
        raise NotFoundError
    waiting = sa.update(TALK).where(
        TALK.c.member_id == member_id, TALK.c.waiting_id <= seen, TALK.c.settled_id < seen
    )
    done = changed(waiting.values(settled_id=seen))
    if done:
        _recount(member_id)
        audit.note(actor_id, "team.set_aside", Ref("member", member_id))
    return done == 1


@use_case
def read_team(member_id: int, up_to: int) -> bool:
    """Note that a member has read up to a line of the team; return whether that was new."""
    new = (
        sa.update(TALK)
        .where(TALK.c.member_id == member_id, TALK.c.read_id < up_to, TALK.c.unread_count > 0)
        .values(read_id=sa.case((TALK.c.last_id < up_to, TALK.c.last_id), else_=up_to))
    )
    done = changed(new)
    if done:
        _recount(member_id)
        notify.read_about(member_id, [TEAM_SUBJECT])
    return done == 1
