"""Sweeps: what the clock does to wallets, a batch a commit.

Each call handles one batch and says how many; 0 means nothing is due. A sweep finds its work by
state, so it can be killed at any instant, run twice, or run by two workers: whoever comes second
finds nothing left. Nobody waits for them either: every act brings its own wallet up to date first.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db, use_case
from app.ledger import acts, flows
from app.ledger.act import Head
from app.ledger.journal import Journal
from app.ledger.maturity import is_due
from app.ledger.models import DAY, HOLD, LOT, TXN, WALLET
from app.ledger.service.settling import read_holds
from app.ledger.types import GRACE_DAYS, Book, HoldState, Kind, Reason

BATCH = 200
DAY_IS_CLOSED_AFTER = timedelta(hours=1)  # no transaction lives that long


@use_case
def mature_due(limit: int = BATCH) -> int:
    """Make pending points spendable whose moment has come; return how many wallets that was."""
    return _refresh(_owners(is_due(clock.now()), LOT.c.matures_at, limit))


@use_case
def expire_due(limit: int = BATCH) -> int:
    """Let points expire whose last day is over; return how many wallets that was."""
    return _refresh(_owners(LOT.c.expires_on < clock.business_date(), LOT.c.expires_on, limit))


def _owners(due: sa.ColumnElement[bool], oldest: sa.Column[Any], limit: int) -> list[int]:
    lots = (
        sa.select(LOT.c.wallet_id, sa.func.min(oldest).label("since"))
        .where(LOT.c.remaining > 0, due)
        .group_by(LOT.c.wallet_id)
        .order_by("since", LOT.c.wallet_id)
        .limit(limit)
        .subquery()
    )
    query = sa.select(WALLET.c.member_id).join(lots, lots.c.wallet_id == WALLET.c.id)
    return list(db.session.scalars(query))


def _refresh(member_ids: Collection[int]) -> int:
    if not member_ids:
        return 0
    journal = Journal()
    journal.lock(member_ids)
    journal.read_lots()
    for member_id in sorted(member_ids):
        wallet = journal.wallet(member_id, Book.POINTS)
        if wallet is not None:
            acts.refresh(journal, wallet)
    journal.write()
    return len(member_ids)


@use_case
def release_expired_holds(limit: int = BATCH) -> int:
    """Give back holds whose time is over; return how many that was.

    What lapsed while it was held gets days of grace: its owner could not use it.
    """
    due = sa.and_(HOLD.c.state == HoldState.OPEN, HOLD.c.expires_at <= clock.now())
    owners = db.session.execute(
        sa.select(HOLD.c.id, WALLET.c.member_id)
        .join(WALLET, WALLET.c.id == HOLD.c.wallet_id)
        .where(due)
        .order_by(HOLD.c.expires_at, HOLD.c.id)
        .limit(limit)
    ).all()
    if not owners:
        return 0
    journal = Journal()
    journal.lock({row.member_id for row in owners})
    journal.read_lots()
    # Again, under the lock: some may have been settled or carried to another wallet meanwhile.
    mine = {wallet.id for wallet in journal.wallets()}
    rows = [
        row
        for row in db.session.execute(
            sa.select(HOLD)
            .where(due, HOLD.c.id.in_([row.id for row in owners]))
            .order_by(HOLD.c.id)
        )
        if row.wallet_id in mine
    ]
    for held in read_holds(journal, rows):
        head = Head(Kind.RELEASE, "ledger.hold_expired", str(held.id), "")
        acts.release(
            journal, held, Reason.HOLD_EXPIRED, head, state=HoldState.EXPIRED,
            grace_days=GRACE_DAYS,
        )  # fmt: skip
    journal.write()
    return len(rows)


@use_case
def close_days(limit: int = 31) -> int:
    """Roll up business days that are over, oldest first; return how many that was.

    Reports read closed days from the roll-up and later ones from the journal.
    """
    last = db.session.scalar(sa.select(sa.func.max(DAY.c.on_date)))
    first = last + timedelta(days=1) if last else _first_day()
    until = clock.business_date(clock.now() - DAY_IS_CLOSED_AFTER)  # this one is still open
    if first is None or first >= until:
        return 0
    end = min(until, first + timedelta(days=limit))
    days = flows.by_day(first, end)
    rows = [{"on_date": day, "fund": fund, **flow.as_dict()} for (day, fund), flow in days.items()]
    rows += _quiet_end(end - timedelta(days=1), {day for day, _ in days})
    db.session.execute(sa.insert(DAY), rows)
    return (end - first).days


def _first_day() -> date | None:
    first: date | None = db.session.scalar(sa.select(sa.func.min(TXN.c.posted_on)))
    return first


def _quiet_end(last: date, busy: set[date]) -> list[dict[str, object]]:
    """Mark how far days are closed, even if nothing moved on the last one."""
    if last in busy:
        return []
    return [{"on_date": last, "fund": flows.MARKER, **flows.Flow().as_dict()}]
