"""What sources (an order, a thread) have earned and not lost again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger.models import ENTRY, TRANSFER, TXN, WALLET
from app.ledger.types import Account, Book

AT_ONCE = 1_000

_LEFT = sa.func.sum(
    sa.case(
        (TRANSFER.c.debit == Account.ISSUANCE, TRANSFER.c.amount),
        (TRANSFER.c.credit == Account.CLAWED, -TRANSFER.c.amount),
        else_=0,
    )
)


def left_of_source(source: Ref) -> dict[Book, int]:
    """Return how much a source earned less what was taken back, by book. One statement."""
    rows = db.session.execute(
        sa.select(TRANSFER.c.book, _LEFT)
        .join(TXN, TXN.c.id == TRANSFER.c.txn_id)
        .where(TXN.c.source_kind == source.kind, TXN.c.source_id == source.id)
        .group_by(TRANSFER.c.book)
    )
    return {**dict.fromkeys(Book, 0), **{book: int(total) for book, total in rows}}


@dataclass(frozen=True, slots=True)
class SourcePosting:
    """One transaction that gave points for a source or took them back.

    Attributes:
        points: given, or taken back (negative).
        growth: the same of growth.
        owed: of the points taken back, those that had been spent and became debt.
    """

    txn_id: int
    at: datetime
    reason: str
    points: int
    growth: int
    owed: int
    rule_version: int | None


def sources_of(txn_ids: Collection[int]) -> dict[int, Ref]:
    """Return what transactions were posted for; those without a source are left out.

    One statement, none for no ids.
    """
    if not txn_ids:
        return {}
    rows = db.session.execute(
        sa.select(TXN.c.id, TXN.c.source_kind, TXN.c.source_id).where(
            TXN.c.id.in_(list(txn_ids)), TXN.c.source_kind.is_not(None)
        )
    )
    return {row.id: Ref(row.source_kind, row.source_id) for row in rows}


def points_undone(txn_ids: Collection[int]) -> dict[int, int]:
    """Return how many points of transactions were reversed; 0 for none of them.

    One statement, none for no ids.
    """
    undone = dict.fromkeys(txn_ids, 0)
    if not undone:
        return undone
    net = ENTRY.c.d_pending + ENTRY.c.d_available + ENTRY.c.d_held - ENTRY.c.d_debt
    rows = db.session.execute(
        sa.select(TXN.c.reverses_id, sa.func.sum(net).label("net"))
        .join(ENTRY, ENTRY.c.txn_id == TXN.c.id)
        .join(WALLET, WALLET.c.id == ENTRY.c.wallet_id)
        .where(TXN.c.reverses_id.in_(list(undone)), WALLET.c.book == Book.POINTS)
        .group_by(TXN.c.reverses_id)
    )
    return undone | {row.reverses_id: abs(int(row.net)) for row in rows}


def postings_of_source(source: Ref, *, member_id: int | None = None) -> list[SourcePosting]:
    """Return what was posted for a source, the oldest first. One statement.

    Args:
        source: an order, a thread, a like.
        member_id: only what moved this member's wallets; a like moves two members'.
    """
    signed = sa.case(
        (TRANSFER.c.debit == Account.ISSUANCE, TRANSFER.c.amount),
        (TRANSFER.c.credit == Account.CLAWED, -TRANSFER.c.amount),
        else_=0,
    )
    is_points = TRANSFER.c.book == Book.POINTS
    is_owed = sa.and_(
        is_points, TRANSFER.c.credit == Account.CLAWED, TRANSFER.c.debit == Account.DEBT
    )
    query = (
        sa.select(
            TXN.c.id,
            TXN.c.posted_at,
            TXN.c.rule_version,
            sa.func.min(TRANSFER.c.reason).label("reason"),
            sa.func.sum(sa.case((is_points, signed), else_=0)).label("points"),
            sa.func.sum(sa.case((is_points, 0), else_=signed)).label("growth"),
            sa.func.sum(sa.case((is_owed, TRANSFER.c.amount), else_=0)).label("owed"),
        )
        .join(TRANSFER, TRANSFER.c.txn_id == TXN.c.id)
        .where(
            TXN.c.source_kind == source.kind,
            TXN.c.source_id == source.id,
            sa.or_(TRANSFER.c.debit == Account.ISSUANCE, TRANSFER.c.credit == Account.CLAWED),
        )
        .group_by(TXN.c.id, TXN.c.posted_at, TXN.c.rule_version)
        .order_by(TXN.c.id)
    )
    if member_id is not None:
        wallet = sa.case(
            (TRANSFER.c.debit == Account.ISSUANCE, TRANSFER.c.credit_wallet_id),
            else_=TRANSFER.c.debit_wallet_id,
        )
        query = query.join(WALLET, WALLET.c.id == wallet).where(WALLET.c.member_id == member_id)
    rows = db.session.execute(query)
    return [
        SourcePosting(
            row.id,
            row.posted_at,
            row.reason,
            int(row.points),
            int(row.growth),
            int(row.owed),
            row.rule_version,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class SourceLeft:
    """What a source has earned and not lost again.

    Attributes:
        last_txn_id: the latest transaction about it; changes with every posting.
    """

    points: int
    growth: int
    last_txn_id: int


def left_of_sources(kind: str, source_ids: Collection[int]) -> dict[int, SourceLeft]:
    """Return what sources of a kind have left, by id; those never paid are left out.

    One statement for a thousand sources.
    """
    is_points = TRANSFER.c.book == Book.POINTS
    signed = sa.case(
        (TRANSFER.c.debit == Account.ISSUANCE, TRANSFER.c.amount),
        (TRANSFER.c.credit == Account.CLAWED, -TRANSFER.c.amount),
        else_=0,
    )
    left: dict[int, SourceLeft] = {}
    wanted = sorted(source_ids)
    for start in range(0, len(wanted), AT_ONCE):
        rows = db.session.execute(
            sa.select(
                TXN.c.source_id,
                sa.func.sum(sa.case((is_points, signed), else_=0)).label("points"),
                sa.func.sum(sa.case((is_points, 0), else_=signed)).label("growth"),
                sa.func.max(TXN.c.id).label("last_txn_id"),
            )
            .join(TRANSFER, TXN.c.id == TRANSFER.c.txn_id)
            .where(TXN.c.source_id.in_(wanted[start : start + AT_ONCE]), TXN.c.source_kind == kind)
            .group_by(TXN.c.source_id)
        )
        for row in rows:
            left[row.source_id] = SourceLeft(int(row.points), int(row.growth), row.last_txn_id)
    return left


def left_by_member(kind: str, source_ids: Collection[int]) -> dict[int, dict[int, SourceLeft]]:
    """Return the same for each member whose wallet moved: one like earns two of them.

    By source id and by the member of the wallet, as he was then. One statement for a thousand
    sources.
    """
    is_points = TRANSFER.c.book == Book.POINTS
    is_given = TRANSFER.c.debit == Account.ISSUANCE
    signed = sa.case((is_given, TRANSFER.c.amount), else_=-TRANSFER.c.amount)
    wallet = sa.case((is_given, TRANSFER.c.credit_wallet_id), else_=TRANSFER.c.debit_wallet_id)
    left: dict[int, dict[int, SourceLeft]] = {}
    wanted = sorted(source_ids)
    for start in range(0, len(wanted), AT_ONCE):
        rows = db.session.execute(
            sa.select(
                TXN.c.source_id,
                WALLET.c.member_id,
                sa.func.sum(sa.case((is_points, signed), else_=0)).label("points"),
                sa.func.sum(sa.case((is_points, 0), else_=signed)).label("growth"),
                sa.func.max(TXN.c.id).label("last_txn_id"),
            )
            .join(TRANSFER, TXN.c.id == TRANSFER.c.txn_id)
            .join(WALLET, WALLET.c.id == wallet)
            .where(
                TXN.c.source_id.in_(wanted[start : start + AT_ONCE]),
                TXN.c.source_kind == kind,
                sa.or_(is_given, TRANSFER.c.credit == Account.CLAWED),
            )
            .group_by(TXN.c.source_id, WALLET.c.member_id)
        )
        for row in rows:
            found = SourceLeft(int(row.points), int(row.growth), row.last_txn_id)
            left.setdefault(row.source_id, {})[row.member_id] = found
    return left


def earned_by_sources(
    kind: str, source_ids: Collection[int], *, book: Book = Book.POINTS
) -> dict[int, int]:
    """Return the same for many sources of a kind; a source that earned nothing is left out.

    One statement for a thousand sources.
    """
    earned: dict[int, int] = {}
    wanted = list(source_ids)
    for start in range(0, len(wanted), AT_ONCE):
        rows = db.session.execute(
            sa.select(TXN.c.source_id, _LEFT)
            .join(TRANSFER, TXN.c.id == TRANSFER.c.txn_id)
            .where(
                TXN.c.source_id.in_(wanted[start : start + AT_ONCE]),
                TXN.c.source_kind == kind,
                TRANSFER.c.book == book,
            )
            .group_by(TXN.c.source_id)
        )
        earned.update({source_id: int(total) for source_id, total in rows if total})
    return earned
