"""Words of tiers: ladders, perks, where a member stands."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from app.kernel.errors import ConflictError, DomainError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l

EVER = datetime(1970, 1, 1, tzinfo=UTC)
NEVER_REACHED = 2**62


class Measure(StrEnum):
    """What a ladder counts."""

    GROWTH_EVER = "growth_ever"
    GROWTH_WINDOW = "growth_window"
    NET_SPEND = "net_spend"


class ChangeKind(StrEnum):
    """Why a line stands in a member's tier history."""

    UPGRADED = "upgraded"  # reached a higher tier
    RENEWED = "renewed"  # qualified again: holds for another year
    WARNED = "warned"  # will not qualify if nothing is added
    GRACE = "grace"  # did not qualify; the tier stays until the end of grace
    TAKEN_BACK = "taken_back"  # a refund or removal went below the mark; grace begins
    LOWERED = "lowered"  # grace is over: one tier down
    LADDER = "ladder"  # a new ladder
    GRANTED = "granted"  # given by staff
    GRANT_ENDED = "grant_ended"  # what staff gave has run out
    GRANT_UNDONE = "grant_undone"  # staff took it back


@dataclass(frozen=True, slots=True)
class Perks:
    """What a tier brings, as data.

    Attributes:
        multiplier_permille: what points are multiplied with, in thousandths.
        makeup_cards: free make-up cards a month.
        mall_level: mall items up to this level can be had.
        service_priority: 0 is as everybody; higher comes first.
        lounge: may enter the lounge.
    """

    multiplier_permille: int = 1000
    makeup_cards: int = 0
    mall_level: int = 0
    service_priority: int = 0
    lounge: bool = False

    def worse_than(self, other: "Perks") -> tuple[str, ...]:
        """Return the names of perks in which this is worse than ``other``."""
        return tuple(name for name in PERK_NAMES if getattr(self, name) < getattr(other, name))


PERK_NAMES = (
    "multiplier_permille", "makeup_cards", "mall_level", "service_priority", "lounge"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of a ladder.

    Attributes:
        threshold: from where it is reached: growth points, or minor units of the home currency.
    """

    key: str
    name_zh: str
    name_en: str
    threshold: int
    perks: Perks = Perks()

    def name(self, locale_tag: str) -> str:
        """Return its name in a language."""
        return self.name_zh if locale_tag.startswith("zh") else self.name_en

    def plain(self) -> dict[str, Any]:
        """Return it as a row of JSON keeps it."""
        perks = {name: getattr(self.perks, name) for name in PERK_NAMES}
        return {
            "key": self.key,
            "name_zh": self.name_zh,
            "name_en": self.name_en,
            "threshold": self.threshold,
            "perks": perks,
        }

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Tier":
        """Read it back."""
        return cls(**{**plain, "perks": Perks(**plain["perks"])})


@dataclass(frozen=True, slots=True)
class Ladder:
    """All tiers of one version, lowest first, and how they are reached and kept.

    Attributes:
        window_months: how far back counts; 0 for growth ever.
        grace_days: how long a tier stays that was not earned again.
        warn_days: how long before its end a member is warned.
        number: version; 0 for a draft.
        effective_at: from when it drives the tiers.
    """

    measure: Measure
    window_months: int
    grace_days: int
    warn_days: int
    tiers: tuple[Tier, ...]
    number: int = 0
    effective_at: datetime = EVER

    @property
    def base(self) -> Tier:
        """Return the tier in which everybody begins."""
        return self.tiers[0]

    def rank_of(self, key: str) -> int | None:
        """Return the place of a tier, 0 for the base, or None where the ladder has no such key."""
        return next((rank for rank, tier in enumerate(self.tiers) if tier.key == key), None)

    def rank_for(self, value: int) -> int:
        """Return the highest place that so much reaches."""
        return max(
            (rank for rank, tier in enumerate(self.tiers) if tier.threshold <= value), default=0
        )

    def tier(self, key: str) -> Tier:
        """Return the tier of a key, the base for one it does not have."""
        return self.tiers[self.rank_of(key) or 0]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a member stands by what he earned himself, and how far it was computed.

    Attributes:
        ladder: number of the ladder.
        valid_until: last day of the year it holds for; None in the base tier.
        grace_until: last day of grace, while in grace.
        warned_on: the day on which it was looked whether to warn; None: not yet.
        seen_seq: last movement of growth that is counted in; ``balance`` after it, at ``seen_at``.
        read_at: moment of the last reading of net spend that is counted in.
    """

    ladder: int
    key: str
    since_on: date
    valid_until: date | None = None
    grace_until: date | None = None
    warned_on: date | None = None
    seen_seq: int = 0
    balance: int = 0
    seen_at: datetime = EVER
    read_at: datetime = EVER


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a member's tier history.

    Attributes:
        at: when it took effect.
        value: what the ladder's measure said.
    """

    at: datetime
    kind: ChangeKind
    from_key: str
    to_key: str
    ladder: int
    value: int
    valid_until: date | None = None
    grace_until: date | None = None


@dataclass(frozen=True, slots=True)
class GrowthPoint:
    """One movement of growth, see the ledger's ``GrowthEntry``."""

    seq: int
    at: datetime
    delta: int
    balance: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a measure outside loyalty said at a moment, in its own unit."""

    at: datetime
    value: int


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that a member's tier is a function of.

    Attributes:
        growth: movements by number: all that are not yet counted in, and those of the window.
        readings: net spend as it was read, oldest first.
        ladders: every published ladder, oldest first; the first holds since ever.
    """

    growth: tuple[GrowthPoint, ...]
    readings: tuple[Reading, ...]
    ladders: tuple[Ladder, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Business days, both included.

    Raises:
        ValueError: it ends before it begins.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a window that is reversed."""
        if self.last < self.first:
            message = f"window from {self.first} to {self.last} is reversed"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a draft.

    Attributes:
        place: index of the tier, or None for the whole.
        message: lazily translated.
    """

    place: int | None
    message: object


class LadderError(InvalidError):
    """A draft can't be published.

    Attributes:
        problems: what is wrong.
    """

    code: ClassVar[str] = "ladder_invalid"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


class NoSuchDraftError(NotFoundError):
    """There is no such draft."""

    default_message = _l("This draft is not there any more.")


class DraftChangedError(ConflictError):
    """Somebody else saved it meanwhile."""

    default_message = _l("Somebody else saved this draft meanwhile. Your figures stand below.")


class NoSuchTierError(InvalidError):
    """The present ladder has no such tier."""

    default_message = _l("Choose a tier of the present ladder.")


class GrantDayError(InvalidError):
    """A manual tier ends in the past."""

    default_message = _l("Choose a last day from today on.")


class GrantOverError(DomainError):
    """A manual tier is over already."""

    default_message = _l("This tier has ended already.")


@dataclass(frozen=True, slots=True)
class LadderDraft:
    """A ladder that staff still work on.

    Attributes:
        version: goes up with every save.
    """

    id: int
    ladder: Ladder
    version: int
    updated_at: datetime
    problems: list[Problem] = field(default_factory=list)
