"""The chain of signed checkpoints, and whether today's chains still lead to their roots."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from app.ledger import check_proof, merkle, signing
from app.ledger.models import CHECKPOINT, CHECKPOINT_LEAF, ENTRY, GENESIS
from app.ledger.verifier.streams import stream

ROOTS = 3  # so many of the latest checkpoints have their root recomputed


def checkpoints(connection: Connection) -> Iterator[str]:
    """Find checkpoints that are forged, missing, or no longer led to by the chains."""
    number, previous = 0, GENESIS
    for row in stream(connection, sa.select(CHECKPOINT).order_by(CHECKPOINT.c.number)):
        number += 1
        if row.number != number:
            yield f"checkpoint {number} is missing"
            number = row.number
        stated = check_proof.canonical(
            {
                "checkpoint": row.number, "at": row.at.isoformat(), "wallets": row.wallets,
                "entries": row.entries, "root": row.root, "previous": previous,
            }
        )  # fmt: skip
        if row.statement != stated or row.digest != check_proof.sha256_hex(stated):
            yield f"checkpoint {row.number} is not what it states, or follows another one"
        if not signing.is_signed(row.statement, row.signature, row.public_key):
            yield f"checkpoint {row.number}: its signature does not hold"
        previous = row.digest
    latest = sa.select(CHECKPOINT).order_by(CHECKPOINT.c.number.desc()).limit(ROOTS)
    for row in connection.execute(latest).all():
        if (row.wallets, row.root) != _root_of(connection, row.number):
            yield f"checkpoint {row.number}: the chains no longer lead to its root"


def _root_of(connection: Connection, number: int) -> tuple[int, str]:
    """Return how many wallets stood under a checkpoint, and their root, from the chains now."""
    latest = (
        sa.select(CHECKPOINT_LEAF.c.wallet_id, sa.func.max(CHECKPOINT_LEAF.c.version).label("seq"))
        .where(CHECKPOINT_LEAF.c.number <= number)
        .group_by(CHECKPOINT_LEAF.c.wallet_id)
        .subquery()
    )
    query = (
        sa.select(ENTRY.c.wallet_id, ENTRY.c.seq, ENTRY.c.hash)
        .join(latest, sa.and_(latest.c.wallet_id == ENTRY.c.wallet_id, latest.c.seq == ENTRY.c.seq))
        .order_by(ENTRY.c.wallet_id)
    )
    tree = merkle.GrowingTree()
    for row in stream(connection, query):
        tree.add(check_proof.leaf_hash(row.wallet_id, row.seq, row.hash))
    return tree.size, tree.root()
