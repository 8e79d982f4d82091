"""What of the points that came in each month was used, lapsed or is left, and what is expected."""

from dataclasses import dataclass
from datetime import date

from app.ledger import policy
from app.ledger.queries.rollups import cohorts
from app.ledger.types import Cohort, Fund


@dataclass(frozen=True, slots=True)
class BreakageRow:
    """One month's points.

    Attributes:
        use: of what is left, the points expected to be used.
        lost: of what is left, the points expected never to be used.
    """

    cohort: Cohort
    use: int
    lost: int

    @property
    def kept(self) -> int:
        """What came less what was taken back because its cause went."""
        return self.cohort.came - sum(self.cohort.clawed)

    @property
    def rate(self) -> float:
        """The share of it that has expired, 0 to 1."""
        return _share(sum(self.cohort.expired), self.kept)

    @property
    def expected_rate(self) -> float:
        """The share of it that has expired or is expected never to be used."""
        return _share(sum(self.cohort.expired) + self.lost, self.kept)

    @property
    def earned(self) -> float:
        """The share of all redemptions to be expected that has happened.

        Of a price allocated to the points so much may be recognised.
        """
        spent = sum(self.cohort.spent)
        return _share(spent, spent + self.use)

    def curve(self, ages: int) -> list[float | None]:
        """Return the share redeemed by the end of each age in months; None: not lived yet."""
        shares: list[float | None] = []
        spent = 0
        for age in range(ages):
            spent += self.cohort.spent[age] if age < len(self.cohort.spent) else 0
            shares.append(_share(spent, self.kept))
        return shares


@dataclass(frozen=True, slots=True)
class Breakage:
    """All months, the oldest first, and their sums.

    Attributes:
        through: the last business day that is in it; None: nothing is rolled up yet.
        is_enough: whether the past says enough to expect any breakage.
    """

    through: date | None
    rows: tuple[BreakageRow, ...]
    is_enough: bool

    @property
    def left(self) -> int:
        """What is outstanding."""
        return sum(row.cohort.left for row in self.rows)

    @property
    def use(self) -> int:
        """What of it is expected to be used."""
        return sum(row.use for row in self.rows)

    @property
    def lost(self) -> int:
        """What of it is expected never to be used."""
        return sum(row.lost for row in self.rows)


def breakage(fund: Fund | None = None) -> Breakage:
    """Return every month's points and what is expected of them. One statement.

    Args:
        fund: of one purse; None: of all.
    """
    through, found = cohorts(fund)
    if through is None:
        return Breakage(None, (), is_enough=False)
    seen = policy.experience(found, through)
    rows = []
    for cohort in found:
        expected = policy.breakage(cohort, seen, through)
        rows.append(BreakageRow(cohort, expected.use, expected.lost))
    return Breakage(through, tuple(rows), seen.is_enough)


def months_lived(came_on: date, through: date) -> int:
    """Return how many months of a month's points have begun by a day, the month itself counted."""
    return (through.year - came_on.year) * 12 + through.month - came_on.month + 1


def _share(part: int, whole: int) -> float:
    return part / whole if whole > 0 else 0.0
