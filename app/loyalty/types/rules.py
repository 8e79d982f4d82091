"""The rules of the game as data: rules, their limits and conditions, campaigns, the whole book."""

import calendar
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from app.ledger.types import NEVER, Fund
from app.loyalty.types.words import Value

MAX_KEY = 48
EVER = date(1970, 1, 1)
"""The first day of the window that never ends."""

BOTH = ("zh_Hans_CN", "en")


class Window(enum.StrEnum):
    """What a limit counts over, in the brand's calendar."""

    DAY = "day"
    WEEK = "week"  # from Monday
    MONTH = "month"
    EVER = "ever"

    def starts_on(self, day: date) -> date:
        """Return the first day of the window that a business day falls into."""
        if self is Window.WEEK:
            return day - timedelta(days=day.weekday())
        if self is Window.MONTH:
            return day.replace(day=1)
        return day if self is Window.DAY else EVER


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit of a rule: so many points, or so many times, in a window; at least one of the two."""

    window: Window
    points: int | None = None
    times: int | None = None


class Compare(enum.StrEnum):
    """How a condition compares."""

    IS = "is"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ANY_OF = "any_of"
    NONE_OF = "none_of"


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be true of an act, or of who acts.

    Attributes:
        attribute: of the action (``has_photo``) or of the member (``tier``).
        value: what it is compared with; for ``any_of`` and ``none_of`` a tuple.
    """

    attribute: str
    test: Compare
    value: Value


class Lapse(enum.StrEnum):
    """When points lapse."""

    NEVER = "never"
    DAYS = "days"  # so many days after they are given
    DATE = "date"
    MONTH_END = "month_end"  # the end of the month that is so many months away
    YEAR_END = "year_end"  # the end of the year that is so many years away


@dataclass(frozen=True, slots=True)
class Expiry:
    """How long points live.

    Attributes:
        length: days, months or years; what the kind counts.
        on: the last day, for ``date``.
    """

    kind: Lapse = Lapse.NEVER
    length: int = 0
    on: date | None = None

    def last_day(self, given_on: date) -> date:
        """Return the last business day on which points given on a day can be spent."""
        if self.kind is Lapse.DAYS:
            return given_on + timedelta(days=self.length)
        if self.kind is Lapse.DATE and self.on is not None:
            return max(self.on, given_on)
        if self.kind is Lapse.MONTH_END:
            months = given_on.year * 12 + given_on.month - 1 + self.length
            year, month = divmod(months, 12)
            return date(year, month + 1, calendar.monthrange(year, month + 1)[1])
        if self.kind is Lapse.YEAR_END:
            return date(given_on.year + self.length, 12, 31)
        return NEVER


@dataclass(frozen=True, slots=True)
class Rule:
    """What one kind of act earns.

    Attributes:
        key: its stable name, and the reason in the ledger: ``thread.with_photo``.
        action: the act that it pays for.
        points: whole points for one act; ``growth`` the same of growth.
        fund: which purse pays.
        slot: what one source is rewarded for once. Of the rules that share a slot the one that
            gives most pays: a thread earns as a thread or as a thread with a photo.
        caps: limits per member.
        pair_cap: a limit for what comes from one and the same other member.
        cooldown_minutes: so long after the last time it gives nothing.
        settle_hours: so long the points wait, to the full hour after that; what is
            taken down meanwhile never becomes spendable.
        steps: for ladders: value of ``step_on`` -> whole points; other values give nothing.
        steps_of: instead: the rule whose steps it shares.
        amount_on: the act itself says how much: the attribute in which it does. Growth is the same.
        is_lifted: the tier's multiplier and campaigns add to it.
        names: by locale; empty for built-in rules, which the catalogues name.
    """

    key: str
    action: str
    points: int
    growth: int
    fund: Fund
    slot: str = ""
    caps: tuple[Cap, ...] = ()
    pair_cap: Cap | None = None
    cooldown_minutes: int = 0
    conditions: tuple[Condition, ...] = ()
    settle_hours: int = 0
    expiry: Expiry = Expiry()
    step_on: str = ""
    steps: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_on: bool = True
    steps_of: str = ""
    amount_on: str = ""
    is_lifted: bool = True

    @property
    def pays_once_for(self) -> str:
        """Return what a source is rewarded for once."""
        return self.slot or self.key

    @property
    def daily_cap(self) -> int | None:
        """Return the most points a member gets by it on one day; None: no such limit."""
        caps = [cap.points for cap in self.caps if cap.window is Window.DAY]
        return next((points for points in caps if points is not None), None)


@dataclass(frozen=True, slots=True)
class Campaign:
    """For a while some acts earn more, out of a budget that can't be passed.

    Attributes:
        actions: the acts that it lifts.
        multiplier_permille: of what the rule gives: 2,000 doubles it; 1,000 leaves it.
        bonus_points: on top, for every act that gets anything.
        starts_at, ends_at: aware UTC; the end is not part of it.
        budget_points: the most that it gives on top to all members together.
    """

    key: str
    names: Mapping[str, str]
    actions: tuple[str, ...]
    multiplier_permille: int
    bonus_points: int
    starts_at: datetime
    ends_at: datetime
    budget_points: int
    conditions: tuple[Condition, ...] = ()
    is_on: bool = True

    def runs(self, action: str, at: datetime) -> bool:
        """Return whether it lifts an action at a moment."""
        return self.is_on and action in self.actions and self.starts_at <= at < self.ends_at

    def adds_to(self, points: int) -> int:
        """Return what it adds to so many points of a rule, in whole points, rounded down."""
        if points <= 0:
            return 0
        return points * (self.multiplier_permille - 1000) // 1000 + self.bonus_points


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules of one version. A published version never changes.

    Attributes:
        version: stored with every award and every ledger line it made.
        minor_per_point: how many minor units of money earn a point: 100 = one full 1.00.
        order_expiry: how long the points of orders live.
    """

    version: int
    rules: Mapping[str, Rule]
    minor_per_point: int
    campaigns: Mapping[str, Campaign] = field(default_factory=lambda: MappingProxyType({}))
    order_expiry: Expiry = Expiry()
    _paying: Mapping[str, tuple[Rule, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Sort the rules by what they pay for: every act asks."""
        paying: dict[str, tuple[Rule, ...]] = {}
        for rule in sorted(self.rules.values(), key=lambda rule: rule.key):
            if rule.is_on:
                paying[rule.action] = (*paying.get(rule.action, ()), self._with_steps(rule))
        object.__setattr__(self, "_paying", paying)

    def rule(self, key: str) -> Rule:
        """Return a rule by its key.

        Raises:
            LookupError: no rule has that name.
        """
        try:
            return self.rules[key]
        except KeyError:
            message = f"no earning rule {key!r}; there are: {', '.join(self.rules)}"
            raise LookupError(message) from None

    def rules_of(self, action: str) -> tuple[Rule, ...]:
        """Return the rules that pay for an action now, in the order of their keys.

        A rule that shares another one's ladder comes with its steps.
        """
        return self._paying.get(action, ())

    def _with_steps(self, rule: Rule) -> Rule:
        if not rule.steps_of:
            return rule
        other = self.rules.get(rule.steps_of)
        return replace(rule, steps=other.steps if other and other.is_on else {})

    def order_points(self, earning_minor: int, permille: int = 1000) -> int:
        """Return the points of an order: 1 per full 1.00 that earns, rounded down per order.

        Args:
            earning_minor: the part that earns, in minor units.
            permille: what the order earns against this, in thousandths.
        """
        return max(0, earning_minor) * permille // (1000 * self.minor_per_point)
