"""Originality's words: findings and their states, claims, imports, small results, errors."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from app.kernel.errors import ConflictError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person, Photo

PER_PAGE = 20
MAX_WORDS, MAX_URL, MAX_LABEL, MAX_TEXT = 300, 500, 120, 10_000
MAX_FILE_BYTES, MAX_FILE_LINES = 2_000_000, 5_000
UNDO_WITHIN = timedelta(days=30)


class Kind(enum.StrEnum):
    """What of a post is like something earlier."""

    PHOTO = "photo"
    TEXT = "text"


class State(enum.StrEnum):
    """What the team says of a finding."""

    OPEN = "open"
    ORIGINAL = "original"  # it is the author's own after all
    ALLOWED = "allowed"  # not new, and fine
    COPIED = "copied"
    GONE = "gone"  # nothing earlier is there any more: nobody has to judge it


FLAGGED = (State.OPEN, State.COPIED)
"""States in which a post counts nothing on leaderboards."""
VERDICTS = (State.ORIGINAL, State.ALLOWED, State.COPIED)


class Because(enum.StrEnum):
    """Why a post that is not new is fine."""

    OWN = "own"
    BRAND = "brand"
    QUOTED = "quoted"


class LookState(enum.StrEnum):
    """Whether a post waits to be compared."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Work(enum.StrEnum):
    """Where something that runs in the background stands."""

    WAITING = "waiting"
    DONE = "done"


class Show(enum.StrEnum):
    """Which findings the desk lists."""

    OPEN = "open"
    OBJECTED = "objected"
    JUDGED = "judged"


STATE_LABELS: Mapping[State, object] = {
    State.OPEN: _l("Waits for a look"),
    State.ORIGINAL: _l("Original"),
    State.ALLOWED: _l("Allowed"),
    State.COPIED: _l("Copied"),
    State.GONE: _l("Settled by itself"),
}
BECAUSE_LABELS: Mapping[Because, object] = {
    Because.OWN: _l("Their own work, posted again"),
    Because.BRAND: _l("Material of the brand"),
    Because.QUOTED: _l("Quoted with its source"),
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody of the team decides.

    Attributes:
        because: why it is fine; of allowed things only.
        reason: a few words to the author, or empty; of copies only.
        version: of the finding that he looked at.
    """

    state: State
    version: int
    because: Because | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PhotoPrint:
    """The fingerprint of one photo.

    Attributes:
        position: which photo of the post, from 0.
        hashes: of the whole picture and of its usual crops, 64 bits each; none: too plain.
        mirrored: of the whole picture as a mirror shows it.
    """

    position: int
    sha256: str
    hashes: tuple[int, ...]
    mirrored: int


@dataclass(frozen=True, slots=True)
class TextPrint:
    """The fingerprint of one text: the shingles it consists of, as 32-bit numbers.

    Both are empty for a text that is too short to be anybody's.
    """

    shingles: frozenset[int]
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Something earlier that a post is like; exactly one of ``thread_id`` and ``claim_id``.

    Attributes:
        permille: how alike, 1,000 is the same.
        at: when the earlier one appeared.
        position: which photo of the post; ``other_position`` which of the earlier one.
    """

    kind: Kind
    permille: int
    at: datetime
    thread_id: int | None = None
    claim_id: int | None = None
    position: int | None = None
    other_position: int | None = None

    @property
    def matter(self) -> str:
        """Return a short name of what it is like."""
        return f"t{self.thread_id}" if self.thread_id is not None else f"c{self.claim_id}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text; ``is_common``: the other text has it too."""

    text: str
    is_common: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two things that are alike, as the desk shows it.

    Attributes:
        url: its page, or the address of a claim; empty: it can't be opened.
        author: None for a claim.
        photo: the photo in question.
        body: its Markdown, of the texts.
        is_gone: it was taken down.
    """

    title: str
    url: str
    author: Person | None
    at: datetime | None
    photo: Photo | None = None
    body: str = ""
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with both sides.

    Attributes:
        later: the post in question.
        earlier: what it is like.
        is_self: both are of one member.
        source_text: where the author says it is from.
    """

    id: int
    thread_id: int
    kind: Kind
    permille: int
    state: State
    because: Because | None
    version: int
    later: Side
    earlier: Side
    is_self: bool
    is_claim: bool
    found_at: datetime
    judged_by: Person | None
    judged_at: datetime | None
    objected_at: datetime | None
    reason: str = ""
    source_text: str = ""
    source_url: str = ""
    objection: str = ""

    @property
    def percent(self) -> int:
        """Return how alike both are."""
        return round(self.permille / 10)

    @property
    def can_be_undone(self) -> bool:
        """Return whether a verdict stands that may still be taken back."""
        return self.state in VERDICTS


@dataclass(frozen=True, slots=True)
class OwnFinding:
    """A finding as the post's author may know it."""

    id: int
    kind: Kind
    state: State
    is_self: bool
    permille: int
    has_source: bool
    has_objected: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """How the desk does.

    Attributes:
        confirmed: of the judged ones, those that were copies or known things: well found.
        dismissed: those that were original after all.
        posts: posts compared so far; ``waiting``: those that wait for it.
    """

    open: int
    objected: int
    confirmed: int
    dismissed: int
    posts: int
    waiting: int

    @property
    def precision_percent(self) -> int | None:
        """Return the share of judged findings that were right; None before the first one."""
        judged = self.confirmed + self.dismissed
        return round(100 * self.confirmed / judged) if judged else None


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """Something known from elsewhere that posts are compared with."""

    id: int
    kind: Kind
    label: str
    source_url: str
    published_on: date | None
    photo: Photo | None
    text: str
    state: Work
    is_retired: bool
    added_by: Person
    added_at: datetime
    finding_count: int


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A file of claims, and how far it has been worked through."""

    id: int
    code: str
    line_count: int
    done_count: int
    bad: tuple[tuple[int, str], ...]
    made_by: Person
    made_at: datetime
    finished_at: datetime | None

    @property
    def percent(self) -> int:
        """Return how much of it is done."""
        return 100 * self.done_count // self.line_count if self.line_count else 100


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A claim as staff enter it: a text, a photo on the shelf, or a photo's hash."""

    kind: Kind
    label: str
    source_url: str = ""
    published_on: date | None = None
    text: str = ""
    media_id: int | None = None
    photo_hash: int | None = None


class ClaimError(InvalidError):
    """Something is wrong with a claim."""

    code: ClassVar[str] = "claim_invalid"

    def __init__(self, message: object, field: str = "label") -> None:
        super().__init__(message)
        self.field = field


class JudgedError(ConflictError):
    """Somebody else has judged it meanwhile, or the post was changed."""

    code = "finding_changed"
    default_message = _l("Somebody has judged this meanwhile, or the post was changed. Look again.")


class OwnThingError(InvalidError):
    """Nobody judges what is his own."""

    code = "own_finding"
    default_message = _l("This is about your own post. Somebody else has to judge it.")
