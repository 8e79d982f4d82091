"""Reads of the fraud desk: the queue, one case, what a member reads of his own."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page
from app.loyalty.models.fraud import FraudAct, FraudCase, FraudObjection, FraudSignal
from app.loyalty.queries import desk
from app.loyalty.queries.referrals import AWARD, MEMBER, UNDONE
from app.loyalty.types import Outcome
from app.loyalty.types.fraud import (
    LIVE,
    SETTING,
    ActRow,
    CaseDetail,
    CaseRow,
    CaseState,
    FraudRules,
    ReviewPage,
    SignalFigures,
    SignalKind,
    SignalRow,
    Verdict,
)

CASE = cast("sa.Table", FraudCase.__table__)
SIGNAL = cast("sa.Table", FraudSignal.__table__)
ACT = cast("sa.Table", FraudAct.__table__)
OBJECTION = cast("sa.Table", FraudObjection.__table__)
PER_PAGE = 20
ACTS_SHOWN = 60
SHOWN_AFTER = timedelta(days=90)


def rules() -> FraudRules:
    """Return the thresholds that hold. One statement."""
    return desk.figures(SETTING, FraudRules)


def is_frozen(member_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return whether what a member earns waits; for the one statement behind every act."""
    return sa.exists().where(CASE.c.member_id == member_id, CASE.c.state == CaseState.FROZEN)


# --- the queue -----------------------------------------------------------------------------------


def _select() -> sa.Select[Any]:
    return (
        sa.select(
            CASE,
            OBJECTION.c.written_at.label("objected_at"),
            *identity.person_columns(MEMBER.c, "of_"),
        )
        .join(MEMBER, MEMBER.c.id == CASE.c.member_id)
        .outerjoin(OBJECTION, OBJECTION.c.case_id == CASE.c.id)
    )


def _row(row: Any, kinds: Sequence[SignalKind]) -> CaseRow:
    return CaseRow(
        id=row.id,
        code=row.code,
        member=identity.person_from(row, "of_"),
        state=row.state,
        score=row.score,
        points=row.points,
        kinds=kinds,
        has_objection=row.objected_at is not None,
        opened_at=row.opened_at,
    )


def cases(states: Sequence[CaseState], after: str | None = None) -> Page[CaseRow]:
    """Return a page of cases, the weightiest first. Two statements."""
    query = _select().where(CASE.c.state.in_(states))
    score, _, last = (after or "").partition("-")
    if score.isdecimal() and last.isdecimal() and int(last) < 2**63:
        place = sa.tuple_(sa.literal(int(score)), sa.literal(int(last)))
        query = query.where(sa.tuple_(CASE.c.score, CASE.c.id) < place)
    order = CASE.c.score.desc(), CASE.c.id.desc()
    rows = db.session.execute(query.order_by(*order).limit(PER_PAGE + 1)).all()
    shown = rows[:PER_PAGE]
    kinds = _kinds_of([row.id for row in shown])
    more = f"{shown[-1].score}-{shown[-1].id}" if len(rows) > PER_PAGE else None
    return Page([_row(row, kinds.get(row.id, ())) for row in shown], more)


def _kinds_of(case_ids: Sequence[int]) -> dict[int, list[SignalKind]]:
    found: dict[int, list[SignalKind]] = {}
    rows = db.session.execute(
        sa.select(SIGNAL.c.case_id, SIGNAL.c.kind)
        .where(SIGNAL.c.case_id.in_(case_ids))
        .order_by(SIGNAL.c.score.desc(), SIGNAL.c.kind)
    )
    for row in rows:
        found.setdefault(row.case_id, []).append(row.kind)
    return found


def signal_figures() -> list[SignalFigures]:
    """Return how often each signal was seen, right and wrong. One statement."""
    rows = db.session.execute(
        sa.select(SIGNAL.c.kind, SIGNAL.c.verdict, sa.func.count()).group_by(
            SIGNAL.c.kind, SIGNAL.c.verdict
        )
    )
    counted = {(kind, verdict): times for kind, verdict, times in rows}
    return [
        SignalFigures(
            kind,
            counted.get((kind, None), 0),
            counted.get((kind, Verdict.RIGHT), 0),
            counted.get((kind, Verdict.WRONG), 0),
        )
        for kind in SignalKind
    ]


# --- one case ------------------------------------------------------------------------------------


def case_id_of(code: str) -> Any:
    """Return the plain row of a case by its code. One statement.

    Raises:
        NotFoundError: there is none.
    """
    read = ids.read_code(code)
    row = db.session.execute(sa.select(CASE).where(CASE.c.code == (read or ""))).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def get_case(code: str) -> CaseDetail:
    """Return a case with its signals and the acts that earned points. Four or five statements.

    Raises:
        NotFoundError: there is none of that code.
    """
    read = ids.read_code(code)
    decider = MEMBER.alias("decider")
    row = db.session.execute(
        _select()
        .add_columns(OBJECTION.c.text, *identity.person_columns(decider.c, "by_"))
        .outerjoin(decider, decider.c.id == CASE.c.decided_by)
        .where(CASE.c.code == (read or ""))
    ).one_or_none()
    if row is None:
        raise NotFoundError
    signals = signals_of(row.id)
    reversed_points = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(ACT.c.points), 0)).where(ACT.c.case_id == row.id)
    )
    return CaseDetail(
        row=_row(row, [signal.kind for signal in signals]),
        signals=signals,
        acts=acts_of(row.member_id, row.opened_at - timedelta(days=30)),
        quiet_until=row.quiet_until,
        frozen_at=row.frozen_at,
        decided_at=row.decided_at,
        decided_by=identity.person_from(row, "by_") if row.decided_by else None,
        reversed_points=int(reversed_points or 0),
        objection=row.text or "",
        objected_at=row.objected_at,
    )


def signals_of(case_id: int) -> list[SignalRow]:
    """Return the signals of a case, the weightiest first. One statement."""
    rows = db.session.execute(
        sa.select(SIGNAL)
        .where(SIGNAL.c.case_id == case_id)
        .order_by(SIGNAL.c.score.desc(), SIGNAL.c.kind)
    )
    return [
        SignalRow(
            row.kind, row.score, row.points, row.evidence, row.first_seen_at, row.last_seen_at,
            row.verdict,
        )
        for row in rows
    ]  # fmt: skip


def acts_of(member_id: int, since: datetime) -> list[ActRow]:
    """Return a member's acts that earned points, the newest first. One statement."""
    other = MEMBER.alias("other")
    rows = db.session.execute(
        sa.select(
            AWARD.c.id, AWARD.c.action, AWARD.c.source_kind, AWARD.c.source_id, AWARD.c.points,
            AWARD.c.awarded_at, AWARD.c.outcome, other.c.display_name, _is_gone().label("is_gone"),
        )
        .outerjoin(other, other.c.id == AWARD.c.other_id)
        .where(AWARD.c.member_id == member_id, AWARD.c.points > 0, AWARD.c.awarded_at >= since)
        .order_by(AWARD.c.id.desc())
        .limit(ACTS_SHOWN)
    )  # fmt: skip
    return [
        ActRow(
            row.id, row.action, f"{row.source_kind}:{row.source_id}", row.points, row.awarded_at,
            row.display_name, is_undone=bool(row.is_gone),
            is_waiting=row.outcome is Outcome.FROZEN,
        )
        for row in rows
    ]  # fmt: skip


def _is_gone() -> sa.ColumnElement[bool]:
    """Return whether an act or what it hangs on is undone."""
    own = sa.and_(UNDONE.c.kind == AWARD.c.source_kind, UNDONE.c.ref_id == AWARD.c.source_id)
    cause = sa.and_(UNDONE.c.kind == AWARD.c.cause_kind, UNDONE.c.ref_id == AWARD.c.cause_id)
    return sa.exists().where(UNDONE.c.is_undone, sa.or_(own, cause))


# --- what a member reads -------------------------------------------------------------------------


def review_of(member_id: int) -> ReviewPage | None:
    """Return what a member reads of his case; None: there is nothing that concerns him.

    A case that nobody has acted on concerns nobody but the desk. At most four statements.
    """
    row = db.session.execute(
        sa.select(CASE, OBJECTION.c.text)
        .outerjoin(OBJECTION, OBJECTION.c.case_id == CASE.c.id)
        .where(
            CASE.c.member_id == member_id,
            sa.or_(
                CASE.c.state == CaseState.FROZEN,
                sa.and_(
                    sa.exists().where(ACT.c.case_id == CASE.c.id),
                    sa.or_(CASE.c.state.in_(LIVE), CASE.c.decided_at >= clock.now() - SHOWN_AFTER),
                ),
                sa.and_(
                    CASE.c.frozen_at.is_not(None), CASE.c.decided_at >= clock.now() - SHOWN_AFTER
                ),
            ),
        )
        .order_by(CASE.c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    reversed_points = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(ACT.c.points), 0)).where(ACT.c.case_id == row.id)
    )
    waiting = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(AWARD.c.points), 0)).where(
            AWARD.c.member_id == member_id,
            AWARD.c.outcome == Outcome.FROZEN,
            AWARD.c.awarded_at >= (row.frozen_at or row.opened_at),
            ~_is_gone(),
        )
    )
    is_frozen_now = row.state is CaseState.FROZEN
    return ReviewPage(
        state=row.state,
        kinds=_kinds_of([row.id]).get(row.id, []),
        reversed_points=int(reversed_points or 0),
        waiting_points=int(waiting or 0) if is_frozen_now else 0,
        since=row.frozen_at or row.opened_at,
        objection=row.text or "",
        may_object=row.text is None and row.state in LIVE,
    )


def concerns(member_ids: Sequence[int]) -> set[int]:
    """Return which of these members are frozen. One statement."""
    return set(
        db.session.scalars(
            sa.select(CASE.c.member_id).where(
                CASE.c.member_id.in_(member_ids), CASE.c.state == CaseState.FROZEN
            )
        )
    )


# --- verification --------------------------------------------------------------------------------


def weighed_wrong() -> Iterator[str]:
    """Yield one sentence for every case whose score is not the sum of its signals."""
    total = (
        sa.select(sa.func.coalesce(sa.func.sum(SIGNAL.c.score), 0))
        .where(SIGNAL.c.case_id == CASE.c.id)
        .correlate(CASE)
        .scalar_subquery()
    )
    should = sa.case((total > 100, 100), else_=total)  # noqa: PLR2004 - the scale ends there
    rows = db.session.execute(
        sa.select(CASE.c.code, CASE.c.score, should.label("should")).where(
            CASE.c.score != should, CASE.c.state.in_(LIVE)
        )
    )
    for row in rows:
        yield f"case {row.code} says {row.score}, its signals say {int(row.should)}"
