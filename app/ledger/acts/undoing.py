"""Take back what was given, give back what was taken."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Protocol

from app.ledger.act import CLAWED, Act
from app.ledger.acts.due import settle
from app.ledger.journal import Journal
from app.ledger.types import Account, Book, Fund, Move, Reverse
from app.ledger.wallets import LotKey, LotState, WalletState


class LotDays(Protocol):
    """What of a lot must be known to find its like again."""

    @property
    def expires_on(self) -> date:
        """Last day."""

    @property
    def fund(self) -> Fund:
        """Purse."""


def take_back(
    act: Act,
    wallet: WalletState,
    amount: int,
    fund: Fund,
    reason: str,
    own: Sequence[tuple[LotState, int]],
) -> None:
    """Take points back: own lots, then the same fund, then the others; the rest becomes debt.

    Args:
        act: the transaction.
        wallet: whose.
        amount: points, ≥ 0.
        fund: the purse they came from.
        reason: dotted name.
        own: the lots into which their source had paid, with how much at most, best first; only
            these may be pending ones.
    """
    taken, left = [], amount
    for lot, most in own:
        taken += act.take([lot], Move.CLAW, min(most, left))
        left = amount - sum(share for _, share in taken)
    taken += act.take(wallet.lots_for(fund), Move.CLAW, left)
    pending = sum(share for lot, share in taken if lot.is_pending)
    available = sum(share for _, share in taken) - pending
    for bucket, share in (
        (Account.PENDING, pending),
        (Account.AVAILABLE, available),
        (Account.DEBT, amount - pending - available),
    ):
        act.transfer(Book.POINTS, (wallet, bucket), CLAWED, share, reason, fund=fund)


def take_growth_back(act: Act, wallet: WalletState, amount: int, reason: str) -> None:
    """Take growth back; what is missing becomes debt."""
    available = min(wallet.available, amount)
    for bucket, share in ((Account.AVAILABLE, available), (Account.DEBT, amount - available)):
        act.transfer(Book.GROWTH, (wallet, bucket), CLAWED, share, reason)


def give_back(
    journal: Journal,
    act: Act,
    wallet: WalletState,
    portions: Iterable[tuple[LotDays, int]],
    origin: Account,
    command: Reverse,
) -> None:
    """Return points to the lots they were taken from; lapsed ones to a grace lot; pay debts.

    Args:
        journal: the batch.
        act: the transaction.
        wallet: who receives.
        portions: (lot as it was, points).
        origin: the account of the house that had received them.
        command: the reversal: its reason and its days of grace.
    """
    total = 0
    for was, amount in portions:
        if was.expires_on < journal.today:
            until = journal.today + timedelta(days=command.grace_days)
            lot = wallet.lot(LotKey.spendable(until, Fund.RESTORED))
        else:
            lot = wallet.lot(LotKey.spendable(was.expires_on, was.fund))
        act.move(lot, Move.RESTORE, amount)
        total += amount
    act.transfer(Book.POINTS, (None, origin), (wallet, Account.AVAILABLE), total, command.reason)
    settle(act, wallet)


def give_growth_back(act: Act, wallet: WalletState, amount: int, reason: str) -> None:
    """Return growth that was written down; pay debts."""
    act.transfer(Book.GROWTH, CLAWED, (wallet, Account.AVAILABLE), amount, reason)
    settle(act, wallet)
