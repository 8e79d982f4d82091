"""Words of badges and honours."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from app.kernel.errors import InvalidError
from app.kernel.types import Person
from app.loyalty.types.doings import Doing

SHOWCASE = 6
MAX_GRANTS = 500
MAX_REASON = 300


class BadgeKind(enum.StrEnum):
    """How a badge is got."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"
    HONOUR = "honour"  # manual, with a citation that everybody reads


class BadgeState(enum.StrEnum):
    """Where a badge stands. Retired: who has it keeps it, nobody gets it any more."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class Standard(enum.StrEnum):
    """What an automatic badge measures."""

    COUNT = "count"  # how often something was done
    DAYS = "days"  # on how many different days
    STREAK = "streak"  # days in a row, as check-in tells them
    MISSIONS = "missions"  # missions done
    CAMPS = "camps"  # camps graduated from
    MEASURE = "measure"  # a figure that another part registered: the tier


@dataclass(frozen=True, slots=True)
class Criterion:
    """When a badge is given by itself.

    Attributes:
        at_least: how much of it.
        doing: what is counted, for ``COUNT`` and ``DAYS``.
        name: of the camp (its slug; empty: any), or of the measure.
    """

    standard: Standard
    at_least: int
    doing: Doing | None = None
    name: str = ""

    def stored(self) -> dict[str, Any]:
        """Return it as a JSON column keeps it."""
        return {
            "standard": self.standard.value,
            "at_least": self.at_least,
            "doing": self.doing.value if self.doing else None,
            "name": self.name,
        }


def criterion_from(stored: Mapping[str, Any] | None) -> Criterion | None:
    """Return what :meth:`Criterion.stored` kept."""
    if not stored:
        return None
    doing = stored.get("doing")
    return Criterion(
        Standard(stored["standard"]),
        int(stored["at_least"]),
        Doing(doing) if doing else None,
        stored.get("name") or "",
    )


@dataclass(frozen=True, slots=True)
class BadgeDraft:
    """A badge as staff write it.

    Attributes:
        key: its address, ``/badges/<key>``; it stays.
        icon: a tabler icon of :data:`ICONS` in the forms.
        level: 1 bronze, 2 silver, 3 gold.
        criterion: of an automatic one.
        auto_revoke: it goes when its criterion holds no longer.
    """

    key: str
    name_zh: str
    name_en: str
    about_zh: str
    about_en: str
    icon: str
    level: int
    kind: BadgeKind
    criterion: Criterion | None = None
    auto_revoke: bool = False

    def name(self, tag: str) -> str:
        """Return its name in a language."""
        return self.name_zh if tag.startswith("zh") else self.name_en

    def about(self, tag: str) -> str:
        """Return what it is for, in a language."""
        return self.about_zh if tag.startswith("zh") else self.about_en


@dataclass(frozen=True, slots=True)
class Badge:
    """A badge as it is stored.

    Attributes:
        holders: how many members have it.
        swept: members that the present sweep has looked at; None: no sweep is under way.
    """

    id: int
    state: BadgeState
    draft: BadgeDraft
    holders: int = 0
    swept: int | None = None


class Cause(enum.StrEnum):
    """Why a badge came or went."""

    RULE = "rule"
    CAMP = "camp"
    STAFF = "staff"


class Turn(enum.StrEnum):
    """What happened to a member's badge."""

    GRANTED = "granted"
    REVOKED = "revoked"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class HeldBadge:
    """A badge that a member has, or had.

    Attributes:
        place: in his showcase, from 1; None: not shown there.
        reason: why, as staff wrote it: the citation of an honour, or why it was taken.
        value: how far he is, for one he does not have and that counts something.
    """

    badge: Badge
    is_held: bool
    at: datetime | None = None
    place: int | None = None
    reason: str = ""
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Granting:
    """A badge that somebody got, on the wall."""

    badge: Badge
    person: Person
    at: datetime
    citation: str = ""


@dataclass(frozen=True, slots=True)
class BadgeTurn:
    """One line of a member's history with a badge, for staff and for himself."""

    badge: Badge
    person: Person
    turn: Turn
    cause: Cause
    at: datetime
    reason: str
    actor_name: str | None


@dataclass(frozen=True, slots=True)
class Granted:
    """What a grant to many did: who got it, who had it, which Yids nobody has."""

    given: int
    had: int
    unknown: tuple[str, ...] = ()


class BadgeError(InvalidError):
    """A badge that can't be: the message says why.

    Attributes:
        field: the field of the form that it is about.
    """

    code: ClassVar[str] = "badge_invalid"

    def __init__(self, field: str, message: object) -> None:
        self.field = field
        super().__init__(message)
