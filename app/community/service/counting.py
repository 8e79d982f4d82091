"""Counters that move with what they count, in the same transaction."""

from typing import cast

import sqlalchemy as sa

from app.community.models import Board, MemberTally, Thread
from app.community.queries.desk import Pace, Recent
from app.kernel.db import changed, insert
from app.kernel.errors import TooManyError

TALLY = cast("sa.Table", MemberTally.__table__)


def count_for_member(member_id: int, **by: int) -> None:
    """Add to figures of a member's profile, e.g. ``thread_count=1``; makes the row. One statement.

    Two members are counted in ascending order of their ids, so that nobody waits in a circle.
    """
    statement = insert(TALLY).values(member_id=member_id, **by)
    changed(
        statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={name: TALLY.c[name] + amount for name, amount in by.items()},
        )
    )


def count_posted(member_id: int, pace: Pace, recent: Recent, **by: int) -> None:
    """Count what a member posts now, e.g. ``thread_count=1, threads_posted=1``. One statement.

    His row is the lock: of many requests at one instant that all found room in his pace, only
    those go on for which there still is.

    Raises:
        TooManyError: others came in first and filled it.
    """
    posted = next(TALLY.c[name] for name in by if name.endswith("_posted"))
    statement = insert(TALLY).values(member_id=member_id, **by)
    done = changed(
        statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={name: TALLY.c[name] + amount for name, amount in by.items()},
            where=posted - recent.ever + recent.count < pace.most,
        )
    )
    if not done:
        raise TooManyError(recent.rest(pace))


def count_thread(board_id: int, author_id: int, by: int) -> None:
    """Count a thread that became visible (1) or ceased to be (-1). Two statements."""
    count_for_member(author_id, thread_count=by)
    count_on_board(board_id, by)


def count_on_board(board_id: int, by: int) -> None:
    """Count a thread on a board. One statement; the last of a use case: the row is a busy one."""
    changed(
        sa.update(Board).where(Board.id == board_id).values(thread_count=Board.thread_count + by)
    )


def count_reply(thread_id: int, author_id: int, by: int) -> None:
    """Count a reply that became visible again (1) or ceased to be (-1). Two statements."""
    changed(
        sa.update(Thread).where(Thread.id == thread_id).values(reply_count=Thread.reply_count + by)
    )
    count_for_member(author_id, reply_count=by)
