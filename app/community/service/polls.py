"""Polls in threads. One ballot a member, however many are sent at once; none after closing."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from app.community import queries
from app.community.policy.polls import added, checked_choice, empty_tally
from app.community.queries.tables_reading import BALLOT, POLL
from app.community.service import heat
from app.community.service.barring import check_apart
from app.community.types import ThreadGoneError
from app.community.types.reading import PollClosedError, PollDraft
from app.kernel import clock
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError


def add_poll(thread_id: int, draft: PollDraft) -> None:
    """Put a poll into a thread, inside the transaction that keeps it. A poll stays as it is."""
    now = clock.now()
    statement = insert(POLL).values(
        thread_id=thread_id,
        question=draft.question,
        kind=draft.kind,
        options=list(draft.options),
        is_public=draft.is_public,
        is_hidden_until_vote=draft.is_hidden_until_vote,
        closes_at=now + timedelta(days=draft.days) if draft.days else None,
        tally=empty_tally(len(draft.options)),
        created_at=now,
    )
    changed(statement.on_conflict_do_nothing(index_elements=["thread_id"]))


@use_case
def vote(member_id: int, code: str, choice: Sequence[int]) -> bool:
    """Cast a member's ballot, or change it; return whether it is his first.

    The poll's row is the lock: ballots are added one after the other.

    Args:
        member_id: who votes.
        code: the thread.
        choice: positions of options; for a ranked poll the first is the favourite.

    Raises:
        NotFoundError: no such thread, or it has no poll.
        ThreadGoneError: it is removed or hidden.
        BarredError: he and the thread's author keep apart.
        PollClosedError: it takes no votes any more.
        ChoiceError: the choice makes no sense.
    """
    found = queries.find_owned_thread(code, member_id)
    if found is None:
        raise NotFoundError
    check_apart(found.barred)
    if found.is_removed or found.is_hidden:
        raise ThreadGoneError
    poll = db.session.execute(
        sa.select(POLL).where(POLL.c.thread_id == found.id).with_for_update()
    ).one_or_none()
    if poll is None:
        raise NotFoundError
    now = clock.now()
    if poll.closes_at is not None and poll.closes_at <= now:
        raise PollClosedError
    wanted = checked_choice(poll.kind, choice, len(poll.options))
    key = (BALLOT.c.thread_id == found.id, BALLOT.c.member_id == member_id)
    before = db.session.scalar(sa.select(BALLOT.c.choice).where(*key))
    if before == wanted:
        return False
    tally = added(poll.kind, poll.tally, before, -1) if before else poll.tally
    row = {"choice": wanted, "cast_at": now}
    ballot = insert(BALLOT).values(thread_id=found.id, member_id=member_id, **row)
    changed(ballot.on_conflict_do_update(index_elements=["thread_id", "member_id"], set_=row))
    changed(
        sa.update(POLL)
        .where(POLL.c.thread_id == found.id)
        .values(
            tally=added(poll.kind, tally, wanted, 1),
            ballot_count=POLL.c.ballot_count + (0 if before else 1),
        )
    )
    heat.warm(found.id, member_id)
    return before is None
