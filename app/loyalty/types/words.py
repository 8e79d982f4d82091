"""Acts, and what they got."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.kernel.types import Ref, record

Value = int | str | bool | tuple[int | str, ...]
"""What may be said about an act: whole numbers, enums, slugs, ids, yes or no. Never free text."""

NOTHING: Mapping[str, Value] = {}


class Outcome(enum.StrEnum):
    """What became of an act's claim to points."""

    GIVEN = "given"  # all that the rule gives
    CAPPED = "capped"  # a limit cut it short, perhaps to nothing
    PAIR_CAPPED = "pair_capped"  # so much from one and the same person is enough
    COOLING = "cooling"  # too soon after the last time
    UNFIT = "unfit"  # a condition of the rule is not met
    FROZEN = "frozen"  # waits until staff have looked at it
    NO_RULE = "no_rule"  # nothing pays for this


@record(frozen=True, slots=True)
class Award:
    """What a member got for one act; what a page may say ("+20 points").

    Attributes:
        points: spendable points, bonuses included.
        growth: growth points, bonuses included.
        capped: a limit cut it short, perhaps to 0.
        reason: the rule that gave it, e.g. ``thread.published``.
        pending_until: the moment until which the points are on their way; None when they can be
            spent at once.
        outcome: of the act's main rule.
        by_rule: points by the rules that gave them.
    """

    points: int
    growth: int
    capped: bool
    reason: str
    pending_until: datetime | None = None
    outcome: Outcome = Outcome.GIVEN
    by_rule: Mapping[str, int] = field(default_factory=dict, compare=False)

    def points_by(self, rule: str) -> int:
        """Return the points of one rule."""
        return self.by_rule.get(rule, 0)


@record(frozen=True, slots=True)
class Act:
    """Something a member did that a rule may pay for.

    Attributes:
        action: its registered name, e.g. ``thread.published``.
        source: the thing the act made. One source is rewarded once for an action.
        at: when it happened; its business day is the one whose caps count.
        about: what the action's attributes say: ``{"has_photo": True, "length": 120}``.
        other_id: the other member where two are concerned (who liked); for caps on pairs.
        cause: the content that the act hangs on: when it goes, so do the points. Default: the
            source itself.
        not_before: first business day on which the points can be spent, whatever the rule says
            (an order's return window).
    """

    member_id: int
    action: str
    source: Ref
    at: datetime
    about: Mapping[str, Value] = field(default_factory=dict)
    other_id: int | None = None
    cause: Ref | None = None
    not_before: date | None = None

    @property
    def hangs_on(self) -> Ref:
        """Return what takes the points along when it goes."""
        return self.cause or self.source


@record(frozen=True, slots=True)
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

    rule: str
    missed: int
    cap: int
