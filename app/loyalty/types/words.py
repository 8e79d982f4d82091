"""Loyalty's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.kernel.types import Ref


@dataclass(frozen=True, slots=True)
class Award:
    """What a member got for one act; what a page may say ("+20 points").

    Attributes:
        points: spendable points, bonuses included.
        growth: growth points, bonuses included.
        capped: the day's cap cut it short, perhaps to 0.
        reason: the rule that gave it, e.g. ``thread.published``.
        pending_until: last day on which the points are still on their way; None when they can be
            spent at once.
    """

    points: int
    growth: int
    capped: bool
    reason: str
    pending_until: date | None = None


@dataclass(frozen=True, slots=True)
class Bonus:
    """Something extra that one act reached: ``Bonus("checkin.milestone", 30)``.

    Attributes:
        action: the ladder, a rule with steps.
        step: the step reached; a step that the rule does not know gives nothing.
    """

    action: str
    step: int


@dataclass(frozen=True, slots=True)
class Act:
    """One act to be rewarded in bulk, see :func:`app.loyalty.service.reward_many`.

    Attributes:
        at: when it happened; its business day is the one whose cap counts.
    """

    member_id: int
    action: str
    source: Ref
    at: datetime
    bonuses: tuple[Bonus, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    other_id: int | None = None
    cause: Ref | None = None


@dataclass(frozen=True, slots=True)
class OrderEarn:
    """A paid order that may earn points.

    Attributes:
        paid_minor: what was paid, in minor units of ``currency`` (1/100).
        window_ends_on: last day of the channel's return window.
        earning_minor: the part that earns: goods that stay, paid with money; None: all of it.
        earning_permille: what the order's channel earns against the rule, in thousandths.
    """

    order_id: int
    member_id: int
    paid_minor: int
    currency: str
    paid_at: datetime
    window_ends_on: date
    earning_minor: int | None = None
    earning_permille: int = 1000

    @property
    def earns_minor(self) -> int:
        """Return the part that earns, in minor units."""
        return self.paid_minor if self.earning_minor is None else self.earning_minor


@dataclass(frozen=True, slots=True)
class Milestone:
    """A streak that earns extra: ``days`` in a row give ``points`` on top."""

    days: int
    points: int


@dataclass(frozen=True, slots=True)
class Limit:
    """A daily cap that cut something short today.

    Attributes:
        missed: how many acts earned less than their rule gives, or nothing.
        cap: whole points a day.
    """

    action: str
    missed: int
    cap: int
