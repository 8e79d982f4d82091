"""What the community tells its members."""

from app.kernel.types import Ref
from app.notify.types import Link, Tell

MENTION, ANSWER, SCHEDULED, WELCOME = (
    "community.mention",
    "community.answer",
    "community.scheduled",
    "community.welcome",
)


def mentioned(
    member_id: int, thread_id: int, floor: int, reply_id: int | None, author_id: int
) -> Tell:
    """Say that a text names a member; once for each text."""
    ref = Ref("thread", thread_id) if reply_id is None else Ref("reply", reply_id)
    params = {"thread": thread_id, "by": author_id}
    return Tell(member_id, MENTION, f"{thread_id}.{floor}", params, Link.to(ref))


def answered(member_id: int, thread_id: int, reply_id: int) -> Tell:
    """Say that a member's reply answers a question; once for each reply."""
    params = {"thread": thread_id}
    return Tell(member_id, ANSWER, str(reply_id), params, Link.to(Ref("reply", reply_id)))


def not_posted(member_id: int, draft_id: int, reason: str) -> Tell:
    """Say that a scheduled post could not be posted; it is among the drafts."""
    params = {"reason": reason}
    return Tell(member_id, SCHEDULED, str(draft_id), params, Link("community.drafts"))


def first_post(staff_id: int, thread_id: int) -> Tell:
    """Ask a person of the team to welcome somebody's first post."""
    params = {"thread": thread_id}
    return Tell(staff_id, WELCOME, str(thread_id), params, Link("community_welcomes.waiting"))
