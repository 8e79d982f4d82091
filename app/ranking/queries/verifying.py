"""What ``flask verify`` recomputes: lines from their sources, scores from lines, histograms."""

from collections import Counter
from collections.abc import Iterator

import sqlalchemy as sa

from app.kernel.db import db
from app.ranking import policy
from app.ranking.queries import sources
from app.ranking.queries.boards import board_by_id, formula_of, periods_in
from app.ranking.queries.lines import lines_by_chunks
from app.ranking.queries.tables import ACTIVITY, BUCKET, DIRTY, FLAG, SCORE
from app.ranking.types import PeriodRow, PeriodState

CHUNK = 200
SHOWN = ("member_id", "counterpart_id", "quality", "is_original", "is_buyer", "board_id")


def drifting_lines() -> Iterator[str]:
    """Yield every line that says other than its source does now, and every flag that differs."""
    after = 0
    while True:
        rows = db.session.execute(
            sa.select(ACTIVITY).where(ACTIVITY.c.id > after).order_by(ACTIVITY.c.id).limit(CHUNK)
        ).all()
        if not rows:
            break
        after = rows[-1].id
        standing = {
            (line["act"], line["source_id"]): line
            for line in sources.lines(sources.touched_by(rows))
        }
        for row in rows:
            line = standing.get((row.act, row.source_id))
            if (line is None) != row.is_void:
                yield f"line {row.id} ({row.act} {row.source_id}): void is {row.is_void}"
            elif line is not None and any(getattr(row, name) != line[name] for name in SHOWN):
                yield f"line {row.id} ({row.act} {row.source_id}) differs from its source"
    yield from _differing_flags()


def _differing_flags() -> Iterator[str]:
    flagged = sa.exists().where(
        FLAG.c.kind == ACTIVITY.c.subject_kind, FLAG.c.subject_id == ACTIVITY.c.subject_id
    )
    rows = db.session.execute(
        sa.select(ACTIVITY.c.id).where(ACTIVITY.c.is_flagged != flagged).limit(CHUNK)
    )
    for row in rows:
        yield f"line {row.id}: its flag differs from its subject's"


def drifting_scores() -> Iterator[str]:
    """Yield every score of an open period that a full recomputation gives otherwise.

    Members who wait for the sweep are left out.
    """
    waiting = set(db.session.scalars(sa.select(DIRTY.c.member_id)))
    for period in periods_in(PeriodState.OPEN):
        yield from _drifting(period, waiting)
        yield from drifting_buckets(period.id)


def _drifting(period: PeriodRow, waiting: set[int]) -> Iterator[str]:
    board = board_by_id(period.board_id)
    assert board is not None  # noqa: S101 - boards are never deleted
    formula = formula_of(board.id, period.version)
    stored = {
        row.member_id: row.score
        for row in db.session.execute(
            sa.select(SCORE.c.member_id, SCORE.c.score).where(SCORE.c.period_id == period.id)
        )
    }
    for chunk in lines_by_chunks(board.draft, period.span):
        for member_id, his in chunk.items():
            points = policy.score(his, formula).points
            kept = stored.pop(member_id, 0)
            if points != kept and member_id not in waiting:
                yield f"board {board.slug}, member {member_id}: {kept} kept, {points} by his lines"
    for member_id, kept in stored.items():
        if member_id not in waiting:
            yield f"board {board.slug}, member {member_id}: {kept} kept, no line counts"


def drifting_buckets(period_id: int) -> Iterator[str]:
    """Yield every bar of a period's histogram that is not what its scores are. Two statements."""
    counted = Counter(
        db.session.scalars(
            sa.select(SCORE.c.score).where(
                SCORE.c.period_id == period_id, SCORE.c.is_shown.is_(True)
            )
        )
    )
    kept = {
        row.score: row.members
        for row in db.session.execute(sa.select(BUCKET).where(BUCKET.c.period_id == period_id))
    }
    for score in sorted(counted.keys() | kept.keys()):
        if counted[score] != kept.get(score, 0):
            yield (
                f"period {period_id}, score {score}: {kept.get(score, 0)} in the histogram, "
                f"{counted[score]} members"
            )
