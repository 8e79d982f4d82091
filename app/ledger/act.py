"""One transaction being put together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from app.kernel import clock, ids
from app.kernel.types import Ref
from app.ledger.chain import txn_digest
from app.ledger.check_proof import entry_hash
from app.ledger.types import NEVER, Account, Book, Command, Fund, Kind, Move, Posted
from app.ledger.wallets import LotState, WalletState

End = tuple[WalletState | None, Account]
"""One end of a transfer: (wallet, bucket) or (None, account of the house)."""

ISSUANCE: End = (None, Account.ISSUANCE)
REDEEMED: End = (None, Account.REDEEMED)
EXPIRED: End = (None, Account.EXPIRED)
CLAWED: End = (None, Account.CLAWED)

# What a move of one point does to a lot's remaining, held and received.
_EFFECT: Mapping[Move, tuple[int, int, int]] = {
    Move.ISSUE: (1, 0, 1),
    Move.RESTORE: (1, 0, 1),
    Move.ARRIVE: (1, 0, 1),
    Move.LEAVE: (-1, 0, 0),
    Move.SPEND: (-1, 0, 0),
    Move.EXPIRE: (-1, 0, 0),
    Move.CLAW: (-1, 0, 0),
    Move.REPAY: (-1, 0, 0),
    Move.HOLD: (-1, 1, 0),
    Move.RELEASE: (1, -1, 0),
    Move.CAPTURE: (0, -1, 0),
}


class Head(NamedTuple):
    """What a transaction says about itself before anything moves."""

    kind: Kind
    scope: str
    key: str
    fingerprint: str
    source: Ref | None = None
    rule_version: int | None = None
    actor_id: int | None = None
    occurred_at: datetime | None = None
    reverses_id: int | None = None

    @classmethod
    def of(cls, kind: Kind, command: Command, fingerprint: str) -> "Head":
        """Return the head of a command's transaction."""
        return cls(
            kind,
            command.scope,
            command.key,
            fingerprint,
            command.source,
            command.rule_version,
            command.actor_id,
            command.occurred_at,
        )


@dataclass(slots=True)
class Rows:
    """What a batch will write, a tuple a row, in the order of the tables' columns."""

    txns: list[tuple[Any, ...]] = field(default_factory=list)
    transfers: list[tuple[Any, ...]] = field(default_factory=list)
    moves: list[tuple[Any, ...]] = field(default_factory=list)
    entries: list[tuple[Any, ...]] = field(default_factory=list)
    holds: list[tuple[Any, ...]] = field(default_factory=list)
    pins: list[tuple[Any, ...]] = field(default_factory=list)
    resolved_holds: list[tuple[Any, ...]] = field(default_factory=list)  # (…, hold id)


class Batch:
    """What the transactions of one batch share: the moment, and what will be written."""

    def __init__(self) -> None:
        self.now = clock.now()
        self.today = clock.business_date(self.now)
        self.rows = Rows()
        self.moved: dict[int, LotState] = {}


class Act:
    """One transaction being put together: transfers between buckets, moves of lots."""

    __slots__ = ("_batch", "_before", "_moves", "_transfers", "head", "id")

    def __init__(self, batch: Batch, head: Head) -> None:
        self.id = ids.next_id()
        self.head = head
        self._batch = batch
        self._before: dict[int, tuple[WalletState, int, int, int, int]] = {}
        self._transfers: list[tuple[Any, ...]] = []
        self._moves: dict[tuple[int, Move], int] = {}

    def touch(self, wallet: WalletState) -> None:
        """Give the wallet a line in its statement, even if nothing changes."""
        if wallet.id not in self._before:
            self._before[wallet.id] = (
                wallet, wallet.pending, wallet.available, wallet.held, wallet.debt,
            )  # fmt: skip

    def touched(self) -> list[WalletState]:
        """Return the wallets that get a line."""
        return [before[0] for before in self._before.values()]

    def transfer(
        self,
        book: Book,
        debit: End,
        credit: End,
        amount: int,
        reason: str,
        *,
        fund: Fund | None = None,
        lot: LotState | None = None,
    ) -> None:
        """Move ``amount`` from one account to another; nothing happens for 0.

        Args:
            book: which book.
            debit: what gives.
            credit: what receives.
            amount: whole points, ≥ 0.
            reason: dotted name.
            fund: the purse, where one purse is concerned.
            lot: of newly issued points: its days are written down.
        """
        if not amount:
            return
        (giver, out_of), (taker, into) = debit, credit
        if giver is not None:
            self.touch(giver)
            giver.change(out_of, -amount)
        if taker is not None:
            self.touch(taker)
            taker.change(into, amount)
        self._transfers.append(
            (
                len(self._transfers) + 1,
                str(book),
                None if giver is None else giver.id,
                str(out_of),
                None if taker is None else taker.id,
                str(into),
                amount,
                reason,
                None if fund is None else str(fund),
                None if lot is None or not lot.is_pending else lot.key.matures_on,
                None if lot is None or lot.expires_on == NEVER else lot.expires_on,
            )
        )

    def move(self, lot: LotState, kind: Move, amount: int) -> None:
        """Move points in, out or within a lot; nothing happens for 0."""
        if not amount:
            return
        remaining, held, received = _EFFECT[kind]
        lot.remaining += remaining * amount
        lot.held += held * amount
        lot.received += received * amount
        if lot.remaining < 0 or lot.held < 0:  # the caller asked for more than there is: a bug
            message = f"lot {lot.id}: {kind} {amount} leaves {lot.remaining} and {lot.held} held"
            raise AssertionError(message)
        place = (lot.id, kind)
        self._moves[place] = self._moves.get(place, 0) + amount
        self._batch.moved[lot.id] = lot

    def take(self, lots: Iterable[LotState], kind: Move, amount: int) -> list[tuple[LotState, int]]:
        """Take ``amount`` out of the lots in their order; return what came from which.

        Takes less when the lots hold less.
        """
        taken = []
        for lot in lots:
            share = min(lot.remaining, amount)
            if share:
                self.move(lot, kind, share)
                taken.append((lot, share))
                amount -= share
            if not amount:
                break
        return taken

    def close(self) -> Posted:
        """Seal the transaction: its digest, one entry per wallet, rows ready to be written."""
        batch, head, txn_id = self._batch, self.head, self.id
        source_kind, source_id = (head.source.kind, head.source.id) if head.source else (None, None)
        row = (
            txn_id, str(head.kind), head.scope, head.key, head.fingerprint,
            head.occurred_at or batch.now, batch.now, batch.today, source_kind, source_id,
            head.reverses_id, head.rule_version, head.actor_id,
        )  # fmt: skip
        moves = sorted([(lot_id, str(kind), n) for (lot_id, kind), n in self._moves.items()])
        digest = txn_digest(row, self._transfers, moves)
        rows = batch.rows
        rows.txns.append((*row, digest))
        rows.transfers += [(txn_id, *transfer) for transfer in self._transfers]
        rows.moves += [(txn_id, *move) for move in moves]
        return self._write_entries(digest)

    def _write_entries(self, digest: str) -> Posted:
        points = growth = available = pending = 0
        for wallet_id in sorted(self._before):
            wallet, p, a, h, d = self._before[wallet_id]
            after = (wallet.pending, wallet.available, wallet.held, wallet.debt)
            changes = (after[0] - p, after[1] - a, after[2] - h, after[3] - d)
            wallet.version += 1
            prev = wallet.head_hash
            line = (wallet.version, self.id, digest, *changes, *after)
            wallet.head_hash = entry_hash(wallet_id, line, prev)
            self._batch.rows.entries.append(
                (wallet_id, wallet.version, self.id, *changes, *after, prev, wallet.head_hash)
            )
            net = changes[0] + changes[1] + changes[2] - changes[3]
            if wallet.book is Book.GROWTH:
                growth += net
            else:
                points, pending, available = points + net, after[0], after[1]
        return Posted(self.id, True, points, growth, available, pending)  # noqa: FBT003 - is_new
