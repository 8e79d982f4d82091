"""What the miner counted, and what it proposes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.community import queries as community
from app.community.queries import ThreadLine
from app.kernel.db import db
from app.ops.queries.tables import DAY, IDEA, NIGHT, TERM
from app.ops.types import Idea, IdeaState

WEEKS = 5
DAYS = 7 * WEEKS
FRESH = 7  # days that are counted anew every night: posts are still changed, hidden, removed
LARGEST = 2**63 - 1
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Tally:
    """A word in the posts of five weeks, the oldest week first."""

    term: str
    weeks: tuple[int, ...]


def is_finished(night: date) -> bool:
    """Return whether the miner came to an end in a night. One statement."""
    return db.session.scalar(sa.select(NIGHT.c.night_on).where(NIGHT.c.night_on == night)) == night


def last_night() -> date | None:
    """Return the night in which the miner came to an end last. One statement."""
    newest: date | None = db.session.scalar(sa.select(sa.func.max(NIGHT.c.night_on)))
    return newest


def next_day(night: date) -> date | None:
    """Return the next day that is to be counted tonight, or None. One statement."""
    first = night - timedelta(days=DAYS)
    known = {
        row.mined_on: row.counted_on
        for row in db.session.execute(sa.select(DAY).where(DAY.c.mined_on >= first))
    }
    fresh = night - timedelta(days=FRESH)
    for on in (first + timedelta(days=n) for n in range(DAYS)):
        counted_on = known.get(on)
        if counted_on is None or (on >= fresh and counted_on < night):
            return on
    return None


def tallies(night: date, least: int, most: int) -> list[Tally]:
    """Return the words of the last week that stand in enough posts. One statement.

    The most frequent first, at most ``most``.
    """
    sums = [sa.func.sum(_in_week(night, n)).label(f"w{n}") for n in range(WEEKS)]
    last = sums[-1].element
    rows = db.session.execute(
        sa.select(TERM.c.term, *sums)
        .where(TERM.c.mined_on >= night - timedelta(days=DAYS), TERM.c.mined_on < night)
        .group_by(TERM.c.term)
        .having(last >= least)
        .order_by(last.desc(), TERM.c.term)
        .limit(most)
    )
    return [
        Tally(row.term, tuple(int(getattr(row, f"w{n}")) for n in range(WEEKS))) for row in rows
    ]


def totals(night: date) -> tuple[int, int]:
    """Return all mentions of words: of the last week, and of the four before. One statement."""
    last = sa.func.coalesce(sa.func.sum(_in_week(night, WEEKS - 1)), 0)
    every = sa.func.coalesce(sa.func.sum(TERM.c.posts), 0)
    row = db.session.execute(
        sa.select(last.label("last"), every.label("every")).where(
            TERM.c.mined_on >= night - timedelta(days=DAYS), TERM.c.mined_on < night
        )
    ).one()
    return int(row.last), int(row.every) - int(row.last)


def _in_week(night: date, week: int) -> sa.ColumnElement[int]:
    begin = night - timedelta(days=7 * (WEEKS - week))
    within = sa.and_(TERM.c.mined_on >= begin, TERM.c.mined_on < begin + timedelta(days=7))
    return sa.case((within, TERM.c.posts), else_=0)


# --- ideas ---------------------------------------------------------------------------------------


def ideas(state: IdeaState = IdeaState.NEW, limit: int = SHOWN) -> list[Idea]:
    """Return ideas of a state, the surest first. One statement."""
    rows = db.session.execute(
        sa.select(IDEA)
        .where(IDEA.c.state == state)
        .order_by(IDEA.c.score_milli.desc(), IDEA.c.id)
        .limit(limit)
    )
    return [_idea(row) for row in rows]


def find_idea(idea_id: int) -> Idea | None:
    """Return an idea, or None. One statement."""
    if not 0 < idea_id <= LARGEST:
        return None
    row = db.session.execute(sa.select(IDEA).where(IDEA.c.id == idea_id)).one_or_none()
    return _idea(row) if row else None


def _idea(row: Any) -> Idea:
    return Idea(
        row.id, row.kind, row.key, row.shown_zh, row.shown_en, row.score_milli / 1000,
        row.posts, row.authors, tuple(row.weeks), tuple(row.threads), row.board_id,
        row.found_on, row.state,
    )  # fmt: skip


def samples(found: Sequence[Idea], each: int = 3) -> dict[int, list[ThreadLine]]:
    """Return posts behind ideas that can be seen now, the newest first. One statement."""
    wanted = {thread_id for idea in found for thread_id in idea.thread_ids}
    lines = {line.id: line for line in community.visible_threads(wanted)}
    return {
        idea.id: [lines[thread_id] for thread_id in idea.thread_ids if thread_id in lines][:each]
        for idea in found
    }
