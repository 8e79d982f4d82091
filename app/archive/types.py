"""Words of the archive: scopes, terms, small results, what can go wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from markupsafe import Markup

from app.kernel import clock
from app.kernel.errors import ConflictError, DomainError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import listed
from app.kernel.types import Person, Photo

MAX_CREDIT, MAX_MESSAGE, MAX_TERMS = 48, 500, 8_000
MAX_NAME, MAX_NOTE, MAX_PLACE, MAX_LINK = 60, 300, 120, 500
ASK_AGAIN = timedelta(days=90)
MAX_PICKS = 200
PAGE = 24
GRANT, REFUSE = "grant", "refuse"  # what the forms send
SAVES_WEIGH, REPLIES_WEIGH = 2, 3
"""Quality of a post: likes + 2 x saves + 3 x replies. A reply costs its writer most."""


class Scope(StrEnum):
    """Where the brand may use a post."""

    COMMUNITY = "community"
    CHANNELS = "channels"
    SHOPS = "shops"
    ADS = "ads"

    @property
    def bit(self) -> int:
        """Return its bit in a stored set of scopes."""
        return 1 << list(Scope).index(self)


SCOPE_LABELS: dict[Scope, object] = {
    Scope.COMMUNITY: _l("Pages of this community"),
    Scope.CHANNELS: _l("The brand's own channels"),
    Scope.SHOPS: _l("Product pages of shops"),
    Scope.ADS: _l("Advertisements"),
}


class Term(StrEnum):
    """How long the brand may use a post."""

    HALF_YEAR = "half_year"
    YEAR = "year"
    OPEN = "open"


TERM_LABELS: dict[Term, object] = {
    Term.HALF_YEAR: _l("Six months"),
    Term.YEAR: _l("Twelve months"),
    Term.OPEN: _l("Until I take it back"),
}
TERM_MONTHS = {Term.HALF_YEAR: 6, Term.YEAR: 12}


class Answer(StrEnum):
    """What an author said. An entry of the log; the last one holds."""

    NONE = "none"  # of a state only: nothing said yet
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"


class Rights(StrEnum):
    """How the rights of a post stand today, for filters and badges."""

    GRANTED = "granted"
    ENDED = "ended"  # granted, and the term is over
    REFUSED = "refused"
    REVOKED = "revoked"
    ASKED = "asked"
    NONE = "none"


RIGHTS_LABELS: dict[Rights, object] = {
    Rights.GRANTED: _l("Use granted"),
    Rights.ENDED: _l("Term over"),
    Rights.REFUSED: _l("Use refused"),
    Rights.REVOKED: _l("Taken back"),
    Rights.ASKED: _l("Asked, no answer yet"),
    Rights.NONE: _l("No answer"),
}
RIGHTS_KINDS: dict[Rights, str] = {
    Rights.GRANTED: "ok", Rights.ENDED: "warn", Rights.REFUSED: "danger",
    Rights.REVOKED: "danger", Rights.ASKED: "info", Rights.NONE: "",
}  # fmt: skip


def packed(scopes: Iterable[Scope]) -> int:
    """Return a set of scopes as it is stored."""
    return sum(scope.bit for scope in set(scopes))


def unpacked(bits: int) -> tuple[Scope, ...]:
    """Return the scopes of a stored set."""
    return tuple(scope for scope in Scope if bits & scope.bit)


def scopes_in_words(scopes: Iterable[Scope]) -> str:
    """Return scopes as a list in words."""
    return listed(SCOPE_LABELS[scope] for scope in scopes)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that an author agrees to."""

    version: int
    text_zh: str
    text_en: str
    html_zh: Markup
    html_en: Markup
    set_at: datetime | None = None

    def html(self, locale: str) -> Markup:
        """Return the text in a language."""
        return self.html_zh if locale.startswith("zh") else self.html_en


@dataclass(frozen=True, slots=True)
class Grant:
    """What an author grants, or that he refuses.

    Attributes:
        terms_version: the terms that he was shown.
        credit: how he wants to be named.
    """

    is_granted: bool
    scopes: Sequence[Scope] = ()
    term: Term = Term.YEAR
    credit: str = ""
    terms_version: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """How the rights of a post stand."""

    thread_id: int
    author_id: int
    answer: Answer
    scopes: tuple[Scope, ...] = ()
    until_on: date | None = None
    credit: str = ""
    granted_at: datetime | None = None
    asked_at: datetime | None = None
    grant_id: int | None = None

    @property
    def rights(self) -> Rights:
        """Return how it stands today."""
        if self.answer is Answer.NONE:
            return Rights.ASKED if self.asked_at else Rights.NONE
        if self.answer is Answer.GRANTED and self.until_on and self.until_on < _today():
            return Rights.ENDED
        return Rights(self.answer.value)

    @property
    def may_be_asked(self) -> bool:
        """Return whether the team may ask now: no grant stands and nobody asked lately."""
        is_rested = self.asked_at is None or self.asked_at <= clock.now() - ASK_AGAIN
        return is_rested and self.rights is not Rights.GRANTED


def _today() -> date:
    return clock.business_date()


@dataclass(frozen=True, slots=True)
class LogLine:
    """An entry of the log of a post's rights."""

    number: int
    answer: Answer
    scopes: tuple[Scope, ...]
    until_on: date | None
    terms_version: int
    at: datetime
    by: Person | None


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a post by the brand.

    Attributes:
        until_on: the last day; None: open.
        ended_at: when somebody noted that it is over, or taken down.
        is_open: it runs today or will.
    """

    id: int
    thread_id: int
    scope: Scope
    place: str
    link: str
    from_on: date
    until_on: date | None
    recorded_at: datetime
    ended_at: datetime | None
    by: Person | None = None
    selection_name: str = ""

    @property
    def is_open(self) -> bool:
        """Return whether it still runs."""
        return self.ended_at is None and (self.until_on is None or self.until_on >= _today())


@dataclass(frozen=True, slots=True)
class UseDraft:
    """A use to be recorded."""

    scope: Scope
    place: str
    link: str
    from_on: date
    until_on: date | None
    selection_id: int | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """What the staff's list shows; every one stands in the address."""

    board: str = ""
    topic: str = ""
    product: str = ""
    rights: Rights | None = None
    scope: Scope | None = None
    has_photo: bool = False
    author: str = ""  # koc or fan
    score: int = 0
    days: int = 0

    def query(self) -> dict[str, str]:
        """Return them as an address has them."""
        told: Mapping[str, str] = {
            "board": self.board, "topic": self.topic, "product": self.product,
            "rights": self.rights.value if self.rights else "",
            "scope": self.scope.value if self.scope else "",
            "photo": "1" if self.has_photo else "", "author": self.author,
            "score": str(self.score or ""), "days": str(self.days or ""),
        }  # fmt: skip
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, slots=True)
class Item:
    """A post in the archive.

    Attributes:
        score: likes + 2 x saves + 3 x replies.
        is_changed: its text was changed after the grant; the grant holds for what was granted.
    """

    thread_id: int
    code: str
    title: str
    lang: str
    author: Person
    cover: Photo | None
    photo_count: int
    created_at: datetime
    score: int
    state: State
    is_changed: bool = False
    is_picked: bool = False


@dataclass(frozen=True, slots=True)
class Selection:
    """A named selection of posts for a campaign or a channel."""

    id: int
    code: str
    name: str
    campaign: str
    scope: Scope
    note: str
    created_at: datetime
    closed_at: datetime | None
    by: Person | None
    pick_count: int


@dataclass(frozen=True, slots=True)
class SelectionDraft:
    """A selection as staff name it."""

    name: str
    campaign: str
    scope: Scope
    note: str = ""


@dataclass(frozen=True, slots=True)
class Print:
    """A photo of a granted version, to be put into a ZIP."""

    thread_code: str
    position: int
    sha256: str
    widths: str
    credit: str


@dataclass(frozen=True, slots=True)
class SeedUse:
    """A use to be loaded as it was recorded at a moment."""

    thread_id: int
    draft: UseDraft
    actor_id: int
    at: datetime = field(compare=False)


# --- what can go wrong ---------------------------------------------------------------------------


class GrantError(InvalidError):
    """Something about an answer is wrong.

    Attributes:
        field: which field of the form.
    """

    field: ClassVar[str] = "scopes"


class NoScopeError(GrantError):
    """A grant says what for."""

    code = "scope_missing"
    default_message = _l("Choose at least one place where the brand may use it.")


class TermsChangedError(ConflictError):
    """The terms were changed while the page was open."""

    code = "terms_changed"
    default_message = _l("The terms were changed just now. Read them again, then answer.")


class NotGrantedError(ConflictError):
    """There is nothing to take back."""

    code = "not_granted"
    default_message = _l("There is nothing to take back: the brand may not use this post.")


class RightsMissingError(DomainError):
    """A use is refused because the author has not granted it."""

    code = "rights_missing"
    http_status = 409
    default_message = _l("The rights for this use are missing.")


class AskedLatelyError(ConflictError):
    """An author is asked at most once per post in 90 days."""

    code = "asked_lately"
    default_message = _l("This author was asked about this post in the last 90 days.")


class SelectionFullError(ConflictError):
    """A selection has an end."""

    code = "selection_full"
    default_message = _l("This selection is full: 200 posts. Begin another one.")


class SelectionClosedError(ConflictError):
    """A closed selection is not changed."""

    code = "selection_closed"
    default_message = _l("This selection is closed. Open it again to change it.")


class BadPeriodError(InvalidError):
    """A use ends after it begins."""

    code = "bad_period"
    default_message = _l("The last day comes before the first.")


class PostGoneError(NotFoundError):
    """The post is gone, hidden or somebody else's."""

    code = "post_gone"
