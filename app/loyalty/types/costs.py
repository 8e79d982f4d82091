"""Words for what points cost and what the house owes."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class PointValue:
    """What points are worth from a day on.

    Attributes:
        from_on: the first business day of this value.
        minor_per_100: minor units of ``currency`` for a hundred points.
        set_by: the member of staff who set it.
    """

    from_on: date
    minor_per_100: int
    currency: str
    set_by: int | None
    set_at: datetime


@dataclass(frozen=True, slots=True)
class CostLine:
    """Points of one kind in a period.

    Attributes:
        key: a fund, a reason or the code of a channel.
        issued: points issued.
        taken: points taken back, at once or as a debt.
        issued_minor: what the issued ones cost, each day at its own value; None: no value is set.
        net_minor: the same of issued less taken.
    """

    key: str
    issued: int
    taken: int
    issued_minor: int | None
    net_minor: int | None

    @property
    def net(self) -> int:
        """Points issued less points taken back."""
        return self.issued - self.taken


@dataclass(frozen=True, slots=True)
class Costs:
    """What points cost in a period, split three ways; each adds up to ``total``.

    Attributes:
        until: the day after the last one that is rolled up.
        ledger_issued: what the ledger's own roll-up says was issued.
        value: what points are worth on the last day; None: nobody has said.
    """

    since: date
    until: date
    currency: str | None
    by_fund: tuple[CostLine, ...]
    by_reason: tuple[CostLine, ...]
    by_channel: tuple[CostLine, ...]
    total: CostLine
    ledger_issued: int
    value: PointValue | None = None

    @property
    def difference(self) -> int:
        """0, or something is wrong."""
        return self.total.issued - self.ledger_issued
