"""What moved in and out of all lots, by business day and fund: the stuff of the roll-forward."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.kernel.db import db
from app.ledger.models import LOT, LOT_MOVE, TXN
from app.ledger.types import Fund, Move

MARKER = Fund.ADJUST  # the fund under which a day without movements is noted

# Points taken back at once and points that paid a debt later are one thing: clawed.
_COLUMN: dict[Move, str] = {
    Move.ISSUE: "issued",
    Move.RESTORE: "restored",
    Move.SPEND: "spent",
    Move.CAPTURE: "spent",
    Move.EXPIRE: "expired",
    Move.CLAW: "clawed",
    Move.REPAY: "clawed",
}


@dataclass(slots=True)
class Flow:
    """Points that came in and went out."""

    issued: int = 0
    restored: int = 0
    spent: int = 0
    expired: int = 0
    clawed: int = 0

    @property
    def net(self) -> int:
        """What stayed."""
        return self.issued + self.restored - self.spent - self.expired - self.clawed

    def add(self, other: "Flow") -> None:
        """Add another flow to this one."""
        for name, amount in other.as_dict().items():
            setattr(self, name, getattr(self, name) + amount)

    def as_dict(self) -> dict[str, int]:
        """Return the five figures by name."""
        return asdict(self)


def day_after(day: date) -> date:
    """Return the next day."""
    return day + timedelta(days=1)


def by_day(
    since: date, until: date, connection: Connection | None = None
) -> dict[tuple[date, Fund], Flow]:
    """Return the flows of business days ``since`` ≤ day < ``until``, from the journal itself."""
    rows = (connection or db.session).execute(
        sa.select(TXN.c.posted_on, LOT.c.fund, LOT_MOVE.c.kind, sa.func.sum(LOT_MOVE.c.amount))
        .select_from(TXN)
        .join(LOT_MOVE, LOT_MOVE.c.txn_id == TXN.c.id)
        .join(LOT, LOT.c.id == LOT_MOVE.c.lot_id)
        .where(TXN.c.posted_on >= since, TXN.c.posted_on < until, LOT_MOVE.c.kind.in_(_COLUMN))
        .group_by(TXN.c.posted_on, LOT.c.fund, LOT_MOVE.c.kind)
        .order_by(TXN.c.posted_on, LOT.c.fund)
    )
    flows: dict[tuple[date, Fund], Flow] = {}
    for day, fund, kind, amount in rows:
        flow = flows.setdefault((day, fund), Flow())
        name = _COLUMN[kind]
        setattr(flow, name, getattr(flow, name) + int(amount))
    return flows
