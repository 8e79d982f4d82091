"""Reads of camps for staff: the list, what waits to be looked at, how cohorts go."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.media.queries import photo_columns
from app.kernel.types import Page
from app.loyalty.queries.badges import MEMBER
from app.loyalty.queries.camps import (
    CAMP,
    COHORT,
    COHORT_COLUMNS,
    MEDIA,
    SEAT,
    TASK,
    VERSION,
    WORK,
    cohort_from,
    plan_draft_from,
    task_from,
    work_from,
)
from app.loyalty.types.camps import CampState, Funnel, HandIn, PlanDraft, Step, WorkState

QUEUE_ROWS = 20
LIST_ROWS = 50


class CampRow:
    """A camp in the staff's list."""

    __slots__ = ("cohorts", "draft", "graduated", "has_draft", "joined", "slug", "state")

    def __init__(self, row: Any, draft: PlanDraft) -> None:
        self.slug: str = row.slug
        self.state: CampState = row.state
        self.draft = draft
        self.has_draft = not row.is_frozen
        self.cohorts: int = row.cohorts
        self.joined: int = int(row.joined or 0)
        self.graduated: int = row.graduated


def staff_camps() -> list[CampRow]:
    """Return all camps by their newest version, the newest first. One statement."""
    other = VERSION.alias()
    newest = sa.select(sa.func.max(other.c.number)).where(other.c.camp_id == CAMP.c.id)
    of_camp = COHORT.c.camp_id == CAMP.c.id
    graduated = (
        sa.select(sa.func.count(SEAT.c.graduated_at))
        .join(COHORT, COHORT.c.id == SEAT.c.cohort_id)
        .where(of_camp)
    )
    rows = db.session.execute(
        sa.select(
            VERSION,
            CAMP.c.slug,
            CAMP.c.state,
            sa.select(sa.func.count()).where(of_camp).scalar_subquery().label("cohorts"),
            sa.select(sa.func.sum(COHORT.c.joined))
            .where(of_camp)
            .scalar_subquery()
            .label("joined"),
            graduated.scalar_subquery().label("graduated"),
        )
        .join(CAMP, CAMP.c.id == VERSION.c.camp_id)
        .where(VERSION.c.number == newest.scalar_subquery())
        .order_by(CAMP.c.id.desc())
        .limit(LIST_ROWS)
    ).all()
    return [CampRow(row, plan_draft_from(row)) for row in rows]


# --- the queue -----------------------------------------------------------------------------------


def waiting(after: str | None = None, limit: int = QUEUE_ROWS) -> Page[HandIn]:
    """Return what was handed in and waits, the oldest first. One statement."""
    conditions = [WORK.c.state == WorkState.WAITING]
    if after and after.isascii() and after.isdecimal() and len(after) < 19:  # noqa: PLR2004 - below 2**63
        oldest = sa.select(WORK.c.handed_at).where(WORK.c.id == int(after)).scalar_subquery()
        conditions.append(
            sa.or_(
                WORK.c.handed_at > oldest,
                sa.and_(WORK.c.handed_at == oldest, WORK.c.id > int(after)),
            )
        )
    rows = db.session.execute(
        sa.select(
            WORK,
            *photo_columns(prefix="shot_"),
            *identity.person_columns(),
            *(column.label(f"task_{column.name}") for column in TASK.c if column.name != "id"),
            VERSION.c.title_zh,
            VERSION.c.title_en,
            CAMP.c.slug,
            COHORT.c.number.label("cohort_number"),
        )
        .join(SEAT, SEAT.c.id == WORK.c.seat_id)
        .join(MEMBER, MEMBER.c.id == SEAT.c.member_id)
        .join(COHORT, COHORT.c.id == SEAT.c.cohort_id)
        .join(TASK, TASK.c.id == WORK.c.task_id)
        .join(VERSION, VERSION.c.id == TASK.c.version_id)
        .join(CAMP, CAMP.c.id == VERSION.c.camp_id)
        .outerjoin(MEDIA, MEDIA.c.id == WORK.c.photo_id)
        .where(*conditions)
        .order_by(WORK.c.handed_at, WORK.c.id)
        .limit(limit + 1)
    ).all()
    next_key = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page([_hand_in(row) for row in rows[:limit]], next_key)


def _hand_in(row: Any) -> HandIn:
    return HandIn(
        row.id,
        identity.person_from(row),
        task_from(row, "task_"),
        row.title_zh,
        row.title_en,
        row.slug,
        row.cohort_number,
        work_from(row),
        row.handed_at,
        row.is_late,
    )


def counting_waiting() -> sa.Select[int]:
    """Return the statement that tells how much waits to be looked at."""
    return sa.select(sa.func.count()).where(WORK.c.state == WorkState.WAITING)


def waiting_count() -> int:
    """Return how much waits to be looked at. One statement."""
    return int(db.session.scalar(counting_waiting()) or 0)


# --- how cohorts go ------------------------------------------------------------------------------


def funnels(slug: str) -> list[Funnel]:
    """Return how each cohort of a camp went, the newest first. Two statements.

    Who did a task of day 5 was still with it on every day up to the fifth, whether or not he left
    one out: a step counts everybody with a task done on that day or a later one.
    """
    rows = db.session.execute(
        sa.select(
            *COHORT_COLUMNS,
            VERSION.c.day_count,
            sa.select(sa.func.count(SEAT.c.graduated_at))
            .where(SEAT.c.cohort_id == COHORT.c.id)
            .scalar_subquery()
            .label("graduated"),
        )
        .join(CAMP, CAMP.c.id == COHORT.c.camp_id)
        .join(VERSION, VERSION.c.id == COHORT.c.version_id)
        .where(CAMP.c.slug == slug)
        .order_by(COHORT.c.starts_on.desc(), COHORT.c.id.desc())
        .limit(LIST_ROWS)
    ).all()
    if not rows:
        return []
    last = (
        sa.select(SEAT.c.cohort_id, WORK.c.seat_id, sa.func.max(TASK.c.day).label("day"))
        .join(SEAT, SEAT.c.id == WORK.c.seat_id)
        .join(TASK, TASK.c.id == WORK.c.task_id)
        .where(
            WORK.c.state == WorkState.DONE, SEAT.c.cohort_id.in_([row.cohort_id for row in rows])
        )
        .group_by(SEAT.c.cohort_id, WORK.c.seat_id)
        .subquery()
    )
    reached: dict[tuple[int, int], int] = {
        (row.cohort_id, row.day): row.members
        for row in db.session.execute(
            sa.select(last.c.cohort_id, last.c.day, sa.func.count().label("members")).group_by(
                last.c.cohort_id, last.c.day
            )
        )
    }
    return [_funnel(row, reached) for row in rows]


def _funnel(row: Any, reached: Mapping[tuple[int, int], int]) -> Funnel:
    cohort = cohort_from(row, graduated=row.graduated)
    steps = [
        Step(day, sum(reached.get((cohort.id, n), 0) for n in range(day, row.day_count + 1)))
        for day in range(1, row.day_count + 1)
    ]
    return Funnel(cohort, cohort.joined, steps, row.graduated)


def funnel_rows(params: Mapping[str, str], _after: str | None, _limit: int) -> Page[Any]:
    """Return the funnels of a camp as rows of an export: all on one page.

    Columns: cohort, first day, step (0 joined, then the days, last graduated), members, share of
    those who joined, lost since the step before.
    """
    rows: list[tuple[Any, ...]] = []
    for funnel in funnels(params.get("camp", "")):
        figures = [
            ("joined", funnel.joined),
            *((str(step.day), step.members) for step in funnel.steps),
            ("graduated", funnel.graduated),
        ]
        before = funnel.joined
        for name, members in figures:
            share = members / funnel.joined if funnel.joined else 0.0
            start = funnel.cohort.draft.starts_on
            rows.append((funnel.cohort.number, start, name, members, share, before - members))
            before = members
    return Page(rows)
