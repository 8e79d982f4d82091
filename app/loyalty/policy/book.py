"""The rules of the game: what an act earns. Pure; every version that ever ran stays here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.ledger.types import Fund

ORDER = "order.paid"
CHECK_IN = "checkin.daily"
MILESTONE = "checkin.milestone"


@dataclass(frozen=True, slots=True)
class Rule:
    """What one act earns.

    Attributes:
        action: also the reason in the ledger.
        points: whole points for one act; growth is the same.
        fund: which budget pays.
        daily_cap: whole points per member and business day from this rule; None = no cap.
        once: what one source is rewarded for once. Rules that share it exclude each other: a
            thread earns as a thread or as a thread with a photo.
        steps: for ladders: step -> whole points on top.
    """

    action: str
    points: int
    fund: Fund
    daily_cap: int | None = None
    once: str = ""
    steps: Mapping[int, int] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        """Refuse a rule that makes no sense.

        Raises:
            ValueError: negative points, or a cap that cannot hold one act.
        """
        amounts = (self.points, *self.steps.values())
        if min(amounts) < 0 or (self.daily_cap is not None and self.daily_cap < self.points):
            message = f"rule {self.action}: points {amounts}, cap {self.daily_cap}"
            raise ValueError(message)

    @property
    def slot(self) -> str:
        """Return what a source is rewarded for once."""
        return self.once or self.action


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules of one version.

    Attributes:
        version: stored with every award and every ledger line it made.
        minor_per_point: how many minor units of money earn a point: 100 = one full 1.00.
    """

    version: int
    rules: Mapping[str, Rule]
    minor_per_point: int

    def rule(self, action: str) -> Rule:
        """Return the rule for an action.

        Raises:
            LookupError: no rule has that name; a slip in the code that asks, not a business case.
        """
        try:
            return self.rules[action]
        except KeyError:
            message = f"no earning rule {action!r}; there are: {', '.join(self.rules)}"
            raise LookupError(message) from None

    def order_points(self, earning_minor: int, permille: int = 1000) -> int:
        """Return the points of an order: 1 per full 1.00 that earns, rounded down per order.

        Args:
            earning_minor: the part that earns, in minor units.
            permille: what the order's channel earns against this, in thousandths.
        """
        return max(0, earning_minor) * permille // (1000 * self.minor_per_point)


def _book(version: int, *rules: Rule, minor_per_point: int) -> RuleBook:
    named = MappingProxyType({rule.action: rule for rule in rules})
    return RuleBook(version, named, minor_per_point)


V1 = _book(
    1,
    Rule("thread.published", 10, Fund.CONTENT, daily_cap=50, once="thread"),
    Rule("thread.with_photo", 20, Fund.CONTENT, daily_cap=100, once="thread"),
    Rule("reply.published", 2, Fund.CONTENT, daily_cap=20),
    Rule("like.received", 1, Fund.CONTENT, daily_cap=20),
    Rule(CHECK_IN, 10, Fund.CHECKIN),
    Rule(
        MILESTONE, 0, Fund.CHECKIN, steps=MappingProxyType({7: 30, 14: 60, 30: 150, 100: 600})
    ),
    Rule(ORDER, 0, Fund.ORDER),
    minor_per_point=100,
)  # fmt: skip

BOOKS: Mapping[int, RuleBook] = MappingProxyType({V1.version: V1})
CURRENT = V1


def granted(points: int, cap: int | None, earned: int) -> int:
    """Return how many of ``points`` fit under the day's cap after ``earned`` already."""
    return points if cap is None else max(0, min(points, cap - earned))
