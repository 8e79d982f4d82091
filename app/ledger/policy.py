"""Breakage: what of the points will never be used. Pure.

Method: a life table with two ways out (the discrete product-limit estimator of Kaplan and Meier,
J. Am. Stat. Assoc. 53 (1958), with expiry as a competing way out). For each age in months the share
of the points then outstanding that was used, and the share that lapsed, is pooled over all cohorts
whose month of that age is over. A point of age *a* will be used with the probability

    U(a) = Σ over k ≥ a of used(k) · Π over a ≤ j < k of (1 − used(j) − lapsed(j)).

Beyond the oldest age seen the last three ages go on for ever. Points that were taken back because
their cause went (a refund) leave the table without being counted as either: they were never owed.

While there is too little to go by (fewer than six ages, or nothing used yet) everything is expected
to be used: IFRS 15 B46 lets no breakage be counted on that can't be shown. What may be recognised
of an allocated price follows redemptions (IFRS 15 B44-B47): see :func:`recognised`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.ledger.types import Cohort

ENOUGH_AGES = 6
TAIL = 3


@dataclass(frozen=True, slots=True)
class Experience:
    """How points were used so far.

    Attributes:
        used: by age, the share of outstanding points used in that month of their life.
        lapsed: the same of those that expired.
        tail_used, tail_lapsed: the same for every later month.
    """

    used: tuple[float, ...]
    lapsed: tuple[float, ...]
    tail_used: float
    tail_lapsed: float

    @property
    def is_enough(self) -> bool:
        """Whether it says anything about points to come."""
        return len(self.used) >= ENOUGH_AGES and any(self.used)

    def use_of(self, age: int) -> float:
        """Return which share of the points outstanding at an age will be used, 0 to 1."""
        if not self.is_enough:
            return 1.0
        used, alive = 0.0, 1.0
        for now, lost in zip(self.used[age:], self.lapsed[age:], strict=True):
            used += alive * now
            alive *= max(0.0, 1.0 - now - lost)
        leaving = self.tail_used + self.tail_lapsed
        return used + (alive * self.tail_used / leaving if leaving else 0.0)


def experience(cohorts: Sequence[Cohort], through: date) -> Experience:
    """Return how points were used, from every month of life that is over.

    Args:
        cohorts: all that came.
        through: the last business day that they tell of.
    """
    ages = max((months_lived(each.came_on, through) for each in cohorts), default=0)
    at_risk, used, lapsed = [0] * ages, [0] * ages, [0] * ages
    for cohort in cohorts:
        left = cohort.came
        for age in range(months_lived(cohort.came_on, through)):
            at_risk[age] += left
            used[age] += _at(cohort.spent, age)
            lapsed[age] += _at(cohort.expired, age)
            left -= _at(cohort.spent, age) + _at(cohort.expired, age) + _at(cohort.clawed, age)
    tail = sum(at_risk[-TAIL:])
    return Experience(
        tuple(_share(part, whole) for part, whole in zip(used, at_risk, strict=True)),
        tuple(_share(part, whole) for part, whole in zip(lapsed, at_risk, strict=True)),
        _share(sum(used[-TAIL:]), tail),
        _share(sum(lapsed[-TAIL:]), tail),
    )


def months_lived(came_on: date, through: date) -> int:
    """Return how many months of a cohort's life are over on the evening of ``through``."""
    year, month = through.year, through.month
    last_is_over = (date(year + month // 12, month % 12 + 1, 1) - through).days == 1
    return (year - came_on.year) * 12 + month - came_on.month + (1 if last_is_over else 0)


@dataclass(frozen=True, slots=True)
class Breakage:
    """A cohort's points that were or will be lost.

    Attributes:
        use: of what is left, the points expected to be used.
        lost: of what is left, the points expected never to be used.
    """

    use: int
    lost: int


def breakage(cohort: Cohort, seen: Experience, through: date) -> Breakage:
    """Return what is expected of the points that a cohort has left; whole points."""
    use = round(cohort.left * seen.use_of(months_lived(cohort.came_on, through)))
    return Breakage(use, cohort.left - use)


def recognised(allocated_minor: int, redeemed: int, expected: int) -> int:
    """Return what of an allocated price is revenue by now, in minor units.

    Args:
        allocated_minor: the price allocated to the points; it is not measured anew.
        redeemed: points redeemed so far.
        expected: points expected to be redeemed in all, by today's estimate.

    A changed estimate is caught up in the period in which it changes (IFRS 15 B46). KPMG's example
    10: 9,000 · 4,500 / 9,700 = 4,175, a year later 9,000 · 8,500 / 9,900 − 4,175 = 3,552.
    """
    if expected <= 0:
        return 0
    return min(allocated_minor, round(allocated_minor * redeemed / expected))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _at(figures: Sequence[int], age: int) -> int:
    return figures[age] if age < len(figures) else 0
