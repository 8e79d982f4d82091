"""What the house owes its members, how old it is, and what of it will never be asked for."""

from dataclasses import dataclass
from datetime import date

from app.kernel import clock
from app.ledger import queries as ledger
from app.ledger.queries import Breakage, MonthRow, Outstanding
from app.loyalty.queries.values import point_values, value_on
from app.loyalty.types import PointValue

AGES = ((1, 3), (4, 6), (7, 12), (13, 24))  # months; before them this month, after them older


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """Points outstanding that came so many months ago.

    Attributes:
        first, last: months ago; last None: older.
    """

    first: int
    last: int | None
    points: int


@dataclass(frozen=True, slots=True)
class Liability:
    """What is outstanding now.

    Attributes:
        months: the roll-forward, the oldest first; its last closing is the journal's word.
        by_expiry: what the lots say.
        by_age: what is left of each month's points as of ``breakage.through``.
        value: what points are worth today; None: nobody has said.
    """

    months: list[MonthRow]
    by_expiry: list[Outstanding]
    by_age: list[AgeGroup]
    breakage: Breakage
    value: PointValue | None

    @property
    def outstanding(self) -> int:
        """Points outstanding by the journal."""
        return self.months[-1].closing if self.months else 0

    @property
    def in_lots(self) -> int:
        """Points outstanding by the lots; must be the same."""
        return sum(each.points for each in self.by_expiry)

    @property
    def held(self) -> int:
        """What of it is reserved for something."""
        return sum(each.held for each in self.by_expiry)

    @property
    def today(self) -> int:
        """What has moved since the roll-ups end: in no age group yet."""
        return self.outstanding - self.breakage.left

    @property
    def lost(self) -> int:
        """What of the outstanding points is expected never to be used, today's at the same rate."""
        left = self.breakage.left
        return round(self.outstanding * self.breakage.lost / left) if left > 0 else 0

    @property
    def use(self) -> int:
        """What of the outstanding points is expected to be used."""
        return self.outstanding - self.lost


def liability() -> Liability:
    """Return what is outstanding. Five statements, however much ever moved."""
    broken = ledger.breakage()
    return Liability(
        months=ledger.months(),
        by_expiry=ledger.outstanding_by_expiry(),
        by_age=_by_age(broken, clock.business_date()),
        breakage=broken,
        value=value_on(clock.business_date(), point_values()),
    )


def _by_age(broken: Breakage, today: date) -> list[AgeGroup]:
    points: dict[int, int] = {}
    for row in broken.rows:
        ago = ledger.months_lived(row.cohort.came_on, today) - 1
        points[ago] = points.get(ago, 0) + row.cohort.left
    groups: list[tuple[int, int | None]] = [(0, 0), *AGES, (AGES[-1][1] + 1, None)]
    return [
        AgeGroup(
            first,
            last,
            sum(n for ago, n in points.items() if first <= ago <= (ago if last is None else last)),
        )
        for first, last in groups
    ]
