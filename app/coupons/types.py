"""Coupons' words: what a pool gives, what becomes of a code, what is wrong with a line."""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from app.kernel.errors import ConflictError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person, Ref

KIND = "coupon"
MAX_PERCENT = 100
MAX_MONEY = 100_000_00
MAX_DAYS = 1_000
MAX_GENERATED = 20_000
NAME_CHARS, TEXT_CHARS, TERMS_CHARS, NOTE_CHARS = 60, 60, 500, 200


class WorthKind(enum.StrEnum):
    """What a coupon is worth."""

    MONEY = "money"
    PERCENT = "percent"
    SHIPPING = "shipping"
    TEXT = "text"


class PoolState(enum.StrEnum):
    """Whether a pool gives."""

    OPEN = "open"
    STOPPED = "stopped"


class CouponState(enum.StrEnum):
    """Where one code stands."""

    FREE = "free"
    GIVEN = "given"
    USED = "used"
    VOID = "void"


class UsedBy(enum.StrEnum):
    """Who said that a coupon was used."""

    MEMBER = "member"
    CHANNEL = "channel"


class Standing(enum.StrEnum):
    """How a coupon stands for its owner: its state and the clock together."""

    SOON = "soon"  # not valid yet
    USABLE = "usable"
    USED = "used"
    EXPIRED = "expired"
    VOID = "void"


class JobKind(enum.StrEnum):
    """What is done to many codes in the background."""

    ADD = "add"
    MAKE = "make"
    USED = "used"


class JobState(enum.StrEnum):
    """How far it is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


class LineFault(enum.StrEnum):
    """What is wrong with a line of a file."""

    SHAPE = "shape"
    FIGURE = "figure"
    TWICE = "twice"
    KNOWN = "known"
    UNKNOWN = "unknown"
    USED_BEFORE = "used_before"


@dataclass(frozen=True, slots=True)
class Worth:
    """What a coupon is worth.

    Attributes:
        minor: money off, in minor units of ``currency``; 0 for other kinds.
        percent: percent off, 1 to 100; 0 for other kinds.
        text_zh: in words, for what no figure says.
    """

    kind: WorthKind
    minor: int = 0
    currency: str = ""
    percent: int = 0
    text_zh: str = ""
    text_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolDraft:
    """What staff say about a pool.

    Attributes:
        min_minor: spend from which it counts, in minor units of the worth's currency; 0: any.
        channel: code of a sales channel, or empty.
        place_zh: where it is used, in words, where no channel is named.
        use_url: where "use it" leads; empty: nowhere.
        starts_on: first day, for coupons of fixed days; None: at once.
        ends_on: last day; after it nothing is given any more. None: no end.
        days: a coupon is good for so many days from its giving, that day included; None: fixed.
        low_at: from so few free codes on the team is told; 0: never.
    """

    name_zh: str
    name_en: str
    worth: Worth
    min_minor: int = 0
    terms_zh: str = ""
    terms_en: str = ""
    channel: str = ""
    place_zh: str = ""
    place_en: str = ""
    use_url: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    days: int | None = None
    low_at: int = 0

    def name(self, tag: str) -> str:
        """Return its name in a language."""
        return self.name_zh if tag.startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool with its stored figures."""

    id: int
    code: str
    state: PoolState
    draft: PoolDraft
    codes: int
    free: int
    given: int
    used: int
    void: int
    is_low: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Coupon:
    """A member's coupon.

    Attributes:
        code: its public code, for addresses; never the secret one.
        sealed: the secret code under the house's seal.
        note: why the team gave it; empty for all others.
        source: what it came with.
    """

    id: int
    code: str
    pool: PoolDraft
    state: CouponState
    sealed: str
    given_at: datetime
    from_at: datetime | None
    until_at: datetime | None
    shown_at: datetime | None
    used_at: datetime | None
    used_by: UsedBy | None
    note: str
    source: Ref | None


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code as staff see it.

    Attributes:
        masked: enough to recognise it, too little to use it.
    """

    code: str
    masked: str
    state: CouponState
    owner: Person | None
    given_at: datetime | None
    until_at: datetime | None
    is_shown: bool
    used_at: datetime | None
    used_by: UsedBy | None


@dataclass(frozen=True, slots=True)
class Job:
    """Work on many codes.

    Attributes:
        pool_code: None: a channel's report of used codes, whatever pool they are of.
        lines: how many there are to do; ``done`` of them are.
        good: added, made, or marked as used.
    """

    id: int
    code: str
    kind: JobKind
    state: JobState
    pool_code: str | None
    pool_zh: str
    pool_en: str
    file_name: str
    lines: int
    done: int
    good: int
    bad: int
    maker: str
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_at_work(self) -> bool:
        """Return whether the worker is not through with it."""
        return self.state in {JobState.WAITING, JobState.RUNNING}


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that was left out."""

    number: int
    fault: LineFault


class PoolError(InvalidError):
    """What was said about a pool makes no sense.

    Attributes:
        field: of the form.
    """

    code = "coupon_pool_invalid"

    def __init__(self, field: str, message: object) -> None:
        self.field = field
        super().__init__(message)


class FileRefusedError(InvalidError):
    """A file can't be read at all."""

    code = "coupon_file_refused"
    default_message: ClassVar[object] = _l("This file can't be read. Save it as CSV and send that.")


class CouponOverError(ConflictError):
    """The coupon was used, has expired or was taken back."""

    code = "coupon_over"
    default_message = _l("This coupon can't be used any more.")


class UnreadableCodeError(ConflictError):
    """The code was sealed under a secret that the house has lost."""

    code = "coupon_unreadable"
    default_message = _l("We can't read this code right now. Write to us and we'll find it.")
