"""The poll of a thread as its page shows it, and who voted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.community.policy.polls import ranking
from app.community.queries.tables import MEMBER
from app.community.queries.tables_reading import BALLOT, POLL
from app.community.types.reading import PollKind
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Page, Person

PAGE = 50


@dataclass(frozen=True, slots=True)
class OptionView:
    """An answer of a poll.

    Attributes:
        place: where the viewer put it (1, 2, …); 0: not chosen.
        percent: of the ballots; None while the result is hidden.
        rank: for a ranked poll, 1 is the winner.
    """

    position: int
    text: str
    votes: int
    place: int
    percent: int | None
    rank: int


@dataclass(frozen=True, slots=True)
class PollView:
    """A poll, with the viewer's own vote."""

    question: str
    kind: PollKind
    is_public: bool
    is_hidden_until_vote: bool
    closes_at: datetime | None
    is_closed: bool
    has_voted: bool
    shows_result: bool
    ballot_count: int
    options: tuple[OptionView, ...]


def find_poll(thread_id: int, viewer_id: int | None) -> PollView | None:
    """Return the poll of a thread, or None. One statement."""
    mine = sa.and_(BALLOT.c.thread_id == POLL.c.thread_id, BALLOT.c.member_id == (viewer_id or 0))
    row = db.session.execute(
        sa.select(POLL, BALLOT.c.choice)
        .outerjoin(BALLOT, mine)
        .where(POLL.c.thread_id == thread_id)
    ).one_or_none()
    return _poll(row) if row else None


def _poll(row: Any) -> PollView:
    chosen: list[int] = row.choice or []
    is_closed = row.closes_at is not None and row.closes_at <= clock.now()
    shows = bool(chosen) or is_closed or not row.is_hidden_until_vote
    order = ranking(row.tally["pairs"]) if row.kind is PollKind.RANKED else []
    options = tuple(
        OptionView(
            position,
            text,
            votes if shows else 0,
            chosen.index(position) + 1 if position in chosen else 0,
            round(100 * votes / max(1, row.ballot_count)) if shows else None,
            order.index(position) + 1 if order and shows and row.ballot_count else 0,
        )
        for position, (text, votes) in enumerate(zip(row.options, row.tally["votes"], strict=True))
    )
    return PollView(
        row.question,
        row.kind,
        row.is_public,
        row.is_hidden_until_vote,
        row.closes_at,
        is_closed,
        bool(chosen),
        shows,
        row.ballot_count,
        options,
    )


@dataclass(frozen=True, slots=True)
class Voter:
    """Who voted for what in a public poll."""

    person: Person
    choice: tuple[int, ...]


def voters(thread_id: int, *, after: int = 0) -> Page[Voter]:
    """Return who voted, in the order of their ids. One statement; only for public polls."""
    rows = db.session.execute(
        sa.select(BALLOT.c.choice, *identity.person_columns())
        .join(MEMBER, MEMBER.c.id == BALLOT.c.member_id)
        .where(BALLOT.c.thread_id == thread_id, BALLOT.c.member_id > after)
        .order_by(BALLOT.c.member_id)
        .limit(PAGE + 1)
    ).all()
    items = [Voter(identity.person_from(row), tuple(row.choice)) for row in rows[:PAGE]]
    return Page(items, str(items[-1].person.id) if len(rows) > PAGE else None)
