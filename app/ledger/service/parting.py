"""Part two merged members again: every lot, hold and debt returns to where it was."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.kernel.db import changed, db
from app.ledger import acts
from app.ledger.act import Act, Head
from app.ledger.journal import Journal
from app.ledger.models import HOLD, LOT, LOT_MOVE, MERGE, MERGE_HOLD, TRANSFER, WALLET
from app.ledger.service.carrying import pass_on, repin
from app.ledger.service.origins import corrected_since, moved_by
from app.ledger.types import (
    NEVER,
    Account,
    Book,
    Fund,
    HoldState,
    Move,
    Reason,
    WalletStatus,
)
from app.ledger.wallets import LotKey, LotState


@dataclass(slots=True)
class _Former:
    """What the merge moved.

    Attributes:
        remaining: points by lot, without those that were held.
        repaid: points of the target's lots, arrived ones too, that paid debts in the merge.
        debt: debts carried over.
        settled: debts paid in the merge.
        growth: growth carried over.
    """

    remaining: dict[LotKey, int] = field(default_factory=lambda: defaultdict(int))
    repaid: dict[LotKey, int] = field(default_factory=lambda: defaultdict(int))
    debt: dict[Book, int] = field(default_factory=lambda: defaultdict(int))
    settled: dict[Book, int] = field(default_factory=lambda: defaultdict(int))
    growth: int = 0

    def note_move(self, move: Any) -> None:
        """Read one move of a lot."""
        key = LotKey.of(move)
        if move.kind is Move.LEAVE:
            self.remaining[key] += move.amount
        elif move.kind is Move.RELEASE:
            self.remaining[key] -= move.amount
        elif move.kind is Move.REPAY:
            self.repaid[key] += move.amount

    def note_transfer(self, transfer: Any) -> None:
        """Read one transfer."""
        if transfer.credit is Account.DEBT and transfer.debit is Account.DEBT:
            self.debt[transfer.book] += transfer.amount
        elif transfer.credit is Account.DEBT:
            self.settled[transfer.book] += transfer.amount
        elif transfer.book is Book.GROWTH:
            self.growth += transfer.amount


class Parting:
    """One unmerge: give the source back what it had, from the target."""

    def __init__(self, journal: Journal, head: Head, merged: Any) -> None:
        self.journal = journal
        self.merged = merged
        self.source = journal.own_wallet(merged.source_member_id, Book.POINTS)
        self.target = journal.own_wallet(merged.target_member_id, Book.POINTS)
        journal.read_lots(of=[self.source, self.target])
        acts.refresh(journal, self.target)
        self.act = Act(
            journal, Head(head.kind, head.scope, head.key, head.fingerprint,
                          actor_id=head.actor_id, reverses_id=merged.id)
        )  # fmt: skip
        self.former = self._read_former()

    def run(self) -> int:
        """Do it; return the transaction's id."""
        _reopen(self.merged)
        self._undo_settlement()
        kept = self._return_holds()
        self._take_corrections_home()
        for book in Book:
            self._return_debt(book)
        self._return_lots()
        self._return_growth()
        for book in Book:
            acts.settle(self.act, self.journal.own_wallet(self.merged.target_member_id, book))
            acts.settle(self.act, self.journal.own_wallet(self.merged.source_member_id, book))
        self.act.touch(self.source)
        self.act.touch(self.target)
        self.act.close()
        self.journal.write()
        for holds, new_lots in kept:
            changed(sa.update(HOLD).where(HOLD.c.id.in_(holds)).values(wallet_id=self.source.id))
            repin(holds, new_lots)
        changed(
            sa.update(MERGE).where(MERGE.c.id == self.merged.id).values(undone_by_id=self.act.id)
        )
        return self.act.id

    def _read_former(self) -> _Former:
        former = _Former()
        moves = db.session.execute(
            sa.select(LOT_MOVE.c.kind, LOT_MOVE.c.amount, LOT)
            .join(LOT, LOT.c.id == LOT_MOVE.c.lot_id)
            .where(LOT_MOVE.c.txn_id == self.merged.id)
        ).all()
        for move in moves:
            former.note_move(move)
        transfers = db.session.execute(
            sa.select(TRANSFER).where(TRANSFER.c.txn_id == self.merged.id)
        ).all()
        for transfer in transfers:
            former.note_transfer(transfer)
        return former

    def _undo_settlement(self) -> None:
        for key, amount in sorted(self.former.repaid.items()):
            self.act.move(self.target.lot(key), Move.RESTORE, amount)
        for book, amount in self.former.settled.items():
            wallet = self.journal.own_wallet(self.merged.target_member_id, book)
            self.act.transfer(
                book, (wallet, Account.DEBT), (wallet, Account.AVAILABLE), amount, Reason.UNMERGED
            )
        acts.lapse(self.act, self.journal, self.target)

    def _take_corrections_home(self) -> None:
        """Count what was corrected of the source's own dealings meanwhile as his, not his target's.

        A loss lessens the lots it came from, then those of the same fund, then any that live; what
        is missing he owes.
        """
        corrected = corrected_since(self.merged.id, self.merged.source_member_id)
        former, owed = self.former, corrected.owed
        funds: list[tuple[Fund | None, int]] = [(None, owed)]
        for key, amount in corrected.gained.items():
            former.remaining[key] += amount
        for lost, amount in sorted(corrected.lost.items()):
            days = lost.expires_on, lost.fund
            alike = [k for k in sorted(former.remaining) if (k.expires_on, k.fund) == days]
            alike.sort(key=lambda key: not key.is_alike(lost))
            funds.append((lost.fund, amount - self._lessen(alike, amount)))
        for fund_, amount in funds:
            today = self.journal.today
            live = [key for key in sorted(former.remaining) if key.expires_on >= today]
            live.sort(key=lambda key: key.fund is not fund_)
            former.debt[Book.POINTS] += amount - self._lessen(live, amount)
        former.growth += corrected.growth
        former.debt[Book.GROWTH] += max(0, -former.growth)
        former.growth = max(0, former.growth)

    def _lessen(self, keys: Sequence[LotKey], amount: int) -> int:
        left = amount
        for key in keys:
            share = min(self.former.remaining[key], left)
            self.former.remaining[key] -= share
            left -= share
        return amount - left

    def _return_debt(self, book: Book) -> None:
        """The source owes again what it owed; what the target paid of it, he gets back."""
        owed = self.former.debt[book]
        giver = self.journal.own_wallet(self.merged.target_member_id, book)
        taker = self.journal.own_wallet(self.merged.source_member_id, book)
        open_ = min(owed, giver.debt)
        self.act.transfer(
            book, (taker, Account.DEBT), (giver, Account.DEBT), open_, Reason.UNMERGED
        )
        paid = owed - open_
        self.act.transfer(
            book, (taker, Account.DEBT), (giver, Account.AVAILABLE), paid, Reason.UNMERGED
        )
        if book is Book.POINTS and paid:
            there = giver.lot(LotKey.spendable(NEVER, Fund.RESTORED))
            self.act.move(there, Move.RESTORE, paid)

    def _return_holds(self) -> list[tuple[list[int], dict[int, int]]]:
        """Carry open holds back; of settled ones, what they gave back counts as remaining."""
        holds = db.session.execute(
            sa.select(HOLD)
            .join(MERGE_HOLD, MERGE_HOLD.c.hold_id == HOLD.c.id)
            .where(MERGE_HOLD.c.merge_id == self.merged.id)
            .order_by(HOLD.c.id)
        ).all()
        still_open, new_lots = [], {}
        for hold in holds:
            pinned = moved_by(hold.id, Move.HOLD)
            if hold.state is HoldState.OPEN:
                still_open.append(hold.id)
                new_lots.update(self._return_pins(pinned))
                continue
            captured = dict(moved_by(hold.resolved_by_id, Move.CAPTURE))
            for key, amount in pinned:
                self.former.remaining[key] += amount - captured.get(key, 0)
            for key, amount in moved_by(hold.resolved_by_id, Move.RESTORE):  # days of grace
                self.former.remaining[key] += amount
        return [(still_open, new_lots)] if still_open else []

    def _return_pins(self, portions: Sequence[tuple[LotKey, int]]) -> dict[int, int]:
        new_lots = {}
        for key, amount in portions:
            here, there = self.target.lot(key), self.source.lot(key)
            self.act.move(here, Move.RELEASE, amount)
            self.act.move(here, Move.LEAVE, amount)
            self.act.move(there, Move.ARRIVE, amount)
            self.act.move(there, Move.HOLD, amount)
            pass_on(
                self.act, Book.POINTS, self.target, self.source, Account.HELD, amount,
                Reason.UNMERGED, there,
            )  # fmt: skip
            new_lots[here.id] = there.id
        return new_lots

    def _return_lots(self) -> None:
        today = self.journal.today
        wanted = {
            key: amount
            for key, amount in sorted(self.former.remaining.items(), key=lambda item: item[0])
            if amount and key.expires_on >= today  # what has lapsed stays lapsed, in either wallet
        }
        short: dict[LotKey, int] = {}
        for key, amount in wanted.items():  # first every lot from its like …
            short[key] = amount - self._hand_over(key, list(self.target.likes(key)), amount)
        for key, amount in short.items():  # … then the rest from whatever there is, then debt
            others = self.target.lots_for(key.fund)
            missing = amount - self._hand_over(key, others, amount)
            there = self.source.lot(key)
            self.act.move(there, Move.RESTORE, missing)
            self.act.transfer(
                Book.POINTS, (self.target, Account.DEBT), (self.source, there.bucket), missing,
                Reason.UNMERGED, fund=there.fund, lot=there,
            )  # fmt: skip

    def _hand_over(self, key: LotKey, lots: Sequence[LotState], amount: int) -> int:
        """Move up to ``amount`` from these lots into the source's lot; return how much it was."""
        there = self.source.lot(key)
        left = amount
        for lot in lots:
            share = min(lot.remaining, left)
            # Reports by fund see points cross from one fund to another as taken and restored.
            same = lot.fund is there.fund
            self.act.move(lot, Move.LEAVE if same else Move.CLAW, share)
            self.act.move(there, Move.ARRIVE if same else Move.RESTORE, share)
            self.act.transfer(
                Book.POINTS, (self.target, lot.bucket), (self.source, there.bucket), share,
                Reason.UNMERGED, fund=there.fund, lot=there,
            )  # fmt: skip
            left -= share
        return amount - left

    def _return_growth(self) -> None:
        giver = self.journal.own_wallet(self.merged.target_member_id, Book.GROWTH)
        taker = self.journal.own_wallet(self.merged.source_member_id, Book.GROWTH)
        there = min(self.former.growth, giver.available)
        for bucket, share in (
            (Account.AVAILABLE, there), (Account.DEBT, self.former.growth - there),
        ):  # fmt: skip
            self.act.transfer(
                Book.GROWTH, (giver, bucket), (taker, Account.AVAILABLE), share, Reason.UNMERGED
            )


def _reopen(merged: Any) -> None:
    changed(
        sa.update(WALLET)
        .where(WALLET.c.member_id == merged.source_member_id)
        .values(status=WalletStatus.OPEN, merged_into_id=None)
    )
