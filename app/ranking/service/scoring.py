"""Scores follow their lines: whoever is marked is scored anew, in every open period he touches.

Both the sweep and a full recomputation apply the same pure scorer to the same lines; so what is
kept incrementally can only differ where somebody was not marked, and ``flask verify`` finds that.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.ranking import policy
from app.ranking.queries import boards, lines, members
from app.ranking.queries.tables import ACTIVITY, BUCKET, DIRTY, PERIOD, SCORE
from app.ranking.service.gathering import lock, mark_where
from app.ranking.types import (
    BoardRow,
    BoardState,
    Formula,
    Line,
    Period,
    PeriodRow,
    PeriodState,
    Span,
)

AT_ONCE = 500  # members of one transaction


@use_case
def rescore(limit: int = AT_ONCE) -> int:
    """Score members anew whose lines changed; return how many there were."""
    lock("score")  # one at a time: buckets add up
    marked = db.session.execute(
        sa.delete(DIRTY)
        .where(
            DIRTY.c.member_id.in_(
                sa.select(DIRTY.c.member_id).order_by(DIRTY.c.member_id).limit(limit)
            )
        )
        .returning(DIRTY.c.member_id, DIRTY.c.first_on, DIRTY.c.last_on)
    ).all()
    if not marked:
        return 0
    for period in boards.periods_in(PeriodState.OPEN):
        touched = {
            row.member_id
            for row in marked
            if row.first_on < period.span.ends_on and row.last_on >= period.span.starts_on
        }
        if touched:
            score_members(period, touched)
    return len(marked)


def score_members(period: PeriodRow, member_ids: Collection[int]) -> None:
    """Score some members in a period and write what changed, in the caller's transaction."""
    board = boards.board_by_id(period.board_id)
    if board is None:
        return
    wanted = scores_of(board, period, member_ids)
    stored = {
        row.member_id: row
        for row in db.session.execute(
            sa.select(SCORE).where(
                SCORE.c.period_id == period.id, SCORE.c.member_id.in_(sorted(member_ids))
            )
        )
    }
    buckets: Counter[int] = Counter()
    upserts = []
    for member_id, (points, early, is_shown) in wanted.items():
        before = stored.get(member_id)
        if before and (before.score, before.early_ms, before.is_shown) == (points, early, is_shown):
            continue
        _count(buckets, before, points, is_shown=is_shown)
        upserts.append(
            {
                "period_id": period.id, "member_id": member_id, "score": points,
                "early_ms": early, "is_shown": is_shown,
            }
        )  # fmt: skip
    gone = sorted(stored.keys() - wanted.keys())
    for member_id in gone:
        _count(buckets, stored[member_id], 0, is_shown=False)
    _write(board, period, upserts, new={each["member_id"] for each in upserts} - stored.keys())
    if gone:
        changed(sa.delete(SCORE).where(SCORE.c.period_id == period.id, SCORE.c.member_id.in_(gone)))
    count_buckets(period.id, buckets)


def scores_of(
    board: BoardRow, period: PeriodRow, member_ids: Collection[int]
) -> dict[int, tuple[int, int, bool]]:
    """Return (score, moment negated, whether he counts) of members who have a score at all.

    The same for one member as for everybody. Five statements.
    """
    formula = boards.formula_of(board.id, period.version)
    found = lines.lines_of(board.draft, period.span, member_ids)
    counting = members.who_counts(board.draft, member_ids)
    made = {}
    for member_id, his in found.items():
        points, early = measured(his, formula)
        if points:
            made[member_id] = (points, early, member_id in counting)
    return made


def measured(his: Collection[Line], formula: Formula) -> tuple[int, int]:
    """Return the score of one member's lines, and since when he has it, negated; 0, 0 for none."""
    scored = policy.score(his, formula)
    if scored.points <= 0 or scored.reached_at is None:
        return 0, 0
    return scored.points, -round(scored.reached_at.timestamp() * 1000)


def _count(buckets: Counter[int], before: Any, points: int, *, is_shown: bool) -> None:
    if before is not None and before.is_shown:
        buckets[before.score] -= 1
    if is_shown:
        buckets[points] += 1


def _write(
    board: BoardRow, period: PeriodRow, rows: list[dict[str, Any]], *, new: Collection[int]
) -> None:
    if not rows:
        return
    before = _ranks_before(board, period, new)
    statement = insert(SCORE)
    fresh = statement.excluded
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["period_id", "member_id"],
            set_={
                "score": fresh.score, "early_ms": fresh.early_ms, "is_shown": fresh.is_shown,
            },
        ),
        [{**row, "rank_before": before.get(row["member_id"])} for row in rows],
    )  # fmt: skip


def _ranks_before(board: BoardRow, period: PeriodRow, new: Collection[int]) -> Mapping[int, int]:
    """Return where members who are new on a board's first day stood when the last period ended."""
    if not new or period.span.starts_on != clock.business_date():
        return {}
    span = policy.previous_span(board.draft.period, period.span.starts_on)
    last = boards.find_period(board.id, span.starts_on) if span else None
    if last is None:
        return {}
    above = (
        sa.select(sa.func.coalesce(sa.func.sum(BUCKET.c.members), 0))
        .where(BUCKET.c.period_id == last.id, BUCKET.c.score > SCORE.c.score)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(SCORE.c.member_id, above.label("above")).where(
            SCORE.c.period_id == last.id,
            SCORE.c.is_shown.is_(True),
            SCORE.c.member_id.in_(sorted(new)),
        )
    )
    return {row.member_id: int(row.above) + 1 for row in rows}


def count_buckets(period_id: int, by: Mapping[int, int]) -> None:
    """Add to the histogram of a period. One statement for any number of scores."""
    count_all_buckets({(period_id, score): count for score, count in by.items()})


def count_all_buckets(by: Mapping[tuple[int, int], int]) -> None:
    """Add to the histograms of periods, by (period, score). One statement."""
    rows = [
        {"period_id": period_id, "score": score, "members": count}
        for (period_id, score), count in sorted(by.items())
        if count
    ]
    statement = insert(BUCKET)
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["period_id", "score"],
            set_={"members": BUCKET.c.members + statement.excluded.members},
        ),
        rows,
    )


# --- periods -------------------------------------------------------------------------------------


@use_case
def open_periods() -> int:
    """Begin the periods of today that have not begun; return how many. A sweep."""
    today = clock.business_date()
    return sum(
        begin_period(board, today)
        for board in boards.all_boards(BoardState.OPEN)
        if board.version
    )  # fmt: skip


def begin_period(board: BoardRow, day: date) -> bool:
    """Begin a board's period of a day unless it has begun; return whether it did.

    In the caller's transaction. What happened in it before is scored too.
    """
    span = policy.span_of(board.draft.period, day)
    if board.draft.period is Period.ALL:
        _turn_to_newest(board, day)
    version = boards.version_on(
        board.id, day if board.draft.period is Period.ALL else span.starts_on
    )
    if not version:
        return False
    done = changed(
        insert(PERIOD)
        .values(
            id=ids.next_id(), board_id=board.id, starts_on=span.starts_on, ends_on=span.ends_on,
            version=version, state=PeriodState.OPEN, prizes=[], created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["board_id", "starts_on"])
    )  # fmt: skip
    if done:
        mark_span(span)
    return bool(done)


def _turn_to_newest(board: BoardRow, day: date) -> None:
    """Score a board that never ends by the version that holds from a day on."""
    version = boards.version_on(board.id, day)
    turned = changed(
        sa.update(PERIOD)
        .where(
            PERIOD.c.board_id == board.id,
            PERIOD.c.state == PeriodState.OPEN,
            PERIOD.c.version < version,
        )
        .values(version=version)
    )
    if turned:
        mark_span(policy.span_of(Period.ALL, day))


def mark_span(span: Span) -> None:
    """Note everybody who did something in a period, to be scored."""
    mark_where(
        sa.and_(ACTIVITY.c.on_date >= span.starts_on, ACTIVITY.c.on_date < span.ends_on)
    )  # fmt: skip


@use_case
def remember_ranks() -> int:
    """Write down the ranks at the beginning of today, for who rose and who fell; a daily sweep.

    Two statements a board. Returns how many boards.
    """
    today = clock.business_date()
    done = 0
    for period in boards.periods_in(PeriodState.OPEN):
        is_first_day = period.span.starts_on == today
        claimed = not is_first_day and changed(
            sa.update(PERIOD)
            .where(
                PERIOD.c.id == period.id,
                sa.or_(PERIOD.c.marked_on.is_(None), PERIOD.c.marked_on < today),
            )
            .values(marked_on=today)
        )
        if claimed:
            _remember(period.id)
            done += 1
    return done


def _remember(period_id: int) -> None:
    ranked = (
        sa.select(
            SCORE.c.member_id, sa.func.rank().over(order_by=SCORE.c.score.desc()).label("rank")
        )
        .where(SCORE.c.period_id == period_id, SCORE.c.is_shown.is_(True))
        .subquery()
    )
    changed(
        sa.update(SCORE)
        .where(SCORE.c.period_id == period_id, SCORE.c.member_id == ranked.c.member_id)
        .values(rank_before=ranked.c.rank)
    )


@use_case
def look_at_all_again() -> int:
    """Score everybody in every open period anew; a nightly sweep.

    Who belongs to an audience, and which boards are a city's, changes without a fact.
    """
    spans = [period.span for period in boards.periods_in(PeriodState.OPEN)]
    for span in spans:
        mark_span(span)
    return len(spans)
