"""What members are told of what others did with their threads and replies.

Short, in the transaction of the act. What is about one thing gathers in one notice until it is
read. ``community.notices`` puts it into words; docs/domains/notify.md says how to add a kind.
"""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from app.community.queries import REPLY
from app.community.types import HideReason
from app.kernel.db import db
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify import types as notices
from app.notify.types import Link, Tell

REPLIED, ANSWERED, QUOTED = "community.reply", "community.answer", "community.quote"
MENTIONED, CALLED = "community.mention", "community.group_mention"
LIKED, FOLLOWED, OFFICIAL = "community.like", "community.follow", "community.official"
HIDDEN, RESTORED = "community.hidden", "community.restored"
ME = "me"


def tell_reply(
    author_id: int, reply_id: int, thread_id: int, thread_author_id: int, answered: int | None
) -> None:
    """Tell whose thread and whose reply was answered; who wrote both is told of the answer.

    Args:
        author_id: who replied.
        answered: the floor that is answered. One statement more when there is one.
    """
    told = [(REPLIED, thread_author_id)]
    if answered is not None:
        asked = sa.select(REPLY.c.author_id).where(
            REPLY.c.thread_id == thread_id, REPLY.c.floor == answered
        )
        other = db.session.scalar(asked)
        if other is not None and other != author_id:
            told = [(kind, who) for kind, who in told if who != other] + [(ANSWERED, other)]
    notify.tell_many(
        [
            Tell(
                member_id, kind, f"reply:{reply_id}", {"thread": thread_id},
                Link.to(Ref("reply", reply_id)), also_by_mail=True, actor_id=author_id,
                subject=f"thread:{thread_id}",
            )
            for kind, member_id in told
        ]
    )  # fmt: skip


def withdraw_reply(reply_id: int, author_id: int, thread_id: int) -> None:
    """Take back what was told of a reply that is not there any more. A few statements."""
    for kind, member_id in _told_of(reply_id, author_id, thread_id):
        notify.withdraw(member_id, kind, f"reply:{reply_id}")


def tell_reply_again(reply_id: int, author_id: int, thread_id: int) -> None:
    """Count a reply again that was brought back."""
    row = db.session.execute(
        sa.select(REPLY.c.reply_to, REPLY.c.thread_id).where(REPLY.c.id == reply_id)
    ).one()
    owner = queries_author_of(thread_id)
    tell_reply(author_id, reply_id, thread_id, owner, row.reply_to)


def _told_of(reply_id: int, author_id: int, thread_id: int) -> list[tuple[str, int]]:
    return notify.told_of(f"reply:{reply_id}", (REPLIED, ANSWERED))
