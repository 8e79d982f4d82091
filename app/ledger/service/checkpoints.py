"""Checkpoints: the heads of all wallets as one Merkle root, chained and signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.bulk import insert_rows
from app.kernel.db import db, in_use_case, use_case
from app.kernel.errors import ConflictError
from app.ledger import signing
from app.ledger.check_proof import canonical, leaf_hash, sha256_hex
from app.ledger.merkle import GrowingTree
from app.ledger.models import CHECKPOINT, CHECKPOINT_LEAF, GENESIS, WALLET


@dataclass(frozen=True, slots=True)
class Sealed:
    """A checkpoint that was made.

    Attributes:
        wallets: how many leaves stand under the root.
    """

    number: int
    at: datetime
    wallets: int
    root: str
    digest: str


def checkpoint() -> Sealed:
    """Seal the present state of all wallets; run daily.

    The heads are read before the write lock is taken, in one statement: one consistent view.

    Raises:
        ConflictError: several checkpoints at once; the others stand.
        RuntimeError: called inside a use case: it has one of its own.
    """
    if in_use_case():
        raise RuntimeError("a checkpoint opens its own transaction")
    db.session.rollback()
    heads = db.session.execute(
        sa.select(WALLET.c.id, WALLET.c.version, WALLET.c.head_hash)
        .where(WALLET.c.version > 0)
        .order_by(WALLET.c.id)
    ).all()
    tree = GrowingTree()
    for head in heads:
        tree.add(leaf_hash(head.id, head.version, head.head_hash))
    return _seal(heads, tree.root())


@use_case
def _seal(heads: Sequence[Any], root: str) -> Sealed:
    last = db.session.execute(
        sa.select(CHECKPOINT.c.number, CHECKPOINT.c.digest, CHECKPOINT.c.entries)
        .order_by(CHECKPOINT.c.number.desc())
        .limit(1)
    ).one_or_none()
    number, previous = (last.number + 1, last.digest) if last else (1, GENESIS)
    now = clock.now()
    entries = sum(head.version for head in heads)
    if last is not None and entries < last.entries:
        raise ConflictError  # another one was sealed since these heads were read
    statement = canonical(
        {
            "checkpoint": number,
            "at": now.isoformat(),
            "wallets": len(heads),
            "entries": entries,
            "root": root,
            "previous": previous,
        }
    )
    sealed = Sealed(number, now, len(heads), root, sha256_hex(statement))
    db.session.execute(
        sa.insert(CHECKPOINT),
        [
            {
                "number": number,
                "at": now,
                "wallets": len(heads),
                "entries": entries,
                "root": root,
                "previous": previous,
                "statement": statement,
                "digest": sealed.digest,
                "signature": signing.sign(statement),
                "public_key": signing.public_key(),
            }
        ],
    )
    _keep_leaves(number, heads)
    return sealed


def _keep_leaves(number: int, heads: Sequence[Any]) -> None:
    """Note the wallets that have moved since the checkpoint before."""
    latest = sa.func.max(CHECKPOINT_LEAF.c.version)
    before = sa.select(CHECKPOINT_LEAF.c.wallet_id, latest).group_by(CHECKPOINT_LEAF.c.wallet_id)
    known = {wallet_id: version for wallet_id, version in db.session.execute(before)}  # noqa: C416 - rows are no pairs to the type checker
    moved = [head for head in heads if known.get(head.id) != head.version]
    insert_rows(CHECKPOINT_LEAF, [(head.id, number, head.version) for head in moved])
