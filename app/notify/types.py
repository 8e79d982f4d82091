"""Notify's words: what a member can be told, and the registry of everything that is told."""

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.kernel.types import Ref

MAX_KIND, MAX_KEY, MAX_ENDPOINT = 48, 96, 64
UNREAD_SHOWN = 100  # a count beyond this is "99+" anyway
PLAIN = re.compile(r"^[A-Za-z0-9_.:+-]{0,48}$")

Value = int | str | bool
Params = Mapping[str, Value]


class MailState(enum.StrEnum):
    """Whether a letter goes with a notice."""

    NONE = "none"
    WAITING = "waiting"
    WRITTEN = "written"  # handed to the mail of the kernel, in the same transaction
    SKIPPED = "skipped"  # he wants none, has no address, read it first, or it has come to nothing


@dataclass(frozen=True, slots=True)
class Link:
    """Where a notice leads: an endpoint and the ids that its address needs."""

    endpoint: str
    values: Params = field(default_factory=dict)

    @classmethod
    def to(cls, ref: Ref) -> "Link":
        """Return a link to a thing of any domain, through ``/go``."""
        return cls("refs.go", {"kind": ref.kind, "ref_id": ref.id})


@dataclass(frozen=True, slots=True)
class Tell:
    """One thing that one member is to be told.

    Attributes:
        kind: a registered kind, e.g. ``loyalty.expiring``.
        key: what makes it this notice and no other; the same member, kind and key are told once.
        params: ids, whole numbers, enums and days (ISO); never a name or a text.
        also_by_mail: a letter goes with it if the member wants such letters.
    """

    member_id: int
    kind: str
    key: str
    params: Params = field(default_factory=dict)
    link: Link | None = None
    also_by_mail: bool = False

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller.

        Raises:
            ValueError: a key that is empty or too long, or a free text among the params.
        """
        if not 0 < len(self.key) <= MAX_KEY:
            message = f"the key of a notice has 1 to {MAX_KEY} characters, got {self.key!r}"
            raise ValueError(message)
        values = [*self.params.values(), *(self.link.values.values() if self.link else ())]
        for value in values:
            if isinstance(value, str) and not PLAIN.match(value):
                message = f"notices hold ids, numbers, enums and days only, got {value!r}"
                raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Said:
    """A notice in words, in the reader's language.

    Attributes:
        is_moot: it has come to nothing since; it is shown quietly and no letter goes out.
    """

    title: str
    text: str = ""
    is_moot: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """What a member was told."""

    id: int
    member_id: int
    kind: str
    params: Params
    link: Link | None
    told_at: datetime
    is_read: bool


Words = Callable[[Params], Said]
Refresh = Callable[[Sequence[Notice]], Mapping[int, Params]]


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """Something that members are told about.

    Attributes:
        key: ``domain.what``.
        label: what the settings page calls it, lazily translated.
        icon: tabler name.
        words: puts the params into words, in the language of whoever reads.
        refresh: returns the params as they are now, by the notice's id, for all notices of a page
            at once (one statement); a notice that is left out keeps those it was told with.
        has_mail: whether letters of this kind are ever written: then the settings page offers to
            stop them.
    """

    key: str
    label: object
    icon: str
    words: Words
    refresh: Refresh | None = None
    has_mail: bool = False


_kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> None:
    """Say what a kind of notice means. Called from a domain's manifest."""
    if len(kind.key) > MAX_KIND:
        message = f"a kind has at most {MAX_KIND} characters, got {kind.key!r}"
        raise ValueError(message)
    _kinds[kind.key] = kind


def kind_of(key: str) -> NoticeKind:
    """Return a kind.

    Raises:
        LookupError: nobody has registered it: a slip in the calling code.
    """
    try:
        return _kinds[key]
    except KeyError:
        message = f"no kind of notice {key!r}; there are: {', '.join(sorted(_kinds))}"
        raise LookupError(message) from None


def find_kind(key: str) -> NoticeKind | None:
    """Return a kind, or None where nobody answers for it any more."""
    return _kinds.get(key)


def kinds() -> list[NoticeKind]:
    """Return all kinds, by key."""
    return [_kinds[key] for key in sorted(_kinds)]
