"""Points by the month in which they came."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Cohort:
    """The points that came in one month, and what became of them by age in months.

    Attributes:
        came_on: the first day of the month.
        issued: points issued in it.
        restored: points that came back in it because a spending was undone.
        spent, expired, clawed: what went, by age: the first is the month itself.
    """

    came_on: date
    issued: int
    restored: int
    spent: tuple[int, ...]
    expired: tuple[int, ...]
    clawed: tuple[int, ...]

    @property
    def came(self) -> int:
        """All that came."""
        return self.issued + self.restored

    @property
    def left(self) -> int:
        """What is outstanding still."""
        return self.came - sum(self.spent) - sum(self.expired) - sum(self.clawed)
