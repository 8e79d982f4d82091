"""Words of the brand world: limits, small results, what can go wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from markupsafe import Markup

from app.kernel.errors import ConflictError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person, Photo

MAX_CHAPTERS = 12
MAX_TITLE, MAX_LEAD, MAX_TEXT = 60, 200, 6_000
MAX_SLUG, MAX_LINE = 40, 160
FEWEST_VALUES, MOST_VALUES = 3, 5
HISTORY = 30  # versions on the page that lists them
ISSUES_PER_PAGE = 20
PLANNED_AHEAD = 6
WEEK = 7
STORY, VALUES = "story", "values"


class PageKind(StrEnum):
    """What a page of the brand is."""

    STORY = "story"  # the one at /about
    MANIFESTO = "manifesto"
    VALUES = "values"  # its chapters are the value cards
    PAGE = "page"


KIND_LABELS: dict[PageKind, object] = {
    PageKind.STORY: _l("The story"),
    PageKind.MANIFESTO: _l("Manifesto"),
    PageKind.VALUES: _l("The values"),
    PageKind.PAGE: _l("Another page"),
}

VALUE_ICONS: dict[str, object] = {
    "soup": _l("A pot"),
    "heart": _l("A heart"),
    "clock": _l("A clock"),
    "users": _l("Two people"),
    "flame": _l("A flame"),
    "sparkles": _l("Sparks"),
    "shield-check": _l("A shield"),
    "eye": _l("An eye"),
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter as staff write it; a value card is one with an icon and a sentence.

    Attributes:
        body_zh, body_en: Markdown.
        media_id: its photo, or None.
    """

    title_zh: str
    title_en: str
    body_zh: str = ""
    body_en: str = ""
    icon: str = ""
    media_id: int | None = None


@dataclass(frozen=True, slots=True)
class PageDraft:
    """A page as staff write it."""

    title_zh: str
    title_en: str
    lead_zh: str = ""
    lead_en: str = ""
    chapters: Sequence[Chapter] = ()


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter as members read it, and as the editor shows it again."""

    position: int
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str
    html_zh: Markup
    html_en: Markup
    icon: str
    media_id: int | None
    photo: Photo | None

    def title(self, locale: str) -> str:
        """Return its title in a language, or in the other where there is none."""
        return in_language(locale, self.title_zh, self.title_en)

    def html(self, locale: str) -> Markup:
        """Return its text in a language, or in the other where there is none."""
        if locale.startswith("zh"):
            return self.html_zh or self.html_en
        return self.html_en or self.html_zh

    def line(self, locale: str) -> str:
        """Return its text as one sentence: of a value card."""
        return in_language(locale, self.body_zh, self.body_en)


@dataclass(frozen=True, slots=True)
class PageView:
    """A version of a page with its chapters."""

    id: int
    slug: str
    kind: PageKind
    version_id: int
    number: int
    title_zh: str
    title_en: str
    lead_zh: str
    lead_en: str
    saved_at: datetime
    is_published: bool
    chapters: tuple[ChapterView, ...] = ()

    def title(self, locale: str) -> str:
        """Return its title in a language."""
        return in_language(locale, self.title_zh, self.title_en)

    def lead(self, locale: str) -> str:
        """Return its first sentence in a language."""
        return in_language(locale, self.lead_zh, self.lead_en)


@dataclass(frozen=True, slots=True)
class PageLine:
    """A page in the staff's list, or a link to it.

    Attributes:
        has_draft: its newest version is not the published one.
    """

    id: int
    slug: str
    kind: PageKind
    title_zh: str
    title_en: str
    number: int
    saved_at: datetime
    is_published: bool
    has_draft: bool

    def title(self, locale: str) -> str:
        """Return its title in a language."""
        return in_language(locale, self.title_zh, self.title_en)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the history of a page."""

    id: int
    number: int
    title_zh: str
    title_en: str
    saved_at: datetime
    by: Person | None
    published_at: datetime | None
    is_published: bool


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """A people card as somebody fills it in."""

    job_zh: str
    job_en: str
    line_zh: str = ""
    line_en: str = ""
    ask_zh: str = ""
    ask_en: str = ""
    media_id: int | None = None


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody of the brand with face, name and job."""

    member_id: int
    person: Person
    job_zh: str
    job_en: str
    line_zh: str
    line_en: str
    ask_zh: str
    ask_en: str
    media_id: int | None
    portrait: Photo | None
    position: int
    is_shown: bool

    def job(self, locale: str) -> str:
        """Return what he does, in a language."""
        return in_language(locale, self.job_zh, self.job_en)

    def line(self, locale: str) -> str:
        """Return what he says of himself, in a language."""
        return in_language(locale, self.line_zh, self.line_en)

    def ask(self, locale: str) -> str:
        """Return what to ask him about, in a language."""
        return in_language(locale, self.ask_zh, self.ask_en)


@dataclass(frozen=True, slots=True)
class ColumnDraft:
    """A column as staff plan it. ``weekday``: 0 is Monday."""

    slug: str
    title_zh: str
    title_en: str
    about_zh: str
    about_en: str
    weekday: int
    author_id: int


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column.

    Attributes:
        due_on: the day of its next issue.
        is_followed: by the viewer.
    """

    id: int
    slug: str
    title_zh: str
    title_en: str
    about_zh: str
    about_en: str
    weekday: int
    author: Person
    issue_count: int
    due_on: date
    is_active: bool
    follower_count: int = 0
    is_followed: bool = False

    def title(self, locale: str) -> str:
        """Return its title in a language."""
        return in_language(locale, self.title_zh, self.title_en)

    def about(self, locale: str) -> str:
        """Return what it is about, in a language."""
        return in_language(locale, self.about_zh, self.about_en)


@dataclass(frozen=True, slots=True)
class IssueKey:
    """A thread that is an issue of a column."""

    thread_id: int
    number: int


@dataclass(frozen=True, slots=True)
class PlannedIssue:
    """A day on which an issue is due, with the working title that somebody gave it."""

    due_on: date
    title: str = ""
    by: Person | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A column whose issue is due.

    Attributes:
        days_late: 0 on the day itself.
    """

    column: ColumnView
    days_late: int


@dataclass(frozen=True, slots=True)
class SeedPage:
    """A page to be loaded and published."""

    slug: str
    kind: PageKind
    draft: PageDraft
    at: datetime = field(compare=False)


def in_language(locale: str, zh: str, en: str) -> str:
    """Return the text of a language, or of the other one where there is none."""
    return (zh or en) if locale.startswith("zh") else (en or zh)


class BrandError(InvalidError):
    """Something about a page, a person or a column is wrong.

    Attributes:
        field: which field of the form.
    """

    field: ClassVar[str] = "title_zh"


class SlugTakenError(BrandError):
    """Two pages, or two columns, can't have one address."""

    code = "slug_taken"
    field = "slug"
    default_message = _l("This address is taken. Choose another one.")


class ValuesCountError(BrandError):
    """Values are few, or nobody remembers them."""

    code = "values_count"
    default_message = _l("Write three to five values, each with a sentence.")


class NothingWrittenError(BrandError):
    """A page needs a chapter."""

    code = "nothing_written"
    default_message = _l("Write at least one chapter first.")


class FaceMissingError(BrandError):
    """Nobody speaks for the brand without a face."""

    code = "face_missing"
    field = "portrait"
    default_message = _l("Add a portrait: nobody speaks for the brand without a face.")


class NotOfTheTeamError(BrandError):
    """Only members who hold a role of the team stand among the people of the brand."""

    code = "not_of_the_team"
    field = "yid"
    default_message = _l("Only somebody who holds a role of the team can stand here.")


class NoSuchAuthorError(BrandError):
    """A column is written by a person of the brand."""

    code = "author_unknown"
    field = "author"
    default_message = _l("Choose somebody of the team who has shown his face.")


class NotLastIssueError(ConflictError):
    """Only the newest issue can leave its column: the others keep their numbers."""

    code = "not_last_issue"
    default_message = _l("Only the newest issue can be taken out: the others keep their numbers.")
