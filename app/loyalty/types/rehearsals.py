"""Words for dry runs: what a time that was would have cost under other rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from app.kernel.types import Ref
from app.loyalty.types.rules import RuleBook
from app.loyalty.types.words import Value


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """An order as a dry run sees it.

    Attributes:
        earning_minor: the part that earns, as it stands now, in minor units.
        earning_permille: what the order earns without a campaign, in thousandths.
        given_points: what it has earned without a campaign.
        act: the thing that its act was noted for: what rules may ask about it is kept there.
        campaign: that really lifted it, and the points that its budget pays for it.
        about: what rules may ask about it, as the shop's books have it today.
    """

    order_id: int
    member_id: int
    paid_at: datetime
    earning_minor: int
    earning_permille: int
    given_points: int
    act: Ref
    campaign: str = ""
    lifted_points: int = 0
    about: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cost:
    """What something costs: under the other rules, and what was really given.

    Attributes:
        acts: of the other rules.
    """

    points: int = 0
    given: int = 0
    acts: int = 0

    @property
    def difference(self) -> int:
        """Return how much more the other rules give."""
        return self.points - self.given


@dataclass(frozen=True, slots=True)
class Shift:
    """How a member would have fared."""

    member_id: int
    points: int
    given: int

    @property
    def difference(self) -> int:
        """Return how much more he would have got."""
        return self.points - self.given


@dataclass(frozen=True, slots=True)
class Outlook:
    """The result of a dry run.

    Attributes:
        total: everything, campaigns included.
        by_rule: without campaigns; the key ``order.paid`` is the rate of orders.
        by_campaign: what campaigns add.
        capped: acts that met a limit, of ``acts``.
        gainers, losers: numbers of members who would have got more or less.
        top_gainers, top_losers: the ten most each way.
        unknown: by rule or campaign, of how many acts it is not known what it asks; to these it
            does not fit.
        as_today: by rule or campaign, of how many acts it was not noted what was known of their
            member; these are asked as he is today.
    """

    total: Cost
    by_rule: Mapping[str, Cost]
    by_campaign: Mapping[str, Cost]
    acts: int
    orders: int
    capped: int
    gainers: int
    losers: int
    top_gainers: tuple[Shift, ...]
    top_losers: tuple[Shift, ...]
    unknown: Mapping[str, int]
    as_today: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A dry run, on its way or done.

    Attributes:
        book: the rules it runs under.
        since_on, until_on: the first and the last business day that are looked at.
        moves_campaigns: campaigns that were not on in that time are looked at as if they had been.
        acts_total: acts to look at; ``acts_done`` of them are.
        outlook: None while it runs.
    """

    id: int
    book: RuleBook
    digest: str
    since_on: date
    until_on: date
    moves_campaigns: bool
    acts_total: int
    acts_done: int
    asked_by: int | None
    asked_at: datetime
    finished_at: datetime | None
    outlook: Outlook | None
    error: str = ""

    @property
    def percent(self) -> int:
        """Return how much of it is done."""
        if self.finished_at:
            return 100
        return min(99, 100 * self.acts_done // max(1, self.acts_total))
