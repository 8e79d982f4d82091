"""Staff build camps: versions with tasks, published and frozen; cohorts; the end."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import listed
from app.kernel.types import Ref
from app.loyalty.policy import camps as policy
from app.loyalty.queries import badges as badge_queries
from app.loyalty.queries import camps as queries
from app.loyalty.queries.camps import CAMP, COHORT, TASK, VERSION
from app.loyalty.types.camps import (
    MAX_BONUS,
    MAX_DAYS,
    MAX_TASKS,
    CampError,
    CampFrozenError,
    CampState,
    CohortDraft,
    Plan,
    PlanDraft,
    TaskDraft,
)

TASK_PROBLEMS = {
    "day": _l("This camp has no such day."),
    "wanted": _l("Choose what is to be done."),
    "goal": _l("From 1 to 100 times."),
    "review": _l("Only links and photos can be looked at by the team."),
    "steps": _l("Write one step a line, at most twelve."),
    "steps_differ": _l("Both languages need the same number of steps."),
}


# --- camps and versions --------------------------------------------------------------------------


@use_case
def make_camp(slug: str, draft: PlanDraft, *, actor_id: int) -> None:
    """Make a camp with a first version that is not published yet.

    Raises:
        CampError: it can't be; the message says why.
    """
    _check_plan(draft)
    camp_id, now = ids.next_id(), clock.now()
    made = changed(
        insert(CAMP)
        .values(id=camp_id, slug=slug, state=CampState.DRAFT, created_at=now)
        .on_conflict_do_nothing(index_elements=["slug"])
    )
    if not made:
        raise CampError("slug", _l("There is a camp of this address already."))
    _add_version(camp_id, 1, draft)
    audit.note(actor_id, "camp.made", Ref("camp", camp_id))


def _add_version(camp_id: int, number: int, draft: PlanDraft) -> int:
    version_id = ids.next_id()
    db.session.execute(
        sa.insert(VERSION).values(
            id=version_id,
            camp_id=camp_id,
            number=number,
            is_frozen=False,
            created_at=clock.now(),
            **_columns(draft),
        )
    )
    return version_id


def _columns(draft: PlanDraft) -> dict[str, Any]:
    names = (
        "title_zh", "title_en", "about_zh", "about_en", "day_count", "late_days", "late_max",
        "pass_tasks", "bonus_points", "badge_key", "takes_back",
    )  # fmt: skip
    return {name: getattr(draft, name) for name in names}


@use_case
def change_plan(slug: str, draft: PlanDraft, *, actor_id: int) -> None:
    """Change what the version in the making says.

    Raises:
        NotFoundError: there is no such camp.
        CampFrozenError: there is no version in the making.
        CampError: it can't be.
    """
    plan = draft_of(slug)
    _check_plan(draft)
    last = max((task.draft.day for task in plan.tasks), default=0)
    if last > draft.day_count:
        raise CampError("day_count", _l("Day %(day)s has tasks. Take them away first.", day=last))
    _change(VERSION, plan.id, **_columns(draft))
    audit.note(actor_id, "camp.changed", Ref("camp", plan.camp_id))


def draft_of(slug: str) -> Plan:
    """Return the version of a camp that is in the making.

    Raises:
        NotFoundError: there is no such camp.
        CampFrozenError: all its versions are published.
    """
    versions = queries.versions_of(slug)
    if not versions:
        raise NotFoundError
    if versions[0].is_frozen:
        raise CampFrozenError
    return versions[0]


def _change(table: sa.Table, row_id: int, **values: Any) -> None:
    changed(sa.update(table).where(table.c.id == row_id).values(**values))


def _check_plan(draft: PlanDraft) -> None:
    """Refuse a plan that makes no sense.

    Raises:
        CampError: with what is wrong.
    """
    if not 1 <= draft.day_count <= MAX_DAYS:
        raise CampError("day_count", _l("From 1 to %(most)s days.", most=MAX_DAYS))
    if not 0 <= draft.late_days < MAX_DAYS:
        raise CampError("late_days", _l("From 0 to %(most)s days.", most=MAX_DAYS - 1))
    if bool(draft.late_days) != bool(draft.late_max):
        raise CampError(
            "late_max", _l("Say both: how many days back, and how many tasks. Or 0 for both.")
        )
    if not 0 <= draft.bonus_points <= MAX_BONUS:
        raise CampError("bonus_points", _l("From 0 to %(most)s points.", most=MAX_BONUS))
    if draft.badge_key and badge_queries.find_badge(draft.badge_key, with_drafts=True) is None:
        raise CampError("badge_key", _l("There is no badge of this address."))


@use_case
def publish_camp(slug: str, *, actor_id: int) -> None:
    """Publish the version in the making: its tasks are frozen, new cohorts go by it.

    Raises:
        NotFoundError: there is no such camp.
        CampFrozenError: there is nothing to publish.
        CampError: a day is empty or crowded, or nobody could graduate.
    """
    plan = draft_of(slug)
    if problem := publishing_problem(plan):
        raise CampError("", problem)
    frozen = changed(
        sa.update(VERSION)
        .where(VERSION.c.id == plan.id, VERSION.c.is_frozen.is_(sa.false()))
        .values(is_frozen=True, frozen_at=clock.now())
    )
    if not frozen:
        raise CampFrozenError
    _change(CAMP, plan.camp_id, state=CampState.PUBLISHED)
    audit.note(actor_id, "camp.published", Ref("camp", plan.camp_id), version=plan.number)


def publishing_problem(plan: Plan) -> Any | None:
    """Return why a version can't be published yet, in words, or None."""
    if empty := policy.empty_days(plan.draft.day_count, plan.tasks):
        days = listed(empty[:10])
        return _l("There is nothing to do on day %(days)s.", days=days)
    if crowded := policy.crowded_days(plan.tasks):
        days = listed(crowded[:10])
        return _l("More than %(most)s tasks on day %(days)s.", most=MAX_TASKS, days=days)
    if plan.draft.pass_tasks is not None and not 1 <= plan.draft.pass_tasks <= len(plan.tasks):
        return _l(
            "Nobody could graduate: there are %(count)s tasks, and %(need)s must be done.",
            count=len(plan.tasks), need=plan.draft.pass_tasks,
        )  # fmt: skip
    badge = badge_queries.find_badge(plan.draft.badge_key) if plan.draft.badge_key else None
    if plan.draft.badge_key and badge is None:
        return _l("Its badge is not given out yet. Activate the badge first.")
    return None


@use_case
def new_version(slug: str, *, actor_id: int) -> None:
    """Begin a new version from the newest one; cohorts that are there keep theirs.

    Raises:
        NotFoundError: there is no such camp.
        CampFrozenError: one is in the making already.
    """
    versions = queries.versions_of(slug)
    if not versions:
        raise NotFoundError
    newest = versions[0]
    if not newest.is_frozen:
        raise CampFrozenError(_l("A new version is in the making already."))
    version_id = _add_version(newest.camp_id, newest.number + 1, newest.draft)
    for task in newest.tasks:
        _add_task(version_id, task.draft)
    audit.note(actor_id, "camp.version", Ref("camp", newest.camp_id), version=newest.number + 1)


@use_case
def close_camp(slug: str, *, actor_id: int) -> None:
    """Close a camp: nobody joins any more, who is in finishes it.

    Raises:
        NotFoundError: there is no such published camp.
    """
    camp = db.session.execute(sa.select(CAMP).where(CAMP.c.slug == slug)).one_or_none()
    if camp is None or not changed(
        sa.update(CAMP)
        .where(CAMP.c.id == camp.id, CAMP.c.state == CampState.PUBLISHED)
        .values(state=CampState.CLOSED)
    ):
        raise NotFoundError
    audit.note(actor_id, "camp.closed", Ref("camp", camp.id))


# --- tasks ---------------------------------------------------------------------------------------


@use_case
def save_task(slug: str, draft: TaskDraft, *, actor_id: int, task_id: int | None = None) -> None:
    """Add a task to the version in the making, or change one of it.

    Raises:
        NotFoundError: there is no such camp, or no such task in it.
        CampFrozenError: members go by its tasks.
        CampError: it can't be.
    """
    plan = draft_of(slug)
    if problem := policy.task_problem(draft, plan.draft.day_count):
        raise CampError(problem[0], TASK_PROBLEMS[problem[1]])
    if task_id is None:
        if len(plan.of_day(draft.day)) >= MAX_TASKS:
            raise CampError("day", _l("This day has %(most)s tasks already.", most=MAX_TASKS))
        _add_task(plan.id, draft)
    else:
        if all(task.id != task_id for task in plan.tasks):
            raise NotFoundError
        _change(TASK, task_id, **_task_columns(draft))
    audit.note(actor_id, "camp.task", Ref("camp", plan.camp_id), day=draft.day)


@use_case
def remove_task(slug: str, task_id: int, *, actor_id: int) -> None:
    """Take a task out of the version in the making.

    Raises:
        NotFoundError: there is no such camp, or no such task in it.
        CampFrozenError: members go by its tasks.
    """
    plan = draft_of(slug)
    if not changed(sa.delete(TASK).where(TASK.c.id == task_id, TASK.c.version_id == plan.id)):
        raise NotFoundError
    audit.note(actor_id, "camp.task_removed", Ref("camp", plan.camp_id))


def _add_task(version_id: int, draft: TaskDraft) -> None:
    db.session.execute(
        sa.insert(TASK).values(id=ids.next_id(), version_id=version_id, **_task_columns(draft))
    )


def _task_columns(draft: TaskDraft) -> dict[str, Any]:
    names = (
        "day", "kind", "title_zh", "title_en", "text_zh", "text_en", "goal", "is_reviewed",
    )  # fmt: skip
    wanted = draft.wanted
    return {
        **{name: getattr(draft, name) for name in names},
        "wanted": wanted.stored() if wanted else {},
        "action": wanted.doing.action if wanted else "",
    }


# --- cohorts -------------------------------------------------------------------------------------


@use_case
def add_cohort(slug: str, draft: CohortDraft, *, actor_id: int) -> None:
    """Open a cohort of the newest published version.

    Raises:
        NotFoundError: there is no such published camp.
        CampError: days the wrong way round, or no room.
    """
    frozen = [plan for plan in queries.versions_of(slug) if plan.is_frozen]
    if not frozen or frozen[0].state is not CampState.PUBLISHED:
        raise NotFoundError
    plan, today = frozen[0], clock.business_date()
    if draft.starts_on < today:
        raise CampError("starts_on", _l("It begins today at the earliest."))
    ends_on = draft.starts_on + timedelta(days=plan.draft.day_count - 1)
    if not today <= draft.join_until <= ends_on:
        raise CampError("join_until", _l("Between today and the camp's last day."))
    if draft.capacity is not None and draft.capacity < 1:
        raise CampError("capacity", _l("At least one place, or none written for everybody."))
    number = db.session.scalar(
        sa.select(sa.func.coalesce(sa.func.max(COHORT.c.number), 0)).where(
            COHORT.c.camp_id == plan.camp_id
        )
    )
    cohort_id = ids.next_id()
    db.session.execute(
        sa.insert(COHORT).values(
            id=cohort_id,
            code=ids.new_code(),
            camp_id=plan.camp_id,
            version_id=plan.id,
            number=(number or 0) + 1,
            starts_on=draft.starts_on,
            join_until=draft.join_until,
            ends_on=ends_on,
            closes_on=ends_on + timedelta(days=plan.draft.late_days),
            capacity=draft.capacity,
            joined=0,
            created_at=clock.now(),
        )
    )
    audit.note(actor_id, "camp.cohort", Ref("camp_cohort", cohort_id))
