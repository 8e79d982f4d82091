"""Words of closeness (近悦远来): two axes, their ingredients, VIP types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import ConflictError, DomainError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l


class Axis(StrEnum):
    """What closeness is made of."""

    SPEND = "spend"
    ADVOCACY = "advocacy"


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One measure that counts.

    Attributes:
        measure: its name in the registry of measures.
        weight: points for each doubling.
        step: the amount that counts as one; spend in minor units of the home currency.
        cap: more than this adds nothing.
    """

    measure: str
    axis: Axis
    label: object
    help: object
    weight: int
    step: int
    cap: int


@dataclass(frozen=True, slots=True)
class Score:
    """How close a member is.

    Attributes:
        amounts: what each measure said.
    """

    spend: int
    advocacy: int
    amounts: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return both axes together."""
        return self.spend + self.advocacy


@dataclass(frozen=True, slots=True)
class VipType:
    """A kind of closeness, and what the house promises it.

    Attributes:
        min_spend: least points on the spend axis; ``min_advocacy`` and ``min_total`` alike.
        priority: place in the queue: 1 is served first; of several types the first counts.
        first_reply_minutes: how long until somebody answers.
        concierge: has somebody of his own.
        multiplier_permille: what points are multiplied with, in thousandths.
        price_permille: what he pays of a price, in thousandths; 1000: all of it.
        explanation: why something here may be worse than for somebody less close; published, and
            shown in the audit. Empty: nothing may.
        version: goes up with every save; 0: not stored yet.
        return_days: so long something bought or redeemed may come back; 0: as for everybody.
        pack_hours: within so many hours what was ordered is packed; 0: no promise.
    """

    key: str
    name_zh: str
    name_en: str
    min_spend: int
    min_advocacy: int
    min_total: int
    priority: int
    first_reply_minutes: int
    concierge: bool = False
    multiplier_permille: int = 1000
    price_permille: int = 1000
    perks_zh: str = ""
    perks_en: str = ""
    explanation: str = ""
    version: int = 0
    return_days: int = 0
    pack_hours: int = 0

    def name(self, locale_tag: str) -> str:
        """Return its name in a language."""
        return self.name_zh if locale_tag.startswith("zh") else self.name_en

    def perks(self, locale_tag: str) -> str:
        """Return what else it brings, in a language."""
        return self.perks_zh if locale_tag.startswith("zh") else self.perks_en

    def takes(self, score: Score) -> bool:
        """Return whether a score reaches it."""
        return (
            score.spend >= self.min_spend
            and score.advocacy >= self.min_advocacy
            and score.total >= self.min_total
        )


@dataclass(frozen=True, slots=True)
class Stored:
    """A member's closeness as last computed."""

    member_id: int
    score: Score
    vip_key: str | None
    computed_on: date


@dataclass(frozen=True, slots=True)
class Violation:
    """Somebody closer gets something worse.

    Attributes:
        thing: of what, where the promise is one of many: a rule, an item of the mall.
        standard: which promise: multiplier, price, first_reply, concierge, priority or a perk.
        closer: who is closer and what he gets; ``other``: who is less close and gets better.
        explanation: what staff say to it; empty: nothing, so it is refused.
    """

    standard: str
    closer: str
    other: str
    closer_gets: int
    other_gets: int
    explanation: str = ""
    thing: object = ""


class VipTypeError(InvalidError):
    """A VIP type makes no sense, or breaks the promise of closeness.

    Attributes:
        violations: who would be worse off.
    """

    code: ClassVar[str] = "vip_type_invalid"
    default_message = _l("Somebody closer would be worse off. Change it, or explain it below.")

    def __init__(
        self, message: object | None = None, violations: tuple[Violation, ...] = ()
    ) -> None:
        super().__init__(message)
        self.violations = violations


class NoSuchVipTypeError(NotFoundError):
    """There is no such VIP type."""

    default_message = _l("This VIP type is not there any more.")


class VipTypeChangedError(ConflictError):
    """Somebody else saved it meanwhile."""

    default_message = _l("Somebody else saved this meanwhile. Your figures stand below.")


class VipKeyTakenError(DomainError):
    """Two VIP types can't share a key."""

    http_status = 422
    default_message = _l("There is a VIP type of this key already.")
