"""How members grew: what a tier is computed from."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.kernel.db import db
from app.ledger.models import ENTRY, TXN, WALLET
from app.ledger.types import Book, WalletStatus


@dataclass(frozen=True, slots=True)
class GrowthEntry:
    """One movement of a member's growth.

    Attributes:
        seq: its number in his growth wallet, 1, 2, 3 without gaps.
        at: when it was posted.
        delta: whole growth points, negative when something was taken back.
        balance: what he had afterwards.
    """

    seq: int
    at: datetime
    delta: int
    balance: int


def growth_expression(member_id: Any) -> sa.ScalarSelect[Any]:
    """Return a member's growth as a scalar of SQL; NULL where he never got any."""
    wallet = WALLET.alias()
    return (
        sa.select(wallet.c.available)
        .where(wallet.c.member_id == member_id, wallet.c.book == Book.GROWTH)
        .scalar_subquery()
    )


def growth_of(member_ids: Collection[int]) -> dict[int, int]:
    """Return members' growth, 0 for who never got any. One statement, none for nobody."""
    found = dict.fromkeys(member_ids, 0)
    if found:
        rows = db.session.execute(
            sa.select(WALLET.c.member_id, WALLET.c.available).where(
                WALLET.c.book == Book.GROWTH, WALLET.c.member_id.in_(sorted(found))
            )
        )
        found |= {row.member_id: row.available for row in rows}
    return found


def growth_wallets() -> sa.Subquery:
    """Return (member_id, growth, seq) of every member whose growth is his own, for a join.

    ``seq`` is the number of the last movement. Who was merged into somebody has none of his own.
    """
    return (
        sa.select(
            WALLET.c.member_id,
            WALLET.c.available.label("growth"),
            WALLET.c.version.label("seq"),
        )
        .where(WALLET.c.book == Book.GROWTH, WALLET.c.status != WalletStatus.CLOSED)
        .subquery("growth_wallets")
    )


def growth_entries(
    known: Mapping[int, tuple[int, datetime | None]],
) -> dict[int, list[GrowthEntry]]:
    """Return how members grew, in the order of posting. One statement, none for nobody.

    Args:
        known: member -> (number of the last movement he knows, 0: all are wanted; a moment from
            which on movements are wanted however well known, or None). At most some hundred.
    """
    found: dict[int, list[GrowthEntry]] = defaultdict(list)
    if not known:
        return found
    rows = db.session.execute(
        sa.select(
            WALLET.c.member_id,
            ENTRY.c.seq,
            TXN.c.posted_at,
            ENTRY.c.d_available,
            ENTRY.c.available_after,
        )
        .join(ENTRY, ENTRY.c.wallet_id == WALLET.c.id)
        .join(TXN, TXN.c.id == ENTRY.c.txn_id)
        .where(
            WALLET.c.book == Book.GROWTH,
            WALLET.c.member_id.in_(sorted(known)),
            sa.or_(*(_wanted(member_id, *known[member_id]) for member_id in sorted(known))),
        )
        .order_by(WALLET.c.member_id, ENTRY.c.seq)
    )
    for row in rows:
        found[row.member_id].append(
            GrowthEntry(row.seq, row.posted_at, row.d_available, row.available_after)
        )
    return found


def _wanted(member_id: int, seq: int, since: datetime | None) -> sa.ColumnElement[bool]:
    newer: sa.ColumnElement[bool] = ENTRY.c.seq > seq
    if since is not None:
        newer = sa.or_(newer, TXN.c.posted_at >= since)
    return sa.and_(WALLET.c.member_id == member_id, newer)


def grown_since(member_id: int, moments: Sequence[datetime]) -> list[int]:
    """Return by how much a member grew from each moment on, less what was taken back.

    One statement.
    """
    sums = [
        sa.func.coalesce(
            sa.func.sum(sa.case((TXN.c.posted_at >= moment, ENTRY.c.d_available), else_=0)), 0
        )
        for moment in moments
    ]
    row = db.session.execute(
        sa.select(*sums)
        .select_from(WALLET)
        .join(ENTRY, ENTRY.c.wallet_id == WALLET.c.id)
        .join(TXN, TXN.c.id == ENTRY.c.txn_id)
        .where(
            WALLET.c.book == Book.GROWTH,
            WALLET.c.member_id == member_id,
            TXN.c.posted_at >= min(moments),
        )
    ).one()
    return [int(grown) for grown in row]


def growth_before(moment: datetime) -> dict[int, int]:
    """Return what each member had grown before a moment; who had nothing is left out.

    One statement over all movements since: for a dry run, not for a page that members open.
    """
    since = (
        sa.select(ENTRY.c.wallet_id, sa.func.sum(ENTRY.c.d_available).label("grown"))
        .join(TXN, TXN.c.id == ENTRY.c.txn_id)
        .where(TXN.c.posted_at >= moment)
        .group_by(ENTRY.c.wallet_id)
        .subquery()
    )
    before = WALLET.c.available - sa.func.coalesce(since.c.grown, 0)
    rows = db.session.execute(
        sa.select(WALLET.c.member_id, before.label("before"))
        .outerjoin(since, since.c.wallet_id == WALLET.c.id)
        .where(WALLET.c.book == Book.GROWTH, before != 0)
    )
    return {row.member_id: int(row.before) for row in rows}
