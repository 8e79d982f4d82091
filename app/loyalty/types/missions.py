"""Words of missions."""

import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from app.kernel.errors import InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.types.doings import Wanted

ONCE_ON = date(1970, 1, 1)
MAX_GOAL = 1_000
MAX_POINTS = 10_000


class Period(enum.StrEnum):
    """How often a mission can be done."""

    DAY = "day"
    WEEK = "week"  # from Monday
    ONCE = "once"

    def starts_on(self, day: date) -> date:
        """Return the first day of the period that a business day falls into."""
        if self is Period.WEEK:
            return day - timedelta(days=day.weekday())
        return day if self is Period.DAY else ONCE_ON


class MissionState(enum.StrEnum):
    """Where a mission stands. Once open, what it asks and pays stays as it is."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class MissionDraft:
    """A mission as staff write it.

    Attributes:
        goal: how many acts.
        points: whole points; growth is the same.
        audience: see :mod:`app.kernel.audience`.
        ends_on: its last day; None: until it is closed.
        position: smaller comes first.
        takes_back: the reward goes when so much of what was done is removed that the goal is not
            reached any more; else what is done stays done.
    """

    title_zh: str
    title_en: str
    wanted: Wanted
    goal: int
    period: Period
    points: int
    starts_on: date
    ends_on: date | None = None
    audience: str = "all"
    position: int = 0
    takes_back: bool = False

    def title(self, tag: str) -> str:
        """Return its title in a language."""
        return self.title_zh if tag.startswith("zh") else self.title_en


@dataclass(frozen=True, slots=True)
class Mission:
    """A mission as it is stored."""

    id: int
    code: str
    state: MissionState
    draft: MissionDraft

    def runs_on(self, day: date) -> bool:
        """Return whether acts of a business day count."""
        told = self.draft
        return told.starts_on <= day and (told.ends_on is None or day <= told.ends_on)


@dataclass(frozen=True, slots=True)
class MissionRow:
    """A mission as a member sees it.

    Attributes:
        count: how far he is in the present period.
    """

    mission: Mission
    count: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class MissionFigures:
    """A mission as staff see it: members who began and finished, how often, points given."""

    mission: Mission
    begun: int
    done: int
    points: int


class MissionError(InvalidError):
    """A mission that can't be: the message says why.

    Attributes:
        field: the field of the form that it is about.
    """

    code: ClassVar[str] = "mission_invalid"

    def __init__(self, field: str, message: object) -> None:
        self.field = field
        super().__init__(message)


class MissionFrozenError(InvalidError):
    """It has been open: members count on what it asks and pays."""

    code = "mission_frozen"
    default_message = _l(
        "Members count on it already: what it asks and pays stays. Close it and make a new one."
    )
