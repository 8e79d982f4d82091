"""Words of the formula lab: a formula that is tried over past months, and what that shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import ConflictError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person
from app.ranking.types.formulas import Formula

TOP = 50
FEW = 10
MOST_MONTHS = 6


class TrialState(StrEnum):
    """Where a replay stands."""

    WAITING = "waiting"
    DONE = "done"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Figures:
    """One formula's month in figures; shares in permille.

    Attributes:
        members: who have points.
        gini_permille: how unequal their points are; 0: all the same.
        few_permille: the share of the first ten in all points.
        new_permille: of the first fifty, those who joined in that month.
        removed_permille: of the points of the first fifty, counted as members saw them then, those
            for what the team hid later; ``flagged_permille``: for what waits for a look or is
            copied.
    """

    members: int = 0
    gini_permille: int = 0
    few_permille: int = 0
    new_permille: int = 0
    removed_permille: int = 0
    flagged_permille: int = 0

    def stored(self) -> dict[str, int]:
        """Return it as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def read(cls, stored: Mapping[str, int]) -> "Figures":
        """Read what :meth:`stored` wrote."""
        return cls(**{name: int(stored[name]) for name in cls.__slots__})


@dataclass(frozen=True, slots=True)
class MonthResult:
    """A month by both formulas.

    Attributes:
        tau_permille: Kendall's tau-b of the two rankings, -1,000 to 1,000; None where one of them
            ranks nobody, or all the same.
        stay: how many of the first fifty stay among them.
    """

    month: date
    before: Figures
    after: Figures
    tau_permille: int | None
    stay: int


@dataclass(frozen=True, slots=True)
class Mover:
    """One of the first fifty by either formula.

    Attributes:
        rank_before, rank_after: None: no points.
    """

    person: Person
    points_before: int
    points_after: int
    rank_before: int | None
    rank_after: int | None

    @property
    def places(self) -> int | None:
        """Return how many places he rises; negative: he falls; None: he was or is not there."""
        if self.rank_before is None or self.rank_after is None:
            return None
        return self.rank_before - self.rank_after


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A formula that is tried.

    Attributes:
        version: of the formula that it is compared with.
        month_index: the month that is replayed now, from 0.
    """

    id: int
    code: str
    board_id: int
    label: str
    formula: Formula
    version: int
    months: Sequence[date]
    state: TrialState
    month_index: int
    done_count: int
    member_count: int
    results: Sequence[MonthResult]
    made_by: Person
    made_at: datetime
    finished_at: datetime | None
    effective_on: date | None


class TrialStateError(ConflictError):
    """A trial that is not done yet, or is published."""

    code: ClassVar[str] = "ranking_trial_state"
    default_message = _l("This trial is still being replayed, or is published already.")
