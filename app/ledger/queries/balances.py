"""What members have."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.ledger.models import LOT, WALLET
from app.ledger.types import (
    BY_DAY,
    NEVER,
    SPENDABLE,
    Book,
    Fund,
    WalletStatus,
    moment_of,
)

SOON = timedelta(days=30)
FORESEEN = timedelta(days=92)  # how far the wallet lists what will expire: a quarter


@dataclass(frozen=True, slots=True)
class Balance:
    """What a member has, as of now: due lots count as matured, lapsed ones as gone.

    Attributes:
        expiring_next_30: points whose last day is today or in the next 30 days.
        expires_next_on: the earliest last day among points that expire at all.
        expiring_by_day: (last day, points) of what expires within a quarter, the soonest first.
        pending_by_moment: (moment from which they can be spent, points, fund), soonest first.
        status: open, frozen or closed (merged into another member).
    """

    available: int = 0
    pending: int = 0
    held: int = 0
    debt: int = 0
    growth: int = 0
    expiring_next_30: int = 0
    expires_next_on: date | None = None
    expiring_by_day: tuple[tuple[date, int], ...] = ()
    pending_by_moment: tuple[tuple[datetime, int, Fund], ...] = ()
    status: WalletStatus = WalletStatus.OPEN


def balance(member_id: int) -> Balance:
    """Return a member's balance; all zero when he has no wallet. One statement."""
    return balances([member_id])[member_id]


def balances(member_ids: Collection[int]) -> dict[int, Balance]:
    """Return the balances of many members. One statement."""
    now = clock.now()
    wallets: dict[int, dict[Book, Any]] = {m: {} for m in member_ids}
    lots: dict[int, list[Any]] = {m: [] for m in member_ids}
    rows = db.session.execute(
        sa.select(
            WALLET.c.member_id,
            WALLET.c.book,
            WALLET.c.pending,
            WALLET.c.available,
            WALLET.c.held,
            WALLET.c.debt,
            WALLET.c.status,
            LOT.c.fund,
            LOT.c.matures_on,
            LOT.c.matures_at,
            LOT.c.expires_on,
            LOT.c.remaining,
        )
        .outerjoin(LOT, sa.and_(LOT.c.wallet_id == WALLET.c.id, LOT.c.remaining > 0))
        .where(WALLET.c.member_id.in_(sorted(set(member_ids))))
        .order_by(LOT.c.expires_on, LOT.c.id)
    )
    for row in rows:
        wallets[row.member_id][row.book] = row
        if row.remaining is not None:
            lots[row.member_id].append(row)
    return {m: _balance(wallets[m], lots[m], now) for m in member_ids}


def _balance(
    wallets: dict[Book, Any],
    lots: Iterable[Any],
    now: datetime,
) -> Balance:
    points, growth = wallets.get(Book.POINTS), wallets.get(Book.GROWTH)
    total_growth = growth.available if growth else 0
    if points is None:
        return Balance(growth=total_growth)
    today = clock.business_date(now)
    live = [lot for lot in lots if lot.expires_on >= today]
    pending = [lot for lot in live if _usable_from(lot) > now]
    spendable = [lot for lot in live if _usable_from(lot) <= now]
    matured = sum(lot.remaining for lot in spendable if lot.matures_on != SPENDABLE)
    repaid = min(points.debt, matured)
    return Balance(
        available=sum(lot.remaining for lot in spendable) - repaid,
        pending=sum(lot.remaining for lot in pending),
        held=points.held,
        debt=points.debt - repaid,
        growth=total_growth,
        expiring_next_30=sum(x.remaining for x in spendable if x.expires_on <= today + SOON),
        expires_next_on=min(
            (x.expires_on for x in spendable if x.expires_on != NEVER), default=None
        ),
        expiring_by_day=_by_last_day(x for x in spendable if x.expires_on <= today + FORESEEN),
        pending_by_moment=_by_moment(pending),
        status=points.status,
    )


def _usable_from(lot: Any) -> datetime:
    return moment_of(lot.matures_on, lot.matures_at) if lot.matures_on != SPENDABLE else BY_DAY


def _by_moment(pending: Iterable[Any]) -> tuple[tuple[datetime, int, Fund], ...]:
    moments: dict[tuple[datetime, Fund], int] = {}
    for lot in pending:
        place = (_usable_from(lot), lot.fund)
        moments[place] = moments.get(place, 0) + lot.remaining
    return tuple((at, points, fund) for (at, fund), points in sorted(moments.items()))


def _by_last_day(lots: Iterable[Any]) -> tuple[tuple[date, int], ...]:
    days: dict[date, int] = {}
    for lot in lots:
        days[lot.expires_on] = days.get(lot.expires_on, 0) + lot.remaining
    return tuple(sorted(days.items()))


def version_of(member_id: int) -> int:
    """Return how many lines a member's own wallet of points has; 0 without one. One statement."""
    found = db.session.scalar(
        sa.select(WALLET.c.version).where(
            WALLET.c.member_id == member_id, WALLET.c.book == Book.POINTS
        )
    )
    return int(found or 0)
