"""Words of moderation: reasons, verdicts, what a domain shows of a thing, errors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.kernel.errors import ConflictError, DomainError, ForbiddenError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person, Photo

NOTE_CHARS = 500
UNDO = timedelta(minutes=10)
LOCK = timedelta(minutes=5)
HOLD_AFTER = 3
"""So many members whose word counts, and a thing waits unseen until somebody has looked."""


class HideReason(StrEnum):
    """Why something is reported or hidden; its author is told."""

    ADVERT = "advert"
    CONTACT = "contact"
    RUDE = "rude"
    UNSAFE = "unsafe"
    NOT_YOURS = "not_yours"
    OTHER = "other"


REASON_LABELS: Mapping[HideReason, object] = {
    HideReason.ADVERT: _l("it advertises something else"),
    HideReason.CONTACT: _l("it has off-site contact details"),
    HideReason.RUDE: _l("it is unkind to somebody"),
    HideReason.UNSAFE: _l("it could hurt somebody who tries it"),
    HideReason.NOT_YOURS: _l("text or photos belong to somebody else"),
    HideReason.OTHER: _l("it breaks the house rules"),
}
"""To follow "because"."""

REPORT_LABELS: Mapping[HideReason, object] = {
    HideReason.ADVERT: _l("It advertises something else"),
    HideReason.CONTACT: _l("It shows contacts or lures people away"),
    HideReason.RUDE: _l("It is unkind or insulting"),
    HideReason.UNSAFE: _l("It could hurt somebody who tries it"),
    HideReason.NOT_YOURS: _l("The text or photos are somebody else's"),
    HideReason.OTHER: _l("Something else"),
}

WEIGHTS: Mapping[HideReason, int] = {
    HideReason.ADVERT: 2,
    HideReason.CONTACT: 3,
    HideReason.RUDE: 4,
    HideReason.UNSAFE: 6,
    HideReason.NOT_YOURS: 2,
    HideReason.OTHER: 1,
}
"""How much one report of a reason weighs in the queue."""


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    DECIDED = "decided"


class Verdict(StrEnum):
    """What the team made of a case."""

    FINE = "fine"
    HIDDEN = "hidden"
    REMOVED = "removed"


class Outcome(StrEnum):
    """What became of a report."""

    WAITING = "waiting"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


VERDICT_LABELS: Mapping[Verdict, object] = {
    Verdict.FINE: _l("Nothing wrong"),
    Verdict.HIDDEN: _l("Hidden"),
    Verdict.REMOVED: _l("Removed by the team"),
}

OUTCOME_LABELS: Mapping[Outcome, object] = {
    Outcome.WAITING: _l("We are looking at it"),
    Outcome.UPHELD: _l("You were right. It is gone"),
    Outcome.DISMISSED: _l("We looked, and it may stay"),
}

MUTE_DAYS = (1, 7, 30)


@dataclass(frozen=True, slots=True)
class Item:
    """A thing as its domain shows it to whoever judges it.

    Attributes:
        title: a line that names it.
        text: what it says, plain, cut to a few lines.
        address: makes its address; services know none.
        is_hidden: the team hid it, or it waits to be looked at.
        is_gone: its author took it down, or it is no more.
    """

    id: int
    author: Person
    title: str
    text: str
    address: Callable[[], str] = field(repr=False, compare=False)
    at: datetime
    photos: Sequence[Photo] = ()
    is_hidden: bool = False
    is_gone: bool = False

    @property
    def url(self) -> str:
        """Return where it stands; only within a request."""
        return self.address()


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the queue.

    Attributes:
        reasons: of its reports, the most frequent first.
        is_held: it waits unseen.
        keeper: who is on it right now, or None; kept_at: since when.
    """

    id: int
    kind: str
    subject_id: int
    author_id: int
    state: CaseState
    report_count: int
    weight: int
    is_held: bool
    opened_at: datetime
    verdict: Verdict | None
    reason: HideReason | None
    decided_at: datetime | None
    decider: Person | None
    keeper: Person | None
    kept_at: datetime | None = None
    reasons: Sequence[HideReason] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """What was decided lately of things of the same kind, reported for the same reason."""

    counts: Mapping[Verdict, int]

    @property
    def total(self) -> int:
        """Return how many there were."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class FormerCase:
    """A decided case about the same member, as its row in another case's margin."""

    id: int
    kind: str
    verdict: Verdict
    reason: HideReason | None
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report of a case."""

    reporter: Person
    reason: HideReason
    note: str
    at: datetime
    outcome: Outcome
    counts: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's record.

    Attributes:
        upheld: cases about his things that the team agreed with, in the last 180 days.
        fine: cases in which nothing was wrong.
    """

    upheld: int
    fine: int
    muted_until: datetime | None
    mute_reason: HideReason | None


@dataclass(frozen=True, slots=True)
class MyReport:
    """A report as its writer sees it later."""

    id: int
    kind: str
    subject_id: int
    reason: HideReason
    at: datetime
    outcome: Outcome


class OwnThingError(ForbiddenError):
    """Nobody reports, or judges, what he wrote."""

    code = "own_thing"
    default_message = _l("This is yours. You can edit or remove it.")


class OwnCaseError(ForbiddenError):
    """Nobody judges himself."""

    code = "own_case"
    default_message = _l("This is about you. Somebody else has to decide it.")


class DecidedError(ConflictError):
    """Somebody was faster."""

    code = "decided"
    default_message = _l("Somebody has just decided this case. Look at the next one.")


class TooLateError(DomainError):
    """The time to undo is over, or there is a new case about it."""

    code = "too_late"
    default_message = _l(
        "This can't be undone any more. Decide the thing anew from the content list."
    )


class StaffMuteError(ForbiddenError):
    """Somebody of the team is not muted but spoken with."""

    code = "staff_mute"
    default_message = _l("This member is on the team. Take the role back first.")
