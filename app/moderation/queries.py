"""Reads of moderation: the queue, a case, a member's record and his reports."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page
from app.moderation.models import ModerationCase, ModerationMute, ModerationReport
from app.moderation.types import (
    CaseRow,
    CaseState,
    FormerCase,
    HideReason,
    Likeness,
    MyReport,
    Outcome,
    ReportRow,
    Standing,
    Verdict,
)

CASE = cast("sa.Table", ModerationCase.__table__)
REPORT = cast("sa.Table", ModerationReport.__table__)
MUTE = cast("sa.Table", ModerationMute.__table__)
MEMBER = cast("sa.Table", Member.__table__)
PER_PAGE = 20
REPORTS_SHOWN = 50
JUDGED = 5
FORMER = 5
LIKENESS = 200
MEMORY = timedelta(days=180)
BIGGEST = 2**63


class View(StrEnum):
    """Which cases of the queue."""

    OPEN = "open"
    MINE = "mine"
    OLDEST = "oldest"
    HELD = "held"
    LOG = "log"


def cases(
    view: View, viewer_id: int, after: str | None = None, kind: str | None = None
) -> Page[CaseRow]:
    """Return a page of cases: open ones by weight, then by age; decided ones, the newest first.

    Two statements.
    """
    where: list[sa.ColumnElement[bool]] = [CASE.c.state == CaseState.OPEN]
    order: tuple[Any, ...] = (CASE.c.weight.desc(), CASE.c.id)
    if view is View.LOG:
        where, order = [CASE.c.state == CaseState.DECIDED], (CASE.c.id.desc(),)
    elif view is View.OLDEST:
        order = (CASE.c.id,)
    elif view is View.HELD:
        where.append(CASE.c.is_held)
    elif view is View.MINE:
        where += [CASE.c.keeper_id == viewer_id, CASE.c.kept_until > clock.now()]
    if kind:
        where.append(CASE.c.kind == kind)
    where += _place(view, after)
    rows = db.session.execute(_cases().where(*where).order_by(*order).limit(PER_PAGE + 1)).all()
    shown = rows[:PER_PAGE]
    reasons = _reasons([row.id for row in shown])
    more = None
    if len(rows) > PER_PAGE:
        last = shown[-1]
        alone = view in {View.LOG, View.OLDEST}
        more = str(last.id) if alone else f"{last.weight}-{last.id}"
    return Page([_case(row, reasons.get(row.id, ())) for row in shown], more)


def _place(view: View, after: str | None) -> list[sa.ColumnElement[bool]]:
    weight, _, last = (after or "").rpartition("-")
    if not last.isdecimal() or int(last) >= BIGGEST:
        return []
    if view is View.LOG:
        return [CASE.c.id < int(last)]
    if view is View.OLDEST:
        return [CASE.c.id > int(last)]
    if not weight.isdecimal() or int(weight) >= BIGGEST:
        return []
    same = sa.and_(CASE.c.weight == int(weight), CASE.c.id > int(last))
    return [sa.or_(CASE.c.weight < int(weight), same)]


def _cases() -> sa.Select[Any]:
    decider, keeper = MEMBER.alias("decider"), MEMBER.alias("keeper")
    return (
        sa.select(
            CASE,
            *identity.person_columns(decider.c, "by_"),
            *identity.person_columns(keeper.c, "kept_"),
        )
        .outerjoin(decider, decider.c.id == CASE.c.decided_by)
        .outerjoin(keeper, keeper.c.id == CASE.c.keeper_id)
    )


def _case(row: Any, reasons: Sequence[HideReason] = ()) -> CaseRow:
    kept = row.kept_until is not None and row.kept_until > clock.now()
    return CaseRow(
        id=row.id,
        kind=row.kind,
        subject_id=row.subject_id,
        author_id=row.author_id,
        state=row.state,
        report_count=row.report_count,
        weight=row.weight,
        is_held=row.is_held,
        opened_at=row.opened_at,
        verdict=row.verdict,
        reason=row.reason,
        decided_at=row.decided_at,
        decider=identity.person_from(row, "by_") if row.decided_by else None,
        keeper=identity.person_from(row, "kept_") if kept and row.keeper_id else None,
        kept_at=row.kept_at if kept else None,
        reasons=reasons,
    )


def _reasons(case_ids: Sequence[int]) -> dict[int, list[HideReason]]:
    times = sa.func.count()
    rows = db.session.execute(
        sa.select(REPORT.c.case_id, REPORT.c.reason)
        .where(REPORT.c.case_id.in_(case_ids))
        .group_by(REPORT.c.case_id, REPORT.c.reason)
        .order_by(times.desc(), REPORT.c.reason)
    )
    found: dict[int, list[HideReason]] = {}
    for row in rows:
        found.setdefault(row.case_id, []).append(row.reason)
    return found


def get_case(case_id: int) -> CaseRow:
    """Return a case. One statement.

    Raises:
        NotFoundError: there is none of that id.
    """
    known = 0 < case_id < BIGGEST
    row = db.session.execute(_cases().where(CASE.c.id == case_id)).one_or_none() if known else None
    if row is None:
        raise NotFoundError
    return _case(row)


def reports_of(case_id: int) -> list[ReportRow]:
    """Return the newest fifty reports of a case. One statement."""
    rows = db.session.execute(
        sa.select(REPORT, *identity.person_columns(MEMBER.c))
        .join(MEMBER, MEMBER.c.id == REPORT.c.reporter_id)
        .where(REPORT.c.case_id == case_id)
        .order_by(REPORT.c.id.desc())
        .limit(REPORTS_SHOWN)
    )
    return [
        ReportRow(
            identity.person_from(row), row.reason, row.note, row.reported_at, row.outcome,
            row.counts,
        )
        for row in rows
    ]  # fmt: skip


def next_open(after: CaseRow, viewer_id: int) -> int | None:
    """Return the id of the open case that comes next in the queue. One statement.

    Those that somebody else is on come after all others; behind the last comes the first again.
    """
    others = sa.and_(CASE.c.kept_until > clock.now(), CASE.c.keeper_id != viewer_id)
    behind = sa.and_(*_place(View.OPEN, f"{after.weight}-{after.id}"))
    found = db.session.scalar(
        sa.select(CASE.c.id)
        .where(CASE.c.state == CaseState.OPEN, CASE.c.id != after.id)
        .order_by(
            sa.case((others, 1), else_=0),
            sa.case((behind, 0), else_=1),
            CASE.c.weight.desc(),
            CASE.c.id,
        )
        .limit(1)
    )
    return int(found) if found else None


def record(case: CaseRow) -> tuple[Standing, list[FormerCase]]:
    """Return the record of a case's author without the case itself, and his newest cases.

    Two statements.
    """
    judged = sa.func.count().filter(CASE.c.verdict != Verdict.FINE).over().label("upheld")
    fine = sa.func.count().filter(CASE.c.verdict == Verdict.FINE).over().label("fine")
    rows = db.session.execute(
        sa.select(
            CASE.c.id, CASE.c.kind, CASE.c.verdict, CASE.c.reason, CASE.c.decided_at, judged, fine
        )
        .where(
            CASE.c.author_id == case.author_id,
            CASE.c.id != case.id,
            CASE.c.decided_at >= clock.now() - MEMORY,
        )
        .order_by(CASE.c.id.desc())
        .limit(FORMER)
    ).all()
    mute = running_mute(case.author_id)
    standing = Standing(
        rows[0].upheld if rows else 0,
        rows[0].fine if rows else 0,
        mute.until if mute else None,
        mute.reason if mute else None,
    )
    return standing, [FormerCase(*row[:5]) for row in rows]


def alike(case: CaseRow, reason: HideReason) -> Likeness:
    """Return what was lately decided of cases of this kind and reason. One statement.

    At most the newest two hundred decisions of the last 180 days are looked at.
    """
    lately = (
        sa.select(CASE.c.id, CASE.c.kind, CASE.c.verdict)
        .where(CASE.c.decided_at >= clock.now() - MEMORY, CASE.c.id != case.id)
        .order_by(CASE.c.decided_at.desc())
        .limit(LIKENESS)
        .subquery("lately")
    )
    said = sa.exists().where(REPORT.c.case_id == lately.c.id, REPORT.c.reason == reason)
    rows = db.session.execute(
        sa.select(lately.c.verdict, sa.func.count())
        .where(lately.c.kind == case.kind, said)
        .group_by(lately.c.verdict)
    )
    return Likeness({verdict: int(count) for verdict, count in rows})


def open_count() -> sa.Select[Any]:
    """Return the SELECT of how many cases wait; for the number in the menu."""
    return sa.select(sa.func.count()).where(CASE.c.state == CaseState.OPEN)


def today() -> tuple[int, int]:
    """Return how many cases were decided this business day, and the mean wait in minutes."""
    start = clock.day_start(clock.business_date())
    rows = db.session.execute(
        sa.select(CASE.c.opened_at, CASE.c.decided_at)
        .where(CASE.c.decided_at >= start)
        .limit(2_000)
    ).all()
    waits = [(row.decided_at - row.opened_at).total_seconds() for row in rows]
    return len(waits), round(sum(waits) / len(waits) / 60) if waits else 0


# --- members -------------------------------------------------------------------------------------


def standing(member_id: int) -> Standing:
    """Return a member's record. Two statements."""
    since = clock.now() - MEMORY
    counted = db.session.execute(
        sa.select(
            sa.func.count().filter(CASE.c.verdict != Verdict.FINE).label("upheld"),
            sa.func.count().filter(CASE.c.verdict == Verdict.FINE).label("fine"),
        ).where(CASE.c.author_id == member_id, CASE.c.decided_at >= since)
    ).one()
    mute = running_mute(member_id)
    return Standing(
        counted.upheld,
        counted.fine,
        mute.until if mute else None,
        mute.reason if mute else None,
    )


def running_mute(member_id: int) -> Any:
    """Return the row of the mute that ends last and still runs, or None. One statement."""
    return db.session.execute(
        sa.select(MUTE)
        .where(
            MUTE.c.member_id == member_id, MUTE.c.lifted_at.is_(None), MUTE.c.until > clock.now()
        )
        .order_by(MUTE.c.until.desc())
        .limit(1)
    ).one_or_none()


def my_reports(member_id: int, after: int | None = None) -> Page[MyReport]:
    """Return what a member reported, the newest first. One statement."""
    query = (
        sa.select(REPORT, CASE.c.kind, CASE.c.subject_id)
        .join(CASE, CASE.c.id == REPORT.c.case_id)
        .where(REPORT.c.reporter_id == member_id)
        .order_by(REPORT.c.id.desc())
        .limit(PER_PAGE + 1)
    )
    if after is not None and 0 < after < BIGGEST:
        query = query.where(REPORT.c.id < after)
    rows = db.session.execute(query).all()
    shown = [
        MyReport(row.id, row.kind, row.subject_id, row.reason, row.reported_at, row.outcome)
        for row in rows[:PER_PAGE]
    ]
    return Page(shown, str(shown[-1].id) if len(rows) > PER_PAGE else None)


def is_trusted(member_id: int) -> bool:
    """Return whether a member's word counts: not when his last five reports were all wrong.

    One statement.
    """
    last = (
        sa.select(REPORT.c.outcome)
        .where(REPORT.c.reporter_id == member_id, REPORT.c.outcome != Outcome.WAITING)
        .order_by(REPORT.c.id.desc())
        .limit(JUDGED)
    )
    outcomes = list(db.session.scalars(last))
    return len(outcomes) < JUDGED or any(outcome is Outcome.UPHELD for outcome in outcomes)


# --- verifying -----------------------------------------------------------------------------------


def drifting_cases() -> Iterator[str]:
    """Yield a line for every case whose figures do not equal its reports."""
    counted = (
        sa.select(
            REPORT.c.case_id,
            sa.func.count().label("reports"),
            sa.func.count().filter(REPORT.c.counts).label("counting"),
        )
        .group_by(REPORT.c.case_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            CASE.c.id, CASE.c.report_count, CASE.c.counting, counted.c.reports, counted.c.counting
        )
        .outerjoin(counted, counted.c.case_id == CASE.c.id)
        .where(
            sa.or_(
                CASE.c.report_count != sa.func.coalesce(counted.c.reports, 0),
                CASE.c.counting != sa.func.coalesce(counted.c.counting, 0),
            )
        )
        .order_by(CASE.c.id)
    )
    for row in rows:
        kept = f"{row[1]}/{row[2]} kept, {row[3] or 0}/{row[4] or 0} counted"
        yield f"case {row[0]}: {kept}"


def drifting_mutes() -> Iterator[str]:
    """Yield a line for every member who is muted without a mute, or runs one unmuted."""
    running = sa.exists().where(MUTE.c.member_id == MEMBER.c.id, MUTE.c.lifted_at.is_(None))
    rows = db.session.execute(
        sa.select(MEMBER.c.id).where(MEMBER.c.state == "active", running).order_by(MEMBER.c.id)
    )
    for row in rows:
        yield f"member {row[0]}: a mute runs, and he can write"
