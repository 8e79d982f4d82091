"""How fast points are spent."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.ledger.models import ENTRY, TXN, WALLET
from app.ledger.types import Book, Kind


@dataclass(frozen=True, slots=True)
class Spender:
    """A member who spent often: ``times`` redemptions of ``points`` together."""

    member_id: int
    times: int
    points: int


def fast_spenders(since: datetime, *, times: int, points: int, limit: int = 200) -> list[Spender]:
    """Return who has spent so often and so much since a moment, the most first. One statement.

    Args:
        since: spends posted earlier don't count.
        times: at least so many spends and captures.
        points: of at least so many whole points together.
        limit: members at most.
    """
    spent = -sa.func.sum(ENTRY.c.d_available + ENTRY.c.d_held)
    count = sa.func.count()
    rows = db.session.execute(
        sa.select(WALLET.c.member_id, count.label("times"), spent.label("points"))
        .select_from(TXN)
        .join(ENTRY, ENTRY.c.txn_id == TXN.c.id)
        .join(WALLET, WALLET.c.id == ENTRY.c.wallet_id)
        .where(
            TXN.c.posted_on >= clock.business_date(since),  # the index
            TXN.c.posted_at >= since,
            TXN.c.kind.in_((Kind.SPEND, Kind.CAPTURE)),
            WALLET.c.book == Book.POINTS,
        )
        .group_by(WALLET.c.member_id)
        .having(count >= times, spent >= points)
        .order_by(spent.desc(), WALLET.c.member_id)
        .limit(limit)
    )
    return [Spender(row.member_id, row.times, int(row.points)) for row in rows]
