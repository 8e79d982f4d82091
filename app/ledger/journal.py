"""One batch of postings: lock, read, decide in memory, write.

A :class:`Journal` locks the wallets it needs in ascending id (the mutex), reads their lots, lets
:mod:`app.ledger.acts` decide on these in memory, and then writes everything with one multi-row
statement per table. A refused act raises before anything is written. A batch of one and a batch of
five hundred take the same way, so ``post_many`` *is* a loop of ``post``.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.kernel import ids
from app.kernel.bulk import insert_rows, update_rows
from app.kernel.db import db, insert, is_one_of
from app.ledger.act import Batch, Rows
from app.ledger.models import (
    ENTRY,
    GENESIS,
    HOLD,
    HOLD_PIN,
    LOT,
    LOT_MOVE,
    TRANSFER,
    TXN,
    WALLET,
)
from app.ledger.types import SPENDABLE, Book, HoldState, WalletStatus
from app.ledger.wallets import LotState, WalletState


@dataclass(frozen=True, slots=True)
class Locked:
    """Wallets that this transaction has locked and read, and has not changed since."""

    member_ids: frozenset[int]
    rows: tuple[Any, ...]


class Journal(Batch):
    """The wallets, lots and rows of one batch."""

    def __init__(self, locked: "Locked | None" = None) -> None:
        super().__init__()
        self._wallets: dict[tuple[int, Book], WalletState] = {}
        self._members: set[int] = set()
        self._rows: list[Any] = []
        if locked is not None:
            self._members |= locked.member_ids
            self._take(locked.rows)

    # --- reading, under the lock ---

    def lock(self, member_ids: Collection[int]) -> None:
        """Lock the wallets of members, and of those they were merged into, in ascending id."""
        wanted = set(member_ids) - self._members
        while wanted:
            # FOR UPDATE on PostgreSQL; on SQLite the use case holds the write lock already.
            rows = db.session.execute(
                sa.select(WALLET)
                .where(is_one_of(WALLET.c.member_id, wanted))
                .order_by(WALLET.c.id)
                .with_for_update()
            ).all()
            self._members |= wanted
            wanted = self._take(rows) - self._members

    def _take(self, rows: Iterable[Any]) -> set[int]:
        """Take locked rows; return the members whom their members were merged into."""
        targets = set()
        for row in rows:
            wallet = WalletState(*row)
            self._wallets[wallet.member_id, wallet.book] = wallet
            self._rows.append(row)
            if wallet.merged_into_id is not None:
                targets.add(wallet.merged_into_id)
        return targets

    def locked(self) -> "Locked":
        """Return what is locked, for a batch of the same transaction that comes right after."""
        return Locked(frozenset(self._members), tuple(self._rows))

    def open_wallets(self, owners: Iterable[tuple[int, Book]]) -> None:
        """Make the wallets that members lack, under their lock.

        Whoever lacks one gets both books at once: others then see all wallets of a member or none,
        so two who lock them wait in the same order.
        """
        lacking = {owner[0] for owner in owners if owner not in self._wallets}
        missing = [
            (member_id, book)
            for member_id in sorted(lacking)
            for book in Book
            if (member_id, book) not in self._wallets
        ]
        if not missing:
            return
        rows = [
            {
                "id": ids.next_id(), "member_id": member_id, "book": book, "pending": 0,
                "available": 0, "held": 0, "debt": 0, "version": 0, "head_hash": GENESIS,
                "status": WalletStatus.OPEN, "merged_into_id": None,
            }
            for member_id, book in missing
        ]  # fmt: skip
        # Of two first times one makes the row; the other waits for it here, and then reads it.
        making = insert(WALLET).on_conflict_do_nothing().returning(*WALLET.c)
        made = db.session.execute(making, rows).all()
        if len(made) == len(rows):
            self._take(sorted(made, key=lambda row: int(row.id)))
            return
        self._members -= lacking
        self.lock(lacking)

    def wallet(self, member_id: int, book: Book) -> WalletState | None:
        """Return a member's wallet, or that of the member he was merged into."""
        found = self._wallets.get((member_id, book))
        while found is not None and found.merged_into_id is not None:
            found = self._wallets.get((found.merged_into_id, book))
        return found

    def wallets(self) -> Iterable[WalletState]:
        """Return every wallet that is locked."""
        return self._wallets.values()

    def has_locked(self, member_id: int) -> bool:
        """Return whether a member's wallets are locked."""
        return member_id in self._members

    def own_wallet(self, member_id: int, book: Book) -> WalletState:
        """Return the locked wallet in a member's own name, closed or not."""
        return self._wallets[member_id, book]

    def read_lots(self, *, of: Collection[WalletState] | None = None) -> None:
        """Read the lots that can matter: what holds points, and what new points can fall into.

        Args:
            of: read *every* lot of these wallets instead.
        """
        wallets = {
            wallet.id: wallet
            for wallet in (self._wallets.values() if of is None else of)
            if wallet.book is Book.POINTS and (of is not None or wallet.version)
        }
        if not wallets:
            return
        query = sa.select(LOT).where(is_one_of(LOT.c.wallet_id, wallets))
        if of is None:
            spendable = sa.and_(
                LOT.c.matures_on == SPENDABLE,
                sa.or_(LOT.c.expires_on >= self.today, _is_poured_into()),
            )
            query = query.where(
                sa.or_(
                    LOT.c.remaining > 0, LOT.c.held > 0, LOT.c.matures_on > self.today, spendable
                )
            )
        for row in db.session.execute(query.order_by(LOT.c.id)):
            lot = LotState.read(*row)
            wallets[lot.wallet_id].lots.setdefault(lot.key, lot)

    # --- writing ---

    def write(self) -> None:
        """Write the batch: one statement per table.

        Raises:
            RuntimeError: a wallet changed without its lock; the use case is rolled back.
        """
        rows = self.rows
        new_lots = [lot for lot in self.moved.values() if lot.is_new]
        old_lots = [lot for lot in self.moved.values() if not lot.is_new]
        insert_rows(LOT, [_lot_row(lot) for lot in new_lots])
        insert_rows(TXN, rows.txns)
        insert_rows(TRANSFER, rows.transfers)
        insert_rows(LOT_MOVE, rows.moves)
        insert_rows(ENTRY, rows.entries)
        insert_rows(HOLD, rows.holds)
        insert_rows(HOLD_PIN, rows.pins)
        self._resolve_holds()
        update_rows(
            LOT,
            ("received", "remaining", "held"),
            ("id",),
            [(lot.received, lot.remaining, lot.held, lot.id) for lot in old_lots],
        )
        self._write_wallets()
        for lot in new_lots:
            lot.is_new = False
        self.rows, self.moved = Rows(), {}

    def _write_wallets(self) -> None:
        touched = [w for w in self._wallets.values() if w.version != w.read_version]
        if not touched:
            return
        found = update_rows(
            WALLET,
            ("pending", "available", "held", "debt", "version", "head_hash"),
            ("id", "version"),
            [
                (w.pending, w.available, w.held, w.debt, w.version, w.head_hash, w.id,
                 w.read_version)
                for w in touched
            ],
        )  # fmt: skip
        if found != len(touched):
            raise RuntimeError("a wallet changed without its lock")
        for wallet in touched:
            wallet.read_version = wallet.version

    def _resolve_holds(self) -> None:
        resolved = self.rows.resolved_holds
        if not resolved:
            return
        found = update_rows(
            HOLD,
            ("captured", "state", "resolved_by_id"),
            ("id", "state"),
            [(*change, HoldState.OPEN.value) for change in resolved],
        )
        if found != len(resolved):
            raise RuntimeError("a hold was resolved without its wallet's lock")
        settled = [hold_id for *_, hold_id in resolved]
        db.session.execute(sa.delete(HOLD_PIN).where(HOLD_PIN.c.hold_id.in_(settled)))


def _is_poured_into() -> sa.ColumnElement[bool]:
    """Return whether points are pending that mature into this lot, lapsed and empty as it is."""
    pending = LOT.alias("pending")
    return sa.exists().where(
        pending.c.wallet_id == LOT.c.wallet_id,
        pending.c.expires_on == LOT.c.expires_on,
        pending.c.fund == LOT.c.fund,
        pending.c.matures_on > SPENDABLE,
        pending.c.remaining > 0,
    )


def _lot_row(lot: LotState) -> tuple[Any, ...]:
    return (
        lot.id, lot.wallet_id, lot.fund.value, lot.key.matures_on, lot.key.matures_at,
        lot.expires_on, lot.received, lot.remaining, lot.held,
    )  # fmt: skip
