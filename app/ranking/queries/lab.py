"""What the formula lab reads: trials, lines of a month with what was hidden since, movers."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.community.queries import REPLY, THREAD
from app.identity import queries as identity
from app.kernel import clock, ids
from app.kernel.db import db
from app.ranking.lab_models import RankingTrial, RankingTrialScore
from app.ranking.policy import read_formula, span_of
from app.ranking.queries.lines import COLUMNS, in_scope
from app.ranking.queries.tables import ACTIVITY, FORMULA, MEMBER
from app.ranking.types import BoardDraft, Formula, Line, Period, Span
from app.ranking.types.lab import Figures, MonthResult, Mover, TrialRow, TrialState

TRIAL = cast("sa.Table", RankingTrial.__table__)
TRIAL_SCORE = cast("sa.Table", RankingTrialScore.__table__)
DAY = timedelta(days=1)
MONTHS_BACK, LISTED = 12, 30


def past_months() -> list[date]:
    """Return the first days of the last twelve months that are over, the newest first."""
    found = [span_of(Period.MONTH, clock.business_date()).starts_on]
    for _each in range(MONTHS_BACK):
        found.append(span_of(Period.MONTH, found[-1] - DAY).starts_on)
    return found[1:]


def spans_in(period: Period, month: date) -> list[Span]:
    """Return a board's periods that begin in a month; the month itself where they are longer."""
    whole = span_of(Period.MONTH, month)
    if period not in {Period.DAY, Period.WEEK}:
        return [whole]
    first = span_of(period, month)
    span = first if first.starts_on >= month else span_of(period, first.ends_on)
    found = []
    while span.starts_on < whole.ends_on:
        found.append(span)
        span = span_of(period, span.ends_on)
    return found


# --- replaying -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PastLine:
    """A line as it stands now, and whether the team hid since what it is about."""

    line: Line
    is_hidden: bool


def members_after(draft: BoardDraft, span: Span, after: int, limit: int) -> list[int]:
    """Return the next members who did something in a span, by id. One statement."""
    return list(
        db.session.scalars(
            sa.select(ACTIVITY.c.member_id)
            .where(ACTIVITY.c.member_id > after, *_then(draft, span))
            .distinct()
            .order_by(ACTIVITY.c.member_id)
            .limit(limit)
        )
    )


def member_count(draft: BoardDraft, span: Span) -> int:
    """Return how many members did something in a span. One statement."""
    query = sa.select(sa.func.count(sa.distinct(ACTIVITY.c.member_id))).where(*_then(draft, span))
    return int(db.session.scalar(query) or 0)


def _then(draft: BoardDraft, span: Span) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        ACTIVITY.c.on_date >= span.starts_on,
        ACTIVITY.c.on_date < span.ends_on,
        in_scope(draft),
    )


def past_lines(
    draft: BoardDraft, span: Span, member_ids: Collection[int]
) -> dict[int, list[PastLine]]:
    """Return members' lines of a span: those that stand, and those that the team hid since.

    What somebody took back himself is left out. One statement.
    """
    hidden = sa.or_(THREAD.c.hidden_at.is_not(None), REPLY.c.hidden_at.is_not(None))
    rows = db.session.execute(
        sa.select(*COLUMNS, sa.case((hidden, sa.true()), else_=sa.false()).label("is_hidden"))
        .outerjoin(THREAD, THREAD.c.id == ACTIVITY.c.thread_id)
        .outerjoin(
            REPLY,
            sa.and_(ACTIVITY.c.subject_kind == "reply", REPLY.c.id == ACTIVITY.c.subject_id),
        )
        .where(
            ACTIVITY.c.member_id.in_(sorted(member_ids)),
            sa.or_(ACTIVITY.c.is_void.is_(False), hidden),
            *_then(draft, span),
        )
    )
    found: dict[int, list[PastLine]] = defaultdict(list)
    for row in rows:
        line = Line._make(row[: len(COLUMNS)])
        found[line.member_id].append(PastLine(line, bool(row.is_hidden)))
    return found


def joined_in(span: Span, member_ids: Collection[int]) -> set[int]:
    """Return which members joined in a span. One statement."""
    return set(
        db.session.scalars(
            sa.select(MEMBER.c.id).where(
                MEMBER.c.id.in_(sorted(member_ids)),
                MEMBER.c.created_at >= clock.day_start(span.starts_on),
                MEMBER.c.created_at < clock.day_start(span.ends_on),
            )
        )
    )


def scores_in(trial_id: int, month: date) -> Sequence[Any]:
    """Return everybody's points of a month. One statement."""
    return db.session.execute(
        sa.select(TRIAL_SCORE).where(
            TRIAL_SCORE.c.trial_id == trial_id, TRIAL_SCORE.c.month == month
        )
    ).all()


# --- trials --------------------------------------------------------------------------------------


def _select() -> sa.Select[Any]:
    return sa.select(TRIAL, *identity.person_columns()).join(MEMBER, MEMBER.c.id == TRIAL.c.made_by)


def trial_from(row: Any) -> TrialRow:
    """Return the trial of a row that was joined with who made it."""
    return TrialRow(
        row.id, row.code, row.board_id, row.label, read_formula(row.formula), row.version,
        tuple(date.fromisoformat(each) for each in row.months), row.state, row.month_index,
        row.done_count, row.member_count, tuple(_result(each) for each in row.results),
        identity.person_from(row), row.made_at, row.finished_at, row.effective_on,
    )  # fmt: skip


def _result(stored: Any) -> MonthResult:
    return MonthResult(
        date.fromisoformat(stored["month"]), Figures.read(stored["before"]),
        Figures.read(stored["after"]), stored["tau"], stored["stay"],
    )  # fmt: skip


def trials(*, after: int | None = None) -> list[TrialRow]:
    """Return trials, the newest first, and one more than a page if there are more."""
    query = _select().order_by(TRIAL.c.id.desc()).limit(LISTED + 1)
    if after is not None:
        query = query.where(TRIAL.c.id < after)
    return [trial_from(row) for row in db.session.execute(query)]


def find_trial(code: str) -> TrialRow | None:
    """Return a trial, or None. One statement."""
    row = db.session.execute(
        _select().where(TRIAL.c.code == (ids.read_code(code) or ""))
    ).one_or_none()
    return trial_from(row) if row else None


def trial_of_key(request_key: str) -> str | None:
    """Return the code of the trial that a form began before, or None. One statement."""
    return db.session.scalar(sa.select(TRIAL.c.code).where(TRIAL.c.request_key == request_key))


def next_trial() -> int | None:
    """Return the oldest trial that is not done. One statement."""
    return db.session.scalar(
        sa.select(TRIAL.c.id)
        .where(TRIAL.c.state == TrialState.WAITING)
        .order_by(TRIAL.c.id)
        .limit(1)
    )


def movers(trial_id: int, month: date) -> list[Mover]:
    """Return the first of a month by either formula, in the new order. One statement."""
    rows = db.session.execute(
        sa.select(TRIAL_SCORE, *identity.person_columns())
        .join(MEMBER, MEMBER.c.id == TRIAL_SCORE.c.member_id)
        .where(TRIAL_SCORE.c.trial_id == trial_id, TRIAL_SCORE.c.month == month)
        .order_by(
            TRIAL_SCORE.c.rank_after.is_(None), TRIAL_SCORE.c.rank_after, TRIAL_SCORE.c.member_id
        )
    )
    return [
        Mover(
            identity.person_from(row), row.points_before, row.points_after, row.rank_before,
            row.rank_after,
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """A published formula of a board.

    Attributes:
        is_coming: its first day is still to come.
    """

    version: int
    formula: Formula
    effective_on: date
    is_coming: bool


def published_formulas(board_id: int) -> list[Published]:
    """Return a board's published formulas, the newest first. One statement."""
    today = clock.business_date()
    rows = db.session.execute(
        sa.select(FORMULA).where(FORMULA.c.board_id == board_id).order_by(FORMULA.c.version.desc())
    )
    return [
        Published(
            row.version, read_formula(row.formula), row.effective_on, row.effective_on > today
        )
        for row in rows
    ]
