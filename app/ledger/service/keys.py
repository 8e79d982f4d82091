"""Idempotency: the same command twice changes nothing; another under its key is refused."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from app.kernel.db import db, is_one_of
from app.ledger.chain import canonical, content_of
from app.ledger.check_proof import sha256_hex
from app.ledger.models import ENTRY, TXN, WALLET
from app.ledger.types import Book, Command, IdempotencyConflictError, Posted, Release

Place = tuple[str, str]
"""(scope, key)."""


class Known:
    """What some keys did before, read under the lock, and what they do in this batch."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._found = _posted_before(places)

    def __contains__(self, place: Place) -> bool:
        return place in self._found

    def get(self, place: Place, fingerprint: str) -> Posted | None:
        """Return what a command did before; None when it is new.

        Raises:
            IdempotencyConflictError: its key was used for another command.
        """
        if place not in self._found:
            return None
        posted, earlier = self._found[place]
        if earlier != fingerprint:
            raise IdempotencyConflictError
        return replace(posted, is_new=False)

    def remember(self, place: Place, fingerprint: str, posted: Posted) -> None:
        """Note what a new command does."""
        self._found[place] = (posted, fingerprint)


def place_of(command: Command) -> Place:
    """Return a command's scope and key."""
    return command.scope, command.key


def fingerprint_of(command: Command) -> str:
    """Return the SHA-256 of a command's content (everything but scope and key)."""
    kind = type(command)
    content = content_of(command, kind)
    if isinstance(command, Release) and command.grace_days is None:
        content = content[:-1]  # as it was before days of grace were known: keys are for ever
    return fingerprint(kind.__name__, *content)


def fingerprint(*values: Any) -> str:
    """Return the SHA-256 of plain values."""
    return sha256_hex(canonical(values))


def _posted_before(places: Iterable[Place]) -> dict[Place, tuple[Posted, str]]:
    keys: dict[str, list[str]] = {}
    for scope, key in places:
        keys.setdefault(scope, []).append(key)
    if not keys:
        return {}
    net = ENTRY.c.d_pending + ENTRY.c.d_available + ENTRY.c.d_held - ENTRY.c.d_debt
    rows = db.session.execute(
        sa.select(
            TXN.c.id,
            TXN.c.scope,
            TXN.c.key,
            TXN.c.fingerprint,
            WALLET.c.book,
            ENTRY.c.available_after,
            ENTRY.c.pending_after,
            net.label("net"),
        )
        .outerjoin(ENTRY, ENTRY.c.txn_id == TXN.c.id)
        .outerjoin(WALLET, WALLET.c.id == ENTRY.c.wallet_id)
        .where(
            sa.or_(*(sa.and_(TXN.c.scope == s, is_one_of(TXN.c.key, k)) for s, k in keys.items()))
        )
    )
    known: dict[Place, tuple[Posted, str]] = {}
    for row in rows:
        place = (row.scope, row.key)
        posted = known[place][0] if place in known else _nothing_moved(row.id)
        if row.book is Book.GROWTH:
            posted = replace(posted, growth=posted.growth + row.net)
        elif row.book is Book.POINTS:
            posted = replace(
                posted,
                points=posted.points + row.net,
                available=row.available_after,
                pending=row.pending_after,
            )
        known[place] = (posted, row.fingerprint)
    return known


def _nothing_moved(txn_id: int) -> Posted:
    return Posted(txn_id=txn_id, is_new=False, points=0, growth=0, available=0, pending=0)
