"""A person of the team answers somebody's first post, or leaves it to the table."""

import sqlalchemy as sa

from app.community.queries.tables import WELCOME
from app.community.service import replies
from app.community.service.writing import WrittenReply, compose_reply
from app.community.types import Replied
from app.community.types.writing import WelcomeState
from app.kernel import audit, clock
from app.kernel.db import changed, use_case
from app.kernel.types import Ref


def send_welcome(
    staff_id: int, thread_id: int, code: str, body: str, request_key: str | None = None
) -> Replied | None:
    """Answer a first post in one's own name.

    Returns None when a colleague was faster: nothing is sent then.

    Raises:
        WritingError, SilencedError, TooManyError, NotFoundError, ThreadGoneError: as for a reply.
    """
    return _send(staff_id, thread_id, code, compose_reply(staff_id, body), request_key)


@use_case
def _send(
    staff_id: int, thread_id: int, code: str, written: WrittenReply, request_key: str | None
) -> Replied | None:
    if not _settle(staff_id, thread_id, WelcomeState.SENT):
        return None
    sent = replies.send(staff_id, code, written, None, request_key)
    mine = sa.update(WELCOME).where(WELCOME.c.thread_id == thread_id)
    changed(mine.values(reply_id=sent.reply_id))
    return sent


@use_case
def leave_first_post(staff_id: int, thread_id: int) -> bool:
    """Leave a first post to the table: others have answered it well. Return whether it waited."""
    return _settle(staff_id, thread_id, WelcomeState.LEFT)


def _settle(staff_id: int, thread_id: int, state: WelcomeState) -> bool:
    done = changed(
        sa.update(WELCOME)
        .where(WELCOME.c.thread_id == thread_id, WELCOME.c.state == WelcomeState.WAITING)
        .values(state=state, settled_by=staff_id, settled_at=clock.now())
    )
    if done:
        audit.note(staff_id, f"welcome.{state.value}", Ref("thread", thread_id))
    return done == 1
