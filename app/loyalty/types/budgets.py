"""Words for campaigns' budgets."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a campaign's budget is used.

    Attributes:
        spent: points; ``times``: acts that it lifted.
        most: what it may spend in all; 0: it was never published.
    """

    spent: int
    times: int
    most: int


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A campaign's budget and how far it is used.

    Attributes:
        key: of the campaign.
        points: the budget; ``spent``: what of it is gone.
        starts_on, ends_on: its days.
    """

    key: str
    label: object
    points: int
    spent: int
    starts_on: date | None = None
    ends_on: date | None = None

    @property
    def left(self) -> int:
        """What may still be given."""
        return self.points - self.spent
