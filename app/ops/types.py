"""Words of the weekly kit and of the topic miner."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.kernel import clock
from app.kernel.errors import InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person

WEEK = timedelta(days=7)
DAYS = 7
MOST_ITEMS = 60  # in one week
_WEEK_KEY = re.compile(r"(\d{4})-W(\d{2})")
FIRST_YEAR, LAST_YEAR = 2000, 2200


class ItemKind(StrEnum):
    """What a piece of the week's work is."""

    TOPIC = "topic"
    FEATURE = "feature"
    WELCOME = "welcome"
    QUESTION = "question"
    LAUNCH = "launch"
    THANKS = "thanks"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Face:
    """How a kind of work looks."""

    label: object
    icon: str


FACES = {
    ItemKind.TOPIC: Face(_l("Hot topic"), icon="hash"),
    ItemKind.FEATURE: Face(_l("Posts to feature"), icon="star"),
    ItemKind.WELCOME: Face(_l("Welcome of first posts"), icon="heart"),
    ItemKind.QUESTION: Face(_l("Question of the day"), icon="help-circle"),
    ItemKind.LAUNCH: Face(_l("Launch"), icon="sparkles"),
    ItemKind.THANKS: Face(_l("Thank-you"), icon="gift"),
    ItemKind.OTHER: Face(_l("Something else"), icon="list-check"),
}
KIND_NAMES = {kind: face.label for kind, face in FACES.items()}
KIND_ICONS = {kind: face.icon for kind, face in FACES.items()}
POSTED = (ItemKind.QUESTION, ItemKind.LAUNCH, ItemKind.THANKS)
"""Kinds for which the library has texts to post."""


class IdeaKind(StrEnum):
    """What the miner found."""

    TERM = "term"
    PRODUCT = "product"


class IdeaState(StrEnum):
    """What the team made of it."""

    NEW = "new"
    USED = "used"
    DISMISSED = "dismissed"


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def week_key(monday: date) -> str:
    """Return a week as the address names it: ``2026-W49``, by ISO 8601."""
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"


def read_week(text: str | None) -> date | None:
    """Return the Monday of ``2026-W49``, or None for whatever is no week."""
    found = _WEEK_KEY.fullmatch(text or "")
    if found is None or not FIRST_YEAR < int(found[1]) < LAST_YEAR:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def this_week() -> date:
    """Return the Monday of the current business week."""
    return week_of(clock.business_date())


# --- the kit -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the checklist of a good week.

    Attributes:
        goal: how often it shall happen in a week.
        weekday: on which day it is put, 0 for Monday; None: spread over the week.
        is_on: an inactive line asks for nothing.
    """

    key: str
    kind: ItemKind
    title_zh: str
    title_en: str
    goal: int = 1
    weekday: int | None = None
    is_on: bool = True
    position: int = 0

    def title(self, locale: str) -> str:
        """Return what it is called in a language."""
        return self.title_zh if locale.startswith("zh") else self.title_en


@dataclass(frozen=True, slots=True)
class Text:
    """A text of the library, ready to be posted."""

    key: str
    kind: ItemKind
    name_zh: str
    name_en: str
    text_zh: str
    text_en: str
    position: int = 0

    def name(self, locale: str) -> str:
        """Return what it is called in a language."""
        return self.name_zh if locale.startswith("zh") else self.name_en

    def text(self, locale: str) -> str:
        """Return what is posted in a language."""
        return self.text_zh if locale.startswith("zh") else self.text_en


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """A piece of work as somebody plans it.

    Attributes:
        text: what is to be posted, if anything.
        note: for the team.
        link: a path of the house where the work is done, or empty.
    """

    on: date
    kind: ItemKind
    title: str
    text: str = ""
    note: str = ""
    assignee_id: int | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of work of a week."""

    id: int
    draft: ItemDraft
    assignee: Person | None
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class TopicDraft:
    """A hot topic that somebody prepares.

    Attributes:
        board_slug: where the opening question is asked; empty: the team chooses.
        week_on: the Monday of the week it shall run in.
        question_zh: what the team asks to open it.
    """

    name_zh: str
    name_en: str
    slug: str
    week_on: date
    board_slug: str = ""
    purpose_zh: str = ""
    purpose_en: str = ""
    question_zh: str = ""
    question_en: str = ""


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft with where it came from."""

    id: int
    draft: TopicDraft
    idea_id: int | None = None


# --- the miner -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Idea:
    """A term or product that people write about more than before.

    Attributes:
        score: the z-score of :func:`app.ops.policy.mining.rising`.
        posts: of the seven days before it was found.
        authors: different people who wrote them.
        weeks: posts by week, the oldest of five first.
        thread_ids: the newest of those posts.
    """

    id: int
    kind: IdeaKind
    key: str
    shown_zh: str
    shown_en: str
    score: float
    posts: int
    authors: int
    weeks: tuple[int, ...]
    thread_ids: tuple[int, ...]
    board_id: int | None
    found_on: date
    state: IdeaState = IdeaState.NEW

    def shown(self, locale: str) -> str:
        """Return what it is called in a language."""
        return self.shown_zh if locale.startswith("zh") else self.shown_en


@dataclass(slots=True)
class Evidence:
    """What stands behind a term while it is looked at."""

    authors: set[int] = field(default_factory=set)
    thread_ids: list[int] = field(default_factory=list)
    boards: list[int] = field(default_factory=list)


class PlanError(InvalidError):
    """What was planned cannot be kept."""

    code = "kit_plan"


class WeekFullError(PlanError):
    """The week has as many pieces of work as anybody can do."""

    code = "kit_full"
    default_message = _l("This week has sixty lines already. Take some off before you add more.")
