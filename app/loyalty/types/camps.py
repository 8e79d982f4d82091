"""Words of the points training camp."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from app.kernel.errors import ConflictError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person, Photo
from app.loyalty.types.doings import Wanted

MAX_DAYS = 60
MAX_TASKS = 8  # a day
MAX_STEPS = 12
MAX_BONUS = 100_000


class CampState(enum.StrEnum):
    """Where a camp stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class TaskKind(enum.StrEnum):
    """How a task is fulfilled."""

    ACT = "act"  # by doing something here: check in, like, reply, post
    STEPS = "steps"  # by ticking a list
    LINK = "link"  # by handing in an address
    PHOTO = "photo"  # by handing in a photo


class WorkState(enum.StrEnum):
    """How far a member is with a task."""

    OPEN = "open"
    WAITING = "waiting"  # handed in, staff look at it
    RETURNED = "returned"  # handed back with a reason
    DONE = "done"


@dataclass(frozen=True, slots=True)
class TaskDraft:
    """A day's task as staff write it.

    Attributes:
        day: from 1.
        steps: lines to tick, for ``STEPS``.
        wanted: which acts count, for ``ACT``; ``goal`` how many.
        is_reviewed: staff look at what is handed in.
    """

    day: int
    kind: TaskKind
    title_zh: str
    title_en: str
    text_zh: str = ""
    text_en: str = ""
    wanted: Wanted | None = None
    goal: int = 1
    is_reviewed: bool = False

    def title(self, tag: str) -> str:
        """Return its title in a language."""
        return self.title_zh if tag.startswith("zh") else self.title_en

    def text(self, tag: str) -> str:
        """Return what it says, in a language; for ``STEPS`` one step a line."""
        return self.text_zh if tag.startswith("zh") else self.text_en

    def steps(self, tag: str) -> list[str]:
        """Return the steps of a list, in a language."""
        if self.kind is not TaskKind.STEPS:
            return []
        return [line.strip() for line in self.text(tag).splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it is stored."""

    id: int
    draft: TaskDraft


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What a version of a camp says, besides its tasks.

    Attributes:
        day_count: how many days it takes.
        late_days: how many days back a missed task may still be done; 0: not at all.
        late_max: how many tasks may be done late.
        pass_tasks: how many tasks must be done to graduate; None: all.
        bonus_points: whole points on graduation.
        badge_key: the badge of graduation; empty: none.
        takes_back: bonus and badge go when so much of what was done is removed that too few tasks
            stand; else who graduated has graduated.
    """

    title_zh: str
    title_en: str
    about_zh: str
    about_en: str
    day_count: int
    late_days: int = 0
    late_max: int = 0
    pass_tasks: int | None = None
    bonus_points: int = 0
    badge_key: str = ""
    takes_back: bool = False

    def title(self, tag: str) -> str:
        """Return its title in a language."""
        return self.title_zh if tag.startswith("zh") else self.title_en

    def about(self, tag: str) -> str:
        """Return what it is, in a language."""
        return self.about_zh if tag.startswith("zh") else self.about_en


@dataclass(frozen=True, slots=True)
class Plan:
    """A version of a camp with its tasks, in their order."""

    id: int
    camp_id: int
    slug: str
    state: CampState
    number: int
    is_frozen: bool
    draft: PlanDraft
    tasks: tuple[Task, ...]

    @property
    def needed(self) -> int:
        """Return how many tasks must be done to graduate."""
        return self.draft.pass_tasks or len(self.tasks)

    def of_day(self, day: int) -> list[Task]:
        """Return the tasks of a day."""
        return [task for task in self.tasks if task.draft.day == day]


@dataclass(frozen=True, slots=True)
class CohortDraft:
    """A group that begins on one day.

    Attributes:
        join_until: the last day on which one may still join.
        capacity: how many may join; None: everybody.
    """

    starts_on: date
    join_until: date
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort as it is stored.

    Attributes:
        joined: how many are in.
        ends_on: its last day; ``closes_on`` the last on which something may be done late.
    """

    id: int
    code: str
    version_id: int
    number: int
    draft: CohortDraft
    joined: int
    ends_on: date
    closes_on: date
    graduated: int = 0

    def takes(self, today: date) -> bool:
        """Return whether one may join."""
        return today <= self.draft.join_until and not self.is_full

    @property
    def is_full(self) -> bool:
        """Return whether nobody more fits in."""
        return self.draft.capacity is not None and self.joined >= self.draft.capacity

    def day_on(self, today: date) -> int:
        """Return which day of the camp a business day is: 1 on the first, 0 or less before."""
        return (today - self.draft.starts_on).days + 1

    def date_of(self, day: int) -> date:
        """Return the business day of a day of the camp."""
        return self.draft.starts_on + timedelta(days=day - 1)


@dataclass(frozen=True, slots=True)
class Work:
    """What a member has done of a task."""

    task_id: int
    state: WorkState
    count: int = 0
    is_late: bool = False
    link: str = ""
    note: str = ""
    reason: str = ""
    photo: Photo | None = None


@dataclass(frozen=True, slots=True)
class Seat:
    """A member's place in a cohort."""

    id: int
    cohort: Cohort
    done_tasks: int
    late_used: int
    joined_at: datetime
    graduated_at: datetime | None


@dataclass(frozen=True, slots=True)
class CampCard:
    """A camp in a list, as one member sees it."""

    plan: PlanDraft
    slug: str
    task_count: int
    cohorts: Sequence[Cohort]
    seat: Seat | None


@dataclass(frozen=True, slots=True)
class CampPage:
    """A camp as one member sees it.

    Attributes:
        plan: that of his cohort, else of the newest version.
        cohorts: those he may join.
    """

    plan: Plan
    cohorts: Sequence[Cohort]
    seat: Seat | None
    works: dict[int, Work]


@dataclass(frozen=True, slots=True)
class HandIn:
    """Something handed in that staff look at."""

    id: int
    person: Person
    task: Task
    camp_title_zh: str
    camp_title_en: str
    slug: str
    cohort_number: int
    work: Work
    handed_at: datetime
    is_late: bool

    def camp_title(self, tag: str) -> str:
        """Return the camp's title in a language."""
        return self.camp_title_zh if tag.startswith("zh") else self.camp_title_en


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a cohort's funnel: a day, and how many were still with it on that day or later."""

    day: int
    members: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """How a cohort went: joined, each day, graduated."""

    cohort: Cohort
    joined: int
    steps: Sequence[Step]
    graduated: int


class CampError(InvalidError):
    """A camp that can't be: the message says why.

    Attributes:
        field: the field of the form that it is about; empty: the whole.
    """

    code: ClassVar[str] = "camp_invalid"

    def __init__(self, field: str, message: object) -> None:
        self.field = field
        super().__init__(message)


class CampFrozenError(InvalidError):
    """Members are in it: its tasks stay."""

    code = "camp_frozen"
    default_message = _l("Members go by these tasks: they stay. Make a new version to change them.")


class CohortFullError(ConflictError):
    """Somebody took the last place."""

    code = "cohort_full"
    default_message = _l("The last place has just been taken. Another group may still have room.")


class NotJoinableError(ConflictError):
    """Too late, closed, or he is in another cohort of it."""

    code = "not_joinable"
    default_message = _l("You can't join this group any more. The next one is for you.")


class NotOpenError(ConflictError):
    """The task's day has not come, is over, or it is done."""

    code = "task_not_open"
    default_message = _l("This task isn't open for you now.")


class DecidedError(ConflictError):
    """Somebody was faster."""

    code = "hand_in_decided"
    default_message = _l("Somebody has decided about this already.")
