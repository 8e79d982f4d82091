"""Every wallet's chain: gap-free, adding up, each hash over the one before."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.ledger import check_proof
from app.ledger.models import ENTRY, GENESIS, TXN, WALLET
from app.ledger.verifier.streams import Grouped, stream


def chains(connection: Connection) -> Iterator[str]:
    """Find chains that break and wallets that are not what their last line says."""
    lines = stream(
        connection,
        sa.select(
            ENTRY.c.wallet_id, ENTRY.c.seq, ENTRY.c.txn_id, TXN.c.digest, ENTRY.c.d_pending,
            ENTRY.c.d_available, ENTRY.c.d_held, ENTRY.c.d_debt, ENTRY.c.pending_after,
            ENTRY.c.available_after, ENTRY.c.held_after, ENTRY.c.debt_after, ENTRY.c.prev_hash,
            ENTRY.c.hash,
        )
        .join(TXN, TXN.c.id == ENTRY.c.txn_id)
        .order_by(ENTRY.c.wallet_id, ENTRY.c.seq),
    )  # fmt: skip
    by_wallet = Grouped(lines, "wallet_id")
    for wallet in stream(connection, sa.select(WALLET).order_by(WALLET.c.id)):
        yield from _chain(wallet, by_wallet.take(wallet.id))


def _chain(wallet: Any, lines: Iterable[Any]) -> Iterator[str]:
    seq, prev, after = 0, GENESIS, (0, 0, 0, 0)
    for line in lines:
        seq += 1
        if line.seq != seq:
            yield f"wallet {wallet.id}: line {seq} is missing, {line.seq} follows"
            seq = line.seq
        body = tuple(line)[1:12]
        if tuple(a + b for a, b in zip(after, body[3:7], strict=True)) != body[7:]:
            yield f"wallet {wallet.id}: line {seq} does not add up"
        after = body[7:]
        if min(after) < 0 or (after[1] and after[3]):
            yield f"wallet {wallet.id}: line {seq} leaves {after}"
        if line.prev_hash != prev or line.hash != check_proof.entry_hash(wallet.id, body, prev):
            yield f"wallet {wallet.id}: the chain breaks at line {seq}"
        prev = line.hash
    held = (wallet.version, wallet.head_hash, wallet.pending, wallet.available, wallet.held,
            wallet.debt)  # fmt: skip
    if held != (seq, prev, *after):
        yield f"wallet {wallet.id}: it is not what its last line says"
