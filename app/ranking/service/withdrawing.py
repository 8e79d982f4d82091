"""What is withdrawn leaves lines, scores, ranks and histogram in the transaction that withdraws it.

Facts would tell two seconds later; so nobody reads a page in between, and pages read nothing more
than before. Under the locks of whoever reads facts and of whoever scores: neither can write down
anew what was true a moment ago.

Counted at once are members who stand on a board, at most :data:`AT_ONCE`, those first who lose most
lines. All are marked, and the sweep counts them (again) two seconds later. What comes back does so
by its fact.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa

from app.kernel.db import are_pairs_of, changed, db, is_one_of
from app.kernel.types import Ref
from app.kernel.withdrawals import Why
from app.ranking.queries import boards, lines
from app.ranking.queries.boards import Counting
from app.ranking.queries.tables import ACTIVITY, SCORE
from app.ranking.service import gathering, scoring
from app.ranking.service.flagging import set_flagged, turn
from app.ranking.service.gathering import Mark

AT_ONCE = 500  # members


def withdraw(ref: Ref, why: Why) -> None:
    """Let something count no more, in the caller's transaction. Twice is once.

    One statement and one more for what has no lines; else nine at most, and one for every open
    period that it counted in.
    """
    if not gathering.lock_all():
        return
    if why is Why.DOUBTED:
        marks = set_flagged([ref], is_flagged=True)
    else:
        marks = turn(sa.and_(_hangs_on(ref), ACTIVITY.c.is_void.is_(False)), is_void=True)
    if marks:
        _count_again(marks)


def _hangs_on(ref: Ref) -> sa.ColumnElement[bool]:
    if ref.kind == "thread":
        return ACTIVITY.c.thread_id == ref.id
    return sa.and_(ACTIVITY.c.subject_kind == ref.kind, ACTIVITY.c.subject_id == ref.id)


def _count_again(marks: Collection[Mark]) -> None:
    """Score those anew, as stored scores stand, who lost lines."""
    losers = Counter(member_id for member_id, _day in marks).most_common(AT_ONCE)
    member_ids = {member_id for member_id, _lines in losers}
    days = [day for _member_id, day in marks]
    running = boards.counting_between(min(days), max(days))
    if not running:
        return
    stored = _stored(running, member_ids)
    changes = [each for one in running for each in _changes(one, stored[one.period.id], marks)]
    _write(changes)


def _stored(running: Collection[Counting], member_ids: Collection[int]) -> Mapping[int, list[Any]]:
    """Return the scores of members, by period. One statement."""
    found: dict[int, list[Any]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(SCORE).where(
            is_one_of(SCORE.c.period_id, [each.period.id for each in running]),
            is_one_of(SCORE.c.member_id, member_ids),
        )
    )
    for row in rows:
        found[row.period_id].append(row)
    return found


Change = tuple[Any, int, int]
"""A stored score; what it is now, and since when, negated."""


def _changes(one: Counting, stored: Collection[Any], marks: Collection[Mark]) -> list[Change]:
    """Return which scores of a period are others now. One statement, none for nobody."""
    span = one.period.span
    touched = {who for who, day in marks if span.starts_on <= day < span.ends_on}
    asked = [row for row in stored if row.member_id in touched]
    if not asked:
        return []
    found = lines.lines_of(one.draft, span, [row.member_id for row in asked])
    fresh = [(row, *scoring.measured(found.get(row.member_id, ()), one.formula)) for row in asked]
    return [each for each in fresh if (each[0].score, each[0].early_ms) != each[1:]]


def _write(changes: Collection[Change]) -> None:
    """Write scores and histograms. At most three statements."""
    buckets: Counter[tuple[int, int]] = Counter()
    for row, points, _early in changes:
        if row.is_shown:
            buckets[row.period_id, row.score] -= 1
            buckets[row.period_id, points] += bool(points)
    kept = [
        {"of_period": row.period_id, "of_member": row.member_id, "now": points, "since": early}
        for row, points, early in changes
        if points
    ]
    if kept:
        db.session.connection().execute(
            sa.update(SCORE)
            .where(
                SCORE.c.period_id == sa.bindparam("of_period"),
                SCORE.c.member_id == sa.bindparam("of_member"),
            )
            .values(score=sa.bindparam("now"), early_ms=sa.bindparam("since")),
            kept,
        )
    gone = [(row.period_id, row.member_id) for row, points, _early in changes if not points]
    if gone:
        changed(sa.delete(SCORE).where(are_pairs_of(SCORE.c.period_id, SCORE.c.member_id, gone)))
    scoring.count_all_buckets(buckets)
