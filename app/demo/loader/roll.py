"""The roll: which member and thread of the plan is which row."""

from dataclasses import dataclass, field

import sqlalchemy as sa

from app.community import queries as community
from app.demo.plan import Joined, Posted
from app.identity.models import Member
from app.kernel.db import db, is_one_of

THREAD, REPLY = community.THREAD, community.REPLY
SOME = 500  # ids of one IN list


@dataclass(slots=True)
class Roll:
    """Rows by number.

    Attributes:
        members: member ids.
        threads: thread ids.
        authors: member number of each thread's author.
    """

    members: dict[int, int] = field(default_factory=dict)
    threads: dict[int, int] = field(default_factory=dict)
    authors: dict[int, int] = field(default_factory=dict)


class Memory:
    """What an earlier run wrote, to be found again by what the plan knows of it."""

    def __init__(self) -> None:
        """Read names and moments of all members, authors and moments of all threads."""
        self._members = {
            (row.display_name, row.created_at): row.id
            for row in db.session.execute(
                sa.select(Member.id, Member.display_name, Member.created_at).where(
                    Member.display_name != ""
                )
            )
        }
        self._threads: dict[tuple[int, object], list[int]] = {}
        rows = db.session.execute(
            sa.select(THREAD.c.id, THREAD.c.author_id, THREAD.c.created_at).order_by(
                THREAD.c.id.desc()
            )
        )
        for row in rows:
            self._threads.setdefault((row.author_id, row.created_at), []).append(row.id)
        db.session.rollback()

    def recall(self, roll: Roll, happening: object) -> None:
        """Put a member or thread that is there already on the roll."""
        if isinstance(happening, Joined):
            if happening.member not in roll.members:
                mark = (happening.person.name, happening.at)
                roll.members[happening.member] = self._members[mark]
        elif isinstance(happening, Posted):
            author_id = roll.members[happening.member]
            roll.threads[happening.thread] = self._threads[author_id, happening.at].pop()
            roll.authors[happening.thread] = happening.member


def replies_of(thread_ids: set[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return id and author of every reply, by thread id and floor. A statement for 500 threads."""
    found = {}
    wanted = sorted(thread_ids)
    for start in range(0, len(wanted), SOME):
        rows = db.session.execute(
            sa.select(REPLY.c.thread_id, REPLY.c.floor, REPLY.c.id, REPLY.c.author_id).where(
                is_one_of(REPLY.c.thread_id, wanted[start : start + SOME])
            )
        )
        found.update({(row.thread_id, row.floor): (row.id, row.author_id) for row in rows})
    return found
