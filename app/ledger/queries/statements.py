"""A member's statement: every line says why, and what was there afterwards."""

import enum
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.types import Page, Ref
from app.ledger.models import ENTRY, HOLD, LOT, LOT_MOVE, TRANSFER, TXN, WALLET
from app.ledger.types import (
    BY_DAY,
    NEVER,
    SPENDABLE,
    Account,
    Book,
    Fund,
    HoldState,
    Kind,
    Move,
    moment_of,
)


class Show(enum.StrEnum):
    """Which lines of a statement."""

    ALL = "all"
    EARNED = "earned"  # the member has more than before
    SPENT = "spent"  # less: spent, taken back, expired
    PENDING = "pending"  # became pending, or stopped being it


class LinePart(NamedTuple):
    """One reason's share of a line; ``amount`` is signed."""

    reason: str
    book: Book
    amount: int
    fund: Fund | None


class Buckets(NamedTuple):
    """The four buckets of a wallet."""

    pending: int
    available: int
    held: int
    debt: int

    @property
    def net(self) -> int:
        """What the member has in all."""
        return self.pending + self.available + self.held - self.debt


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement.

    Attributes:
        seq: counts the wallet's lines without a gap.
        delta: how what the member has in all changed; 0 when points only changed buckets (matured,
            reserved).
        balance_after: what was spendable afterwards.
        change: how each bucket changed.
        after: the buckets afterwards.
        matures_at: the moment from which earned points can be spent; None: at once.
        expires_on: the last day of points earned; None: never.
        reverses_txn: the transaction that this one undid.
        is_undone: another one undid this one, or took back all of it while it waited.
    """

    seq: int
    txn_id: int
    kind: Kind
    occurred_at: datetime
    posted_at: datetime
    parts: tuple[LinePart, ...]
    delta: int
    balance_after: int
    change: Buckets
    after: Buckets
    matures_at: datetime | None
    expires_on: date | None
    source: Ref | None
    reverses_txn: int | None
    rule_version: int | None
    is_undone: bool = False

    @property
    def reason(self) -> str:
        """The first and leading reason; empty where nothing moved (an empty wallet merged)."""
        return self.parts[0].reason if self.parts else ""


_NET = ENTRY.c.d_pending + ENTRY.c.d_available + ENTRY.c.d_held - ENTRY.c.d_debt
_FILTERS: dict[Show, sa.ColumnElement[bool] | None] = {
    Show.ALL: None,
    Show.EARNED: _NET > 0,
    Show.SPENT: _NET < 0,
    Show.PENDING: ENTRY.c.d_pending != 0,
}
_UNDOING = TXN.alias("undoing")
_TOLD, _TELLING = ENTRY.alias("told"), TXN.alias("telling")
_WAITING = (
    sa.select(sa.func.sum(_TOLD.c.d_pending))
    .join(_TELLING, _TELLING.c.id == _TOLD.c.txn_id)
    .where(
        _TELLING.c.source_kind == TXN.c.source_kind,
        _TELLING.c.source_id == TXN.c.source_id,
        _TOLD.c.wallet_id == ENTRY.c.wallet_id,
    )
    .correlate(ENTRY, TXN)
    .scalar_subquery()
)
# What follows its cause is taken back by the cause: nothing of it waits any more.
_IS_UNDONE = sa.or_(
    sa.exists().where(_UNDOING.c.reverses_id == TXN.c.id).correlate(TXN),
    sa.and_(ENTRY.c.d_pending > 0, TXN.c.source_kind.is_not(None), _WAITING <= 0),
)
_LINE = (
    ENTRY,
    TXN.c.kind,
    TXN.c.occurred_at,
    TXN.c.posted_at,
    TXN.c.source_kind,
    TXN.c.source_id,
    TXN.c.reverses_id,
    TXN.c.rule_version,
    _IS_UNDONE.label("is_undone"),
)


def statement(
    member_id: int,
    *,
    book: Book = Book.POINTS,
    show: Show = Show.ALL,
    after: str | None = None,
    limit: int = 20,
) -> Page[Line]:
    """Return a page of a member's lines, newest first. Two statements.

    Args:
        member_id: whose.
        book: which book.
        show: which lines.
        after: ``next_key`` of the page before; anything that is no such key starts at the top.
        limit: lines a page.
    """
    query = (
        sa.select(*_LINE)
        .join(WALLET, WALLET.c.id == ENTRY.c.wallet_id)
        .join(TXN, TXN.c.id == ENTRY.c.txn_id)
        .where(WALLET.c.member_id == member_id, WALLET.c.book == book)
        .order_by(ENTRY.c.seq.desc())
        .limit(limit + 1)
    )
    wanted = _FILTERS[show]
    if wanted is not None:
        query = query.where(wanted)
    if after and after.isdecimal():
        query = query.where(ENTRY.c.seq < int(after))
    rows = db.session.execute(query).all()
    shown = rows[:limit]
    next_key = str(shown[-1].seq) if len(rows) > limit else None
    transfers = _transfers_of([row.txn_id for row in shown])
    return Page([_line(row, transfers.get(row.txn_id, ())) for row in shown], next_key)


# The day stands in the transfer, the moment in the lot that the points fell into.
_MOMENT = (
    sa.select(sa.func.min(LOT.c.matures_at))
    .join(LOT_MOVE, LOT_MOVE.c.lot_id == LOT.c.id)
    .where(
        LOT_MOVE.c.txn_id == TRANSFER.c.txn_id,
        LOT.c.wallet_id == TRANSFER.c.credit_wallet_id,
        LOT.c.matures_on == TRANSFER.c.matures_on,
        LOT.c.expires_on == sa.func.coalesce(TRANSFER.c.expires_on, NEVER),
        LOT.c.fund == TRANSFER.c.fund,
    )
    .correlate(TRANSFER)
    .scalar_subquery()
)


def _transfers_of(txn_ids: Collection[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    if not txn_ids:
        return found
    query = (
        sa.select(TRANSFER, sa.case((TRANSFER.c.matures_on.is_not(None), _MOMENT)).label("moment"))
        .where(TRANSFER.c.txn_id.in_(txn_ids))
        .order_by(TRANSFER.c.txn_id, TRANSFER.c.seq)
    )
    for row in db.session.execute(query):
        found.setdefault(row.txn_id, []).append(row)
    return found


def _line(row: Any, transfers: Iterable[Any]) -> Line:
    mine = [t for t in transfers if row.wallet_id in {t.debit_wallet_id, t.credit_wallet_id}]
    change = Buckets(row.d_pending, row.d_available, row.d_held, row.d_debt)
    after = Buckets(row.pending_after, row.available_after, row.held_after, row.debt_after)
    return Line(
        seq=row.seq,
        txn_id=row.txn_id,
        kind=row.kind,
        occurred_at=row.occurred_at,
        posted_at=row.posted_at,
        parts=tuple(
            LinePart(t.reason, t.book, _sign(row.wallet_id, t) * t.amount, t.fund) for t in mine
        ),
        delta=change.net,
        balance_after=after.available,
        change=change,
        after=after,
        matures_at=min((_usable_from(t) for t in mine if t.matures_on), default=None),
        expires_on=min((t.expires_on for t in mine if t.expires_on), default=None),
        source=Ref(row.source_kind, row.source_id) if row.source_kind else None,
        reverses_txn=row.reverses_id,
        rule_version=row.rule_version,
        is_undone=bool(row.is_undone),
    )


def _usable_from(transfer: Any) -> datetime:
    return moment_of(transfer.matures_on, transfer.moment or BY_DAY)


def _sign(wallet_id: int, transfer: Any) -> int:
    """Return the direction as the member sees it: what is spendable counts first."""
    gives = transfer.debit_wallet_id == wallet_id
    takes = transfer.credit_wallet_id == wallet_id
    if takes and transfer.credit is Account.AVAILABLE:
        return 1
    if gives and transfer.debit is Account.AVAILABLE:
        return -1
    return 1 if takes else -1


# --- one transaction -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LotLine:
    """What a transaction did to points of one expiry and fund.

    Attributes:
        matures_at: the moment from which they can be spent; None: spendable.
        expires_on: None: never.
    """

    move: Move
    amount: int
    fund: Fund
    matures_at: datetime | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Detail:
    """One transaction of a member, in both books.

    Attributes:
        lines: his lines by book.
        lots: what it did to which points.
        reversed_by: transactions that undid it, oldest first.
        hash_: of the points line (or the growth line), as the proof file shows it.
    """

    txn_id: int
    lines: dict[Book, Line]
    lots: tuple[LotLine, ...]
    reversed_by: tuple[int, ...]
    hash_: str


def detail(member_id: int, txn_id: int) -> Detail | None:
    """Return a transaction if it moved this member's wallets, else None. Four statements."""
    rows = db.session.execute(
        sa.select(*_LINE, WALLET.c.book)
        .join(WALLET, WALLET.c.id == ENTRY.c.wallet_id)
        .join(TXN, TXN.c.id == ENTRY.c.txn_id)
        .where(ENTRY.c.txn_id == txn_id, WALLET.c.member_id == member_id)
        .order_by(WALLET.c.book.desc())  # points first
    ).all()
    if not rows:
        return None
    transfers = _transfers_of([txn_id]).get(txn_id, ())
    wallets = [row.wallet_id for row in rows]
    moves = db.session.execute(
        sa.select(LOT_MOVE.c.kind, LOT_MOVE.c.amount, LOT)
        .join(LOT, LOT.c.id == LOT_MOVE.c.lot_id)
        .where(LOT_MOVE.c.txn_id == txn_id, LOT.c.wallet_id.in_(wallets))
        .order_by(LOT.c.expires_on, LOT.c.id)
    )
    reversed_by = db.session.scalars(
        sa.select(TXN.c.id).where(TXN.c.reverses_id == txn_id).order_by(TXN.c.id)
    )
    return Detail(
        txn_id=txn_id,
        lines={row.book: _line(row, transfers) for row in rows},
        lots=tuple(_lot_line(move) for move in moves),
        reversed_by=tuple(reversed_by),
        hash_=rows[0].hash,
    )


def _lot_line(row: Any) -> LotLine:
    return LotLine(
        move=row.kind,
        amount=row.amount,
        fund=row.fund,
        matures_at=None
        if row.matures_on == SPENDABLE
        else moment_of(row.matures_on, row.matures_at),
        expires_on=None if row.expires_on == NEVER else row.expires_on,
    )


# --- holds ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HoldLine:
    """Points reserved for something."""

    id: int
    amount: int
    expires_at: datetime
    reason: str
    source: Ref | None


def open_holds(member_id: int) -> list[HoldLine]:
    """Return a member's open holds, the soonest to lapse first. One statement."""
    rows = db.session.execute(
        sa.select(HOLD, TRANSFER.c.reason, TXN.c.source_kind, TXN.c.source_id)
        .join(WALLET, WALLET.c.id == HOLD.c.wallet_id)
        .join(TXN, TXN.c.id == HOLD.c.id)
        .join(TRANSFER, sa.and_(TRANSFER.c.txn_id == HOLD.c.id, TRANSFER.c.seq == 1))
        .where(WALLET.c.member_id == member_id, HOLD.c.state == HoldState.OPEN)
        .order_by(HOLD.c.expires_at, HOLD.c.id)
    )
    return [
        HoldLine(
            row.id,
            row.amount,
            row.expires_at,
            row.reason,
            Ref(row.source_kind, row.source_id) if row.source_kind else None,
        )
        for row in rows
    ]
