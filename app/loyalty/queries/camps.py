"""Reads of camps: plans with their tasks, cohorts, a member's seat and work."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.kernel.media.models import Media
from app.kernel.media.queries import photo_columns, photo_from
from app.loyalty.models import (
    LoyaltyAward,
    LoyaltyCamp,
    LoyaltyCampCohort,
    LoyaltyCampSeat,
    LoyaltyCampTask,
    LoyaltyCampVersion,
    LoyaltyCampWork,
)
from app.loyalty.types.camps import (
    CampCard,
    CampPage,
    CampState,
    Cohort,
    CohortDraft,
    Plan,
    PlanDraft,
    Seat,
    Task,
    TaskDraft,
    Work,
)
from app.loyalty.types.doings import wanted_from

ACT = cast("sa.Table", LoyaltyAward.__table__)
CAMP = cast("sa.Table", LoyaltyCamp.__table__)
VERSION = cast("sa.Table", LoyaltyCampVersion.__table__)
TASK = cast("sa.Table", LoyaltyCampTask.__table__)
COHORT = cast("sa.Table", LoyaltyCampCohort.__table__)
SEAT = cast("sa.Table", LoyaltyCampSeat.__table__)
WORK = cast("sa.Table", LoyaltyCampWork.__table__)
MEDIA = cast("sa.Table", Media.__table__)

LISTED = 30
COHORT_COLUMNS = [column.label(f"cohort_{column.name}") for column in COHORT.c]
SEAT_COLUMNS = [column.label(f"seat_{column.name}") for column in SEAT.c]


# --- rows into words -----------------------------------------------------------------------------


def plan_draft_from(row: Any) -> PlanDraft:
    """Return what a version says."""
    return PlanDraft(
        row.title_zh,
        row.title_en,
        row.about_zh,
        row.about_en,
        row.day_count,
        row.late_days,
        row.late_max,
        row.pass_tasks,
        row.bonus_points,
        row.badge_key,
        row.takes_back,
    )


def task_from(row: Any, prefix: str = "") -> Task:
    """Return a task as it is stored."""

    def get(name: str) -> Any:
        return getattr(row, f"{prefix}{name}")

    draft = TaskDraft(
        get("day"), get("kind"), get("title_zh"), get("title_en"), get("text_zh"), get("text_en"),
        wanted_from(get("wanted")) if get("wanted") else None, get("goal"), get("is_reviewed"),
    )  # fmt: skip
    return Task(get("id"), draft)


def cohort_from(row: Any, prefix: str = "cohort_", graduated: int = 0) -> Cohort:
    """Return a cohort as it is stored."""

    def get(name: str) -> Any:
        return getattr(row, f"{prefix}{name}")

    draft = CohortDraft(get("starts_on"), get("join_until"), get("capacity"))
    return Cohort(
        get("id"), get("code"), get("version_id"), get("number"), draft, get("joined"),
        get("ends_on"), get("closes_on"), graduated,
    )  # fmt: skip


def seat_from(row: Any, cohort: Cohort) -> Seat:
    """Return a seat as it is stored."""
    return Seat(
        row.seat_id,
        cohort,
        row.seat_done_tasks,
        row.seat_late_used,
        row.seat_joined_at,
        row.seat_graduated_at,
    )


def work_from(row: Any, *, with_photo: bool = True) -> Work:
    """Return what a member did of a task."""
    photo = photo_from(row, "shot_") if with_photo else None
    return Work(
        row.task_id, row.state, row.times, row.is_late, row.link, row.note, row.reason, photo
    )


# --- plans ---------------------------------------------------------------------------------------


def _plans(condition: sa.ColumnElement[bool]) -> list[Plan]:
    rows = db.session.execute(
        sa.select(VERSION, CAMP.c.slug, CAMP.c.state, *(c.label(f"task_{c.name}") for c in TASK.c))
        .join(CAMP, CAMP.c.id == VERSION.c.camp_id)
        .outerjoin(TASK, TASK.c.version_id == VERSION.c.id)
        .where(condition)
        .order_by(VERSION.c.id, TASK.c.day, TASK.c.id)
    ).all()
    plans: dict[int, tuple[Any, list[Task]]] = {}
    for row in rows:
        _first, tasks = plans.setdefault(row.id, (row, []))
        if row.task_id is not None:
            tasks.append(task_from(row, "task_"))
    return [
        Plan(
            first.id, first.camp_id, first.slug, first.state, first.number, first.is_frozen,
            plan_draft_from(first), tuple(tasks),
        )
        for first, tasks in plans.values()
    ]  # fmt: skip


def plans_of(version_ids: Collection[int]) -> dict[int, Plan]:
    """Return versions with their tasks, by id. One statement, none for no ids."""
    if not version_ids:
        return {}
    return {plan.id: plan for plan in _plans(VERSION.c.id.in_(sorted(version_ids)))}


def versions_of(slug: str) -> list[Plan]:
    """Return all versions of a camp, the newest first. One statement."""
    return sorted(_plans(CAMP.c.slug == slug), key=lambda plan: -plan.number)


def any_seat(member_id: Any) -> sa.ColumnElement[bool]:
    """Return whether a member is in a camp that is under way; ``member_id`` may be a column."""
    today = sa.bindparam("camp_today", callable_=clock.business_date, type_=sa.Date())
    return sa.exists().where(SEAT.c.member_id == member_id, SEAT.c.closes_on >= today)


# --- members -------------------------------------------------------------------------------------


def camps_of(member_id: int | None, today: date | None = None) -> list[CampCard]:
    """Return the camps that one can see, with their open cohorts and a member's seat.

    Two statements: camps and cohorts; his seats.
    """
    day = today or clock.business_date()
    seats = _newest_seats(member_id) if member_id is not None else {}
    rows = db.session.execute(
        sa.select(VERSION, CAMP.c.slug, CAMP.c.state, _task_count(), *COHORT_COLUMNS)
        .join(CAMP, CAMP.c.id == VERSION.c.camp_id)
        .outerjoin(COHORT, sa.and_(COHORT.c.camp_id == CAMP.c.id, COHORT.c.join_until >= day))
        .where(
            sa.or_(CAMP.c.state == CampState.PUBLISHED, CAMP.c.id.in_(sorted(seats))),
            CAMP.c.state != CampState.DRAFT,
            VERSION.c.is_frozen,
            VERSION.c.number == _newest_number(),
        )
        .order_by(CAMP.c.id.desc(), COHORT.c.starts_on)
        .limit(200)
    ).all()
    cards: dict[int, CampCard] = {}
    for row in rows:
        card = cards.get(row.camp_id)
        if card is None:
            card = cards[row.camp_id] = CampCard(
                plan_draft_from(row), row.slug, row.task_count, [], seats.get(row.camp_id)
            )
        if row.cohort_id is not None and row.state is CampState.PUBLISHED:
            cast("list[Cohort]", card.cohorts).append(cohort_from(row))
    return list(cards.values())[:LISTED]


def _task_count() -> sa.ColumnElement[int]:
    counted = sa.select(sa.func.count()).where(TASK.c.version_id == VERSION.c.id)
    return counted.scalar_subquery().label("task_count")


def _newest_number() -> sa.ScalarSelect[Any]:
    other = VERSION.alias()
    return (
        sa.select(sa.func.max(other.c.number))
        .where(other.c.camp_id == CAMP.c.id, other.c.is_frozen)
        .scalar_subquery()
    )


def _newest_seats(member_id: int) -> dict[int, Seat]:
    rows = db.session.execute(
        sa.select(*SEAT_COLUMNS, *COHORT_COLUMNS)
        .join(COHORT, COHORT.c.id == SEAT.c.cohort_id)
        .where(SEAT.c.member_id == member_id)
        .order_by(COHORT.c.starts_on)
    ).all()
    return {row.cohort_camp_id: seat_from(row, cohort_from(row)) for row in rows}


def camp_page(slug: str, member_id: int | None, today: date | None = None) -> CampPage | None:
    """Return a camp as a member sees it, or None where there is none that he may know.

    Who is in a cohort sees its version, also after the camp was closed. Four statements.
    """
    day = today or clock.business_date()
    camp = db.session.execute(sa.select(CAMP).where(CAMP.c.slug == slug)).one_or_none()
    if camp is None or camp.state is CampState.DRAFT:
        return None
    seats = _newest_seats(member_id) if member_id is not None else {}
    seat = seats.get(camp.id)
    if camp.state is CampState.CLOSED and seat is None:
        return None
    which = (
        VERSION.c.id == seat.cohort.version_id
        if seat
        else sa.and_(
            VERSION.c.camp_id == camp.id,
            VERSION.c.is_frozen,
            VERSION.c.number == _newest_number(),
        )
    )
    plans = _plans(which)
    if not plans:
        return None
    is_in = seat is not None and seat.cohort.closes_on >= day
    can_join = camp.state is CampState.PUBLISHED and not is_in
    cohorts = _open_cohorts(camp.id, day) if can_join else []
    works = works_of(seat.id) if seat else {}
    return CampPage(plans[0], cohorts, seat, works)


def _open_cohorts(camp_id: int, day: date) -> list[Cohort]:
    rows = db.session.execute(
        sa.select(*COHORT_COLUMNS)
        .where(COHORT.c.camp_id == camp_id, COHORT.c.join_until >= day)
        .order_by(COHORT.c.starts_on)
        .limit(LISTED)
    )
    return [cohort_from(row) for row in rows]


def works_of(seat_id: int) -> dict[int, Work]:
    """Return what was done from a seat, by task, with photos. One statement."""
    rows = db.session.execute(
        sa.select(WORK, *photo_columns(prefix="shot_"))
        .outerjoin(MEDIA, MEDIA.c.id == WORK.c.photo_id)
        .where(WORK.c.seat_id == seat_id)
    )
    return {row.task_id: work_from(row) for row in rows}


def open_seats(member_ids: Iterable[int], today: date) -> list[tuple[int, Seat]]:
    """Return the seats of members in camps under way, and whose they are. One statement."""
    rows = db.session.execute(
        sa.select(*SEAT_COLUMNS, *COHORT_COLUMNS)
        .join(COHORT, COHORT.c.id == SEAT.c.cohort_id)
        .where(
            SEAT.c.member_id.in_(sorted(member_ids)),
            SEAT.c.closes_on >= today,
        )
        .order_by(SEAT.c.id)
    ).all()
    return [(row.seat_member_id, seat_from(row, cohort_from(row))) for row in rows]


def is_asked_for(
    member_ids: Iterable[int], actions: Collection[str], days: tuple[date, date]
) -> bool:
    """Return whether a camp that one of these members is in asks for such an act on some days.

    One statement.
    """
    asked = (
        sa.select(SEAT.c.id)
        .join(COHORT, COHORT.c.id == SEAT.c.cohort_id)
        .join(TASK, TASK.c.version_id == COHORT.c.version_id)
        .where(
            SEAT.c.member_id.in_(sorted(member_ids)),
            SEAT.c.closes_on >= days[0],
            COHORT.c.starts_on <= days[1],
            TASK.c.action.in_(sorted(actions)),
        )
        .limit(1)
    )
    return db.session.scalar(asked) is not None


def works_of_seats(seat_ids: Sequence[int]) -> dict[int, dict[int, Work]]:
    """Return what was done from some seats, by seat and task, without photos. One statement."""
    found: dict[int, dict[int, Work]] = {seat_id: {} for seat_id in seat_ids}
    rows = db.session.execute(sa.select(WORK).where(WORK.c.seat_id.in_(list(seat_ids))))
    for row in rows:
        found[row.seat_id][row.task_id] = work_from(row, with_photo=False)
    return found


def codes_of(slug: str) -> list[str]:
    """Return the codes of a camp's cohorts, the first one first. One statement."""
    return list(
        db.session.scalars(
            sa.select(COHORT.c.code)
            .join(CAMP, CAMP.c.id == COHORT.c.camp_id)
            .where(CAMP.c.slug == slug)
            .order_by(COHORT.c.number)
        )
    )


def slug_of_seat(seat_id: int, member_id: int) -> str | None:
    """Return the address of the camp of a member's own seat, or None. One statement."""
    return db.session.scalar(
        sa.select(CAMP.c.slug)
        .join(COHORT, COHORT.c.camp_id == CAMP.c.id)
        .join(SEAT, SEAT.c.cohort_id == COHORT.c.id)
        .where(SEAT.c.id == seat_id, SEAT.c.member_id == member_id)
    )


def photos_in_use(media_ids: Sequence[int]) -> set[int]:
    """Return which photos stand in something handed in, for the sweep of uploads."""
    return set(db.session.scalars(sa.select(WORK.c.photo_id).where(WORK.c.photo_id.in_(media_ids))))
