"""Every transaction: its digest, and whether transfers, lot moves and entries say the same."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.ledger import chain
from app.ledger.models import BUCKETS, ENTRY, LOT, LOT_MOVE, TRANSFER, TXN, WALLET
from app.ledger.types import SPENDABLE, Account, Book, Move
from app.ledger.verifier.streams import Grouped, stream

IN = (Move.ISSUE, Move.RESTORE, Move.ARRIVE)
OUT = (Move.LEAVE, Move.SPEND, Move.EXPIRE, Move.CLAW, Move.REPAY)


def transactions(connection: Connection) -> Iterator[str]:
    """Find transactions whose rows do not agree with each other."""
    transfers = Grouped(
        stream(connection, sa.select(TRANSFER).order_by(TRANSFER.c.txn_id, TRANSFER.c.seq)),
        "txn_id",
    )
    moves = Grouped(
        stream(
            connection,
            sa.select(LOT_MOVE, LOT.c.wallet_id, LOT.c.matures_on)
            .join(LOT, LOT.c.id == LOT_MOVE.c.lot_id)
            .order_by(LOT_MOVE.c.txn_id, LOT_MOVE.c.lot_id, LOT_MOVE.c.kind),
        ),
        "txn_id",
    )
    changes = (ENTRY.c.d_pending, ENTRY.c.d_available, ENTRY.c.d_held, ENTRY.c.d_debt)
    entries = Grouped(
        stream(
            connection,
            sa.select(ENTRY.c.txn_id, ENTRY.c.wallet_id, *changes, WALLET.c.book)
            .join(WALLET, WALLET.c.id == ENTRY.c.wallet_id)
            .order_by(ENTRY.c.txn_id, ENTRY.c.wallet_id),
        ),
        "txn_id",
    )
    for txn in stream(connection, sa.select(TXN).order_by(TXN.c.id)):
        yield from _transaction(
            txn,
            list(transfers.take(txn.id)),
            list(moves.take(txn.id)),
            list(entries.take(txn.id)),
        )


def _transaction(
    txn: Any, transfers: Sequence[Any], moves: Sequence[Any], entries: Sequence[Any]
) -> Iterator[str]:
    which = f"transaction {txn.id}"
    named = sorted((move.lot_id, str(move.kind), move.amount) for move in moves)
    digest = chain.txn_digest(tuple(txn)[:-1], [tuple(t)[1:] for t in transfers], named)
    if digest != txn.digest:
        yield f"{which}: its rows do not give its digest"
    if [t.seq for t in transfers] != list(range(1, len(transfers) + 1)):
        yield f"{which}: a transfer is missing"
    by_transfers, by_lots = _fold_transfers(transfers), _fold_moves(moves)
    for entry in entries:
        wallet_id, changes = entry.wallet_id, list(entry[2:6])
        moved = by_transfers.pop(wallet_id, [0, 0, 0, 0])
        if moved != changes:
            yield f"{which}: wallet {wallet_id} changed by {changes}, its transfers say {moved}"
        moved = by_lots.pop(wallet_id, [0, 0, 0])
        if entry.book is Book.POINTS and moved != changes[:3]:
            yield f"{which}: wallet {wallet_id} changed by {changes[:3]}, its lots by {moved}"
    for wallet_id in sorted({*by_transfers, *by_lots}):
        yield f"{which}: wallet {wallet_id} has no line for it"


def _fold_transfers(transfers: Iterable[Any]) -> dict[int, list[int]]:
    """Return how transfers change pending, available, held and debt, by wallet."""
    folded: dict[int, list[int]] = {}
    for t in transfers:
        ends = ((t.debit_wallet_id, t.debit, -t.amount), (t.credit_wallet_id, t.credit, t.amount))
        for wallet_id, account, amount in ends:
            if wallet_id is not None:
                by = -amount if account is Account.DEBT else amount
                folded.setdefault(wallet_id, [0, 0, 0, 0])[BUCKETS.index(account)] += by
    return folded


def _fold_moves(moves: Iterable[Any]) -> dict[int, list[int]]:
    """Return how moves of lots change pending, available and held, by wallet."""
    folded: dict[int, list[int]] = {}
    for move in moves:
        changes = folded.setdefault(move.wallet_id, [0, 0, 0])
        remaining = 1 if move.matures_on == SPENDABLE else 0
        if move.kind in IN or move.kind is Move.RELEASE:
            changes[remaining] += move.amount
        elif move.kind in OUT or move.kind is Move.HOLD:
            changes[remaining] -= move.amount
        if move.kind is Move.HOLD:
            changes[2] += move.amount
        elif move.kind in {Move.RELEASE, Move.CAPTURE}:
            changes[2] -= move.amount
    return folded
