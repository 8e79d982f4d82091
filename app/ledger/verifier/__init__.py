"""Recompute everything the ledger keeps and name what drifts.

One pass over the transactions (digest; entries and lots are what the transfers say), one over the
chains (gap-free, every hash, wallet = last line), and set-wise checks of lots, holds, reversals,
merges, roll-ups, checkpoints and triggers. Reads one snapshot, row by row: memory stays flat.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import Connection

from app.kernel.db import db, missing_triggers
from app.ledger.verifier.chains import chains
from app.ledger.verifier.checkpoints import checkpoints
from app.ledger.verifier.projections import (
    buckets,
    days,
    holds,
    late_points,
    lots,
    merges,
    moments,
    reversals,
)
from app.ledger.verifier.rollups import rollups
from app.ledger.verifier.transactions import transactions

CHECKS = (
    transactions,
    chains,
    lots,
    buckets,
    late_points,
    moments,
    holds,
    reversals,
    merges,
    days,
    rollups,
    checkpoints,
)


def drifts() -> Iterator[str]:
    """Yield one sentence per drift; nothing when all is well."""
    db.session.rollback()
    for name in missing_triggers():
        yield f"trigger {name} does not stand: the table can be changed"
    db.session.rollback()
    with _snapshot() as connection:
        for check in CHECKS:
            yield from check(connection)


@contextmanager
def _snapshot() -> Iterator[Connection]:
    """One view of the database for all checks, however long they take."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection
