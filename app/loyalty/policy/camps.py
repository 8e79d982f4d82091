"""The rules of a camp, pure: which task is open for whom on a day, and what an act counts for."""

import enum
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from urllib.parse import urlsplit

from app.loyalty.types.camps import (
    MAX_STEPS,
    MAX_TASKS,
    Cohort,
    Plan,
    PlanDraft,
    Seat,
    Task,
    TaskDraft,
    TaskKind,
    Work,
    WorkState,
)
from app.loyalty.types.doings import Wanted

MAX_LINK = 400

Fits = Callable[[Wanted, str, Mapping[str, object]], bool | None]
"""Whether an act is what is wanted; None where that can't be told."""


class Standing(enum.StrEnum):
    """What a task is for a member on a day."""

    AHEAD = "ahead"
    TODAY = "today"
    LATE = "late"  # missed, but it may still be done
    MISSED = "missed"
    WAITING = "waiting"
    RETURNED = "returned"  # handed back: it may be handed in again until the camp closes
    DONE = "done"

    @property
    def is_open(self) -> bool:
        """Return whether something can be done for it."""
        return self in {Standing.TODAY, Standing.LATE, Standing.RETURNED}


def standing(plan: PlanDraft, task: Task, work: Work | None, seat: Seat, today: date) -> Standing:
    """Return what a task is for a member today.

    A task is open on its day. Up to ``late_days`` later it may still be done, as long as he has
    not begun ``late_max`` tasks late already. What staff gave back may be handed in again.
    """
    settled = _settled(work, seat, today)
    if settled is not None:
        return settled
    behind = seat.cohort.day_on(today) - task.draft.day
    if behind < 0:
        return Standing.AHEAD
    if behind == 0:
        return Standing.TODAY
    has_room = seat.late_used < plan.late_max or (work is not None and work.is_late)
    return Standing.LATE if behind <= plan.late_days and has_room else Standing.MISSED


def _settled(work: Work | None, seat: Seat, today: date) -> Standing | None:
    """Return what a task is by what was done of it, or None where the day decides."""
    if work is None or work.state is WorkState.OPEN:
        return None
    if work.state is WorkState.RETURNED:
        return Standing.RETURNED if today <= seat.cohort.closes_on else Standing.MISSED
    return Standing.DONE if work.state is WorkState.DONE else Standing.WAITING


def counts_for(
    plan: Plan,
    seat: Seat,
    works: Mapping[int, Work],
    action: str,
    about: Mapping[str, object],
    today: date,
    fits: Fits = Wanted.fits,
) -> list[Task]:
    """Return the tasks that an act moves on: all of today's that it fits, else the oldest late one.

    Args:
        plan: of the member's cohort.
        seat: his.
        works: what he has done, by task.
        action: of the act.
        about: what is said of the act.
        today: the business day of the act.
        fits: tells whether it is what a task wants.
    """
    fitting: dict[Standing, list[Task]] = {Standing.TODAY: [], Standing.LATE: []}
    for task in plan.tasks:
        wanted = task.draft.wanted
        if wanted is None or not fits(wanted, action, about):
            continue
        place = standing(plan.draft, task, works.get(task.id), seat, today)
        if place in fitting:
            fitting[place].append(task)
    return fitting[Standing.TODAY] or fitting[Standing.LATE][:1]


def is_good_link(text: str) -> bool:
    """Return whether an address may be handed in: https, a host, nothing hidden."""
    if len(text) > MAX_LINK or any(ord(sign) <= 32 for sign in text):  # noqa: PLR2004 - controls
        return False
    try:
        parts = urlsplit(text)
        host, user = parts.hostname, parts.username
    except ValueError:
        return False
    return parts.scheme == "https" and bool(host) and "." in (host or "") and user is None


# --- what staff may publish ----------------------------------------------------------------------


def task_problem(draft: TaskDraft, day_count: int) -> tuple[str, str] | None:
    """Return the field and the name of what is wrong with a task, or None.

    Names: ``day``, ``goal``, ``wanted``, ``review``, ``steps``, ``steps_differ``.
    """
    if not 1 <= draft.day <= day_count:
        return "day", "day"
    if draft.kind is TaskKind.ACT and draft.wanted is None:
        return "doing", "wanted"
    if not 1 <= draft.goal <= 100:  # noqa: PLR2004 - of one thing on one day
        return "goal", "goal"
    if draft.is_reviewed and draft.kind not in {TaskKind.LINK, TaskKind.PHOTO}:
        return "is_reviewed", "review"
    if draft.kind is TaskKind.STEPS:
        zh, en = len(draft.steps("zh")), len(draft.steps("en"))
        if not 1 <= zh <= MAX_STEPS:
            return "text_zh", "steps"
        if zh != en:
            return "text_en", "steps_differ"
    return None


def empty_days(day_count: int, tasks: Sequence[Task]) -> list[int]:
    """Return the days without a task."""
    filled = {task.draft.day for task in tasks}
    return [day for day in range(1, day_count + 1) if day not in filled]


def crowded_days(tasks: Sequence[Task]) -> list[int]:
    """Return the days with more tasks than a day may have."""
    days = [task.draft.day for task in tasks]
    return sorted({day for day in days if days.count(day) > MAX_TASKS})


def overlaps(one: Cohort, starts_on: date, closes_on: date) -> bool:
    """Return whether a cohort is under way at the same time as another."""
    return one.draft.starts_on <= closes_on and starts_on <= one.closes_on
