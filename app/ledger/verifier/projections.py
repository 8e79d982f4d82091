"""Everything that is kept beside the journal, recomputed from it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.ledger import flows
from app.ledger.models import (
    DAY,
    ENTRY,
    HOLD,
    HOLD_PIN,
    LOT,
    LOT_MOVE,
    MERGE,
    TRANSFER,
    TXN,
    WALLET,
)
from app.ledger.types import BY_DAY, SPENDABLE, Account, Book, HoldState, Kind, Move, WalletStatus
from app.ledger.verifier.streams import stream
from app.ledger.verifier.transactions import IN, OUT

FARTHEST_ZONE = timedelta(hours=14)  # a midnight somewhere and in UTC are never farther apart
LONGEST_DAY = timedelta(hours=25) + FARTHEST_ZONE

REVERSIBLE = (Kind.EARN, Kind.SPEND, Kind.CAPTURE, Kind.ADJUST)


def _sum_if(kinds: Iterable[Move]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((LOT_MOVE.c.kind.in_(tuple(kinds)), LOT_MOVE.c.amount), else_=0))


def lots(connection: Connection) -> Iterator[str]:
    """Find lots that are not what their moves say."""
    moved = (
        sa.select(
            LOT_MOVE.c.lot_id,
            _sum_if(IN).label("received"),
            (_sum_if((*IN, Move.RELEASE)) - _sum_if((*OUT, Move.HOLD))).label("remaining"),
            (_sum_if((Move.HOLD,)) - _sum_if((Move.RELEASE, Move.CAPTURE))).label("held"),
        )
        .group_by(LOT_MOVE.c.lot_id)
        .subquery()
    )
    names = ("received", "remaining", "held")
    differs = sa.or_(*(LOT.c[n] != sa.func.coalesce(moved.c[n], 0) for n in names))
    query = (
        sa.select(LOT.c.id, LOT.c.wallet_id)
        .outerjoin(moved, moved.c.lot_id == LOT.c.id)
        .where(differs)
        .order_by(LOT.c.id)
    )
    for row in stream(connection, query):
        yield f"lot {row.id} of wallet {row.wallet_id} is not what its moves say"


def buckets(connection: Connection) -> Iterator[str]:
    """Find wallets whose buckets are not the sum of their lots."""
    is_spendable = LOT.c.matures_on == SPENDABLE
    lots = (
        sa.select(
            LOT.c.wallet_id,
            sa.func.sum(sa.case((is_spendable, 0), else_=LOT.c.remaining)).label("pending"),
            sa.func.sum(sa.case((is_spendable, LOT.c.remaining), else_=0)).label("available"),
            sa.func.sum(LOT.c.held).label("held"),
        )
        .group_by(LOT.c.wallet_id)
        .subquery()
    )
    names = ("pending", "available", "held")
    differs = sa.or_(*(WALLET.c[n] != sa.func.coalesce(lots.c[n], 0) for n in names))
    query = (
        sa.select(WALLET.c.id)
        .outerjoin(lots, lots.c.wallet_id == WALLET.c.id)
        .where(WALLET.c.book == Book.POINTS, differs)
        .order_by(WALLET.c.id)
    )
    for row in stream(connection, query):
        yield f"wallet {row.id}: its buckets are not the sum of its lots"


def late_points(connection: Connection) -> Iterator[str]:
    """Find lapsed or pending points that were used all the same."""
    used = LOT_MOVE.c.kind.in_((Move.SPEND, Move.HOLD, Move.REPAY))
    wrong = sa.or_(LOT.c.expires_on < TXN.c.posted_on, LOT.c.matures_on != SPENDABLE)
    query = (
        sa.select(LOT_MOVE.c.txn_id, LOT_MOVE.c.lot_id)
        .join(LOT, LOT.c.id == LOT_MOVE.c.lot_id)
        .join(TXN, TXN.c.id == LOT_MOVE.c.txn_id)
        # A merge pins held points again where they arrive; they were reserved in time.
        .where(used, wrong, TXN.c.kind.not_in((Kind.MERGE, Kind.UNMERGE)))
    )
    for row in stream(connection, query):
        yield f"transaction {row.txn_id} used points of lot {row.lot_id} outside their days"


def moments(connection: Connection) -> Iterator[str]:
    """Find points that matured before their moment, and such as will mature before their day.

    The hash of a transaction covers the day (``matures_on`` of its transfers); within it the moment
    of a lot is bounded by that day.
    """
    too_early = sa.and_(
        TXN.c.posted_on < LOT.c.matures_on,
        sa.or_(TXN.c.posted_at < LOT.c.matures_at, LOT.c.matures_at == BY_DAY),
    )
    query = (
        sa.select(LOT_MOVE.c.txn_id, LOT_MOVE.c.lot_id)
        .join(LOT, LOT.c.id == LOT_MOVE.c.lot_id)
        .join(TXN, TXN.c.id == LOT_MOVE.c.txn_id)
        .where(TXN.c.kind == Kind.MATURE, LOT_MOVE.c.kind == Move.LEAVE, too_early)
    )
    for row in stream(connection, query):
        yield f"transaction {row.txn_id} let points of lot {row.lot_id} mature before their moment"
    is_said = sa.exists().where(
        TRANSFER.c.txn_id == LOT_MOVE.c.txn_id,
        TRANSFER.c.credit_wallet_id == LOT.c.wallet_id,
        TRANSFER.c.fund == LOT.c.fund,
        TRANSFER.c.matures_on <= LOT.c.matures_on,
    )
    query = (
        sa.select(LOT.c.id, LOT.c.wallet_id)
        .join(LOT_MOVE, LOT_MOVE.c.lot_id == LOT.c.id)
        .where(
            LOT.c.matures_on > SPENDABLE,
            LOT.c.remaining > 0,
            LOT_MOVE.c.kind.in_((Move.ISSUE, Move.ARRIVE)),
            ~is_said,
        )
        .distinct()
        .order_by(LOT.c.id)
    )
    for row in stream(connection, query):
        yield f"lot {row.id} of wallet {row.wallet_id} matures before the day its earning says"
    waiting = sa.select(LOT.c.id, LOT.c.wallet_id, LOT.c.matures_on, LOT.c.matures_at).where(
        LOT.c.matures_on > SPENDABLE, LOT.c.remaining > 0, LOT.c.matures_at > BY_DAY
    )
    for row in stream(connection, waiting.order_by(LOT.c.id)):
        ends = datetime.combine(row.matures_on, time.min, tzinfo=UTC)
        if not ends - LONGEST_DAY <= row.matures_at <= ends + FARTHEST_ZONE:
            yield f"lot {row.id} of wallet {row.wallet_id}: its moment is not in its day"


def holds(connection: Connection) -> Iterator[str]:
    """Find holds, pins and held points that disagree."""

    def total(kind: Move, txn_id: sa.Column[Any]) -> sa.ScalarSelect[Any]:
        return (
            sa.select(sa.func.coalesce(sa.func.sum(LOT_MOVE.c.amount), 0))
            .where(LOT_MOVE.c.txn_id == txn_id, LOT_MOVE.c.kind == kind)
            .scalar_subquery()
        )

    pinned = (
        sa.select(sa.func.coalesce(sa.func.sum(HOLD_PIN.c.amount), 0))
        .where(HOLD_PIN.c.hold_id == HOLD.c.id)
        .scalar_subquery()
    )
    is_open = HOLD.c.state == HoldState.OPEN
    wrong = sa.or_(
        HOLD.c.amount != total(Move.HOLD, HOLD.c.id),
        pinned != sa.case((is_open, HOLD.c.amount), else_=0),
        sa.and_(~is_open, HOLD.c.captured != total(Move.CAPTURE, HOLD.c.resolved_by_id)),
    )
    for row in stream(connection, sa.select(HOLD.c.id).where(wrong).order_by(HOLD.c.id)):
        yield f"hold {row.id} is not what its transactions say"
    pins = (
        sa.select(HOLD_PIN.c.lot_id, sa.func.sum(HOLD_PIN.c.amount).label("held"))
        .group_by(HOLD_PIN.c.lot_id)
        .subquery()
    )
    query = (
        sa.select(LOT.c.id)
        .outerjoin(pins, pins.c.lot_id == LOT.c.id)
        .where(LOT.c.held != sa.func.coalesce(pins.c.held, 0))
    )
    for row in stream(connection, query):
        yield f"lot {row.id}: what it holds is not what holds pin"


def reversals(connection: Connection) -> Iterator[str]:
    """Find transactions of which more was reversed than they moved."""
    original = TXN.alias("original")
    undone = (
        sa.select(
            TXN.c.reverses_id,
            WALLET.c.book,
            sa.func.sum(ENTRY.c.d_pending + ENTRY.c.d_available + ENTRY.c.d_held - ENTRY.c.d_debt)
            .label("net"),
        )
        .join(ENTRY, ENTRY.c.txn_id == TXN.c.id)
        .join(WALLET, WALLET.c.id == ENTRY.c.wallet_id)
        .where(TXN.c.kind == Kind.REVERSE)
        .group_by(TXN.c.reverses_id, WALLET.c.book)
        .subquery()
    )  # fmt: skip
    moved = (
        sa.select(sa.func.coalesce(sa.func.sum(TRANSFER.c.amount), 0))
        .where(
            TRANSFER.c.txn_id == undone.c.reverses_id,
            TRANSFER.c.book == undone.c.book,
            sa.or_(
                TRANSFER.c.debit == Account.ISSUANCE,
                TRANSFER.c.credit.in_((Account.REDEEMED, Account.CLAWED)),
            ),
        )
        .scalar_subquery()
    )
    query = (
        sa.select(original.c.id, original.c.kind, undone.c.net, moved.label("moved"))
        .select_from(undone)
        .join(original, original.c.id == undone.c.reverses_id)
        .where(sa.or_(sa.func.abs(undone.c.net) > moved, original.c.kind.not_in(REVERSIBLE)))
    )
    for row in stream(connection, query):
        yield f"transaction {row.id} moved {row.moved}, {abs(row.net)} of it were reversed"


def merges(connection: Connection) -> Iterator[str]:
    """Find wallets that are not where their merges say."""
    is_open = sa.and_(
        MERGE.c.source_member_id == WALLET.c.member_id,
        MERGE.c.undone_by_id.is_(None),
    )
    into = sa.select(MERGE.c.target_member_id).where(is_open).scalar_subquery()
    is_closed = WALLET.c.status == WalletStatus.CLOSED
    wrong = sa.or_(
        sa.func.coalesce(into, 0) != sa.func.coalesce(WALLET.c.merged_into_id, 0),
        is_closed != into.is_not(None),
    )
    query = sa.select(WALLET.c.id).where(wrong).order_by(WALLET.c.id)
    for row in stream(connection, query):
        yield f"wallet {row.id} is not where its merges say"


def days(connection: Connection) -> Iterator[str]:
    """Find roll-ups that are not what the journal says."""
    last = connection.scalar(sa.select(sa.func.max(DAY.c.on_date)))
    if last is None:
        return
    kept = {
        (row.on_date, row.fund): flows.Flow(
            row.issued, row.restored, row.spent, row.expired, row.clawed
        )
        for row in stream(connection, sa.select(DAY))
    }
    wanted = flows.by_day(min(day for day, _ in kept), flows.day_after(last), connection)
    for place in sorted({*kept, *wanted}):
        if kept.get(place, flows.Flow()) != wanted.get(place, flows.Flow()):
            yield f"roll-up of {place[0]}, fund {place[1]}, is not what the journal says"
