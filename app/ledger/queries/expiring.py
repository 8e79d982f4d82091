"""Which points will expire when: for telling members in time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.ledger.maturity import is_usable
from app.ledger.models import LOT, WALLET


@dataclass(frozen=True, slots=True)
class Lapse:
    """Points of one member that share their last day.

    Attributes:
        on: last business day on which they can be spent.
        points: what is left of them now.
        key: of this group, for the page after it.
    """

    member_id: int
    on: date
    points: int
    key: tuple[date, int]


def lapsing(until: date, *, after: tuple[date, int] | None = None, limit: int = 500) -> list[Lapse]:
    """Return spendable points whose last day is from today to ``until``, the soonest first.

    One statement: a walk along one index, whatever else the ledger holds.

    Args:
        until: last day that counts.
        after: ``key`` of the last group of the page before.
        limit: groups a page.
    """
    now = clock.now()
    today = clock.business_date(now)
    query = (
        sa.select(LOT.c.expires_on, LOT.c.wallet_id, WALLET.c.member_id, _LEFT)
        .join(WALLET, WALLET.c.id == LOT.c.wallet_id)
        .where(
            LOT.c.remaining > 0,
            LOT.c.expires_on.between(after[0] if after else today, until),
            is_usable(now),
        )
        .group_by(LOT.c.expires_on, LOT.c.wallet_id, WALLET.c.member_id)
        .order_by(LOT.c.expires_on, LOT.c.wallet_id)
        .limit(limit)
    )
    if after is not None:
        day, wallet_id = after
        query = query.where(sa.or_(LOT.c.expires_on > day, LOT.c.wallet_id > wallet_id))
    return [
        Lapse(row.member_id, row.expires_on, int(row.points), (row.expires_on, row.wallet_id))
        for row in db.session.execute(query)
    ]


_LEFT = sa.func.sum(LOT.c.remaining).label("points")


def points_lapsing(
    member_ids: Collection[int], days: Collection[date]
) -> dict[tuple[int, date], int]:
    """Return what is left of members' spendable points by their last day. One statement.

    Where nothing is left there is no entry.
    """
    rows = db.session.execute(
        sa.select(WALLET.c.member_id, LOT.c.expires_on, _LEFT)
        .join(LOT, LOT.c.wallet_id == WALLET.c.id)
        .where(
            WALLET.c.member_id.in_(sorted(set(member_ids))),
            LOT.c.expires_on.in_(sorted(set(days))),
            LOT.c.remaining > 0,
            is_usable(clock.now()),
        )
        .group_by(WALLET.c.member_id, LOT.c.expires_on)
    )
    return {(row.member_id, row.expires_on): int(row.points) for row in rows}
