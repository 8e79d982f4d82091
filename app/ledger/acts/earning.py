"""Earn, spend, adjust."""

from datetime import datetime

from app.ledger.act import CLAWED, ISSUANCE, REDEEMED, Act, Head
from app.ledger.acts.due import open_wallet, refresh, settle
from app.ledger.journal import Journal
from app.ledger.types import (
    Account,
    Adjust,
    Book,
    Earn,
    FrozenWalletError,
    InsufficientPointsError,
    Move,
    Part,
    Posted,
    Spend,
    WalletStatus,
)
from app.ledger.wallets import LotKey, WalletState


def earn(journal: Journal, command: Earn, head: Head) -> Posted:
    """Issue every part, then pay debts."""
    act = Act(journal, head)
    for part in command.parts:
        issue(journal, act, command.member_id, part)
    _settle_touched(act)
    return act.close()


def issue(journal: Journal, act: Act, member_id: int, part: Part) -> None:
    """Give a member new points and growth.

    Raises:
        ValueError: the points would have lapsed already.
    """
    if part.points:
        if part.expires_on < journal.today:
            message = f"points that expired on {part.expires_on} can't be issued"
            raise ValueError(message)
        wallet = open_wallet(journal, member_id, Book.POINTS)
        lot = wallet.lot(_key_of(part, journal.now))
        act.move(lot, Move.ISSUE, part.points)
        act.transfer(
            Book.POINTS, ISSUANCE, (wallet, lot.bucket), part.points, part.reason,
            fund=part.fund, lot=lot,
        )  # fmt: skip
    if part.growth:
        wallet = open_wallet(journal, member_id, Book.GROWTH)
        act.transfer(
            Book.GROWTH, ISSUANCE, (wallet, Account.AVAILABLE), part.growth, part.reason,
            fund=part.fund,
        )  # fmt: skip


def _key_of(part: Part, now: datetime) -> LotKey:
    comes = part.usable_from
    if comes is None or comes <= now:
        return LotKey.spendable(part.expires_on, part.fund)
    return LotKey.pending(part.expires_on, comes, part.fund)


def _settle_touched(act: Act) -> None:
    for wallet in act.touched():
        if wallet.debt:
            settle(act, wallet)


def spend(journal: Journal, command: Spend, head: Head) -> Posted:
    """Take points at once.

    Raises:
        FrozenWalletError: nothing can be spent now.
        InsufficientPointsError: there are too few.
    """
    wallet = wallet_with(journal, command.member_id, command.points)
    act = Act(journal, head)
    act.take(wallet.spendable_lots(), Move.SPEND, command.points)
    act.transfer(Book.POINTS, (wallet, Account.AVAILABLE), REDEEMED, command.points, command.reason)
    return act.close()


def wallet_with(journal: Journal, member_id: int, points: int) -> WalletState:
    """Return the member's points wallet if he may spend that many.

    Raises:
        FrozenWalletError: nothing can be spent now.
        InsufficientPointsError: there are too few.
    """
    wallet = journal.wallet(member_id, Book.POINTS)
    if wallet is None:
        raise InsufficientPointsError(needed=points, available=0)
    if wallet.status is WalletStatus.FROZEN:
        raise FrozenWalletError
    refresh(journal, wallet)
    if wallet.available < points:
        raise InsufficientPointsError(needed=points, available=wallet.available)
    return wallet


def adjust(journal: Journal, command: Adjust, head: Head) -> Posted:
    """Correct points and growth up or down.

    Raises:
        InsufficientPointsError: there are fewer than shall go.
    """
    act = Act(journal, head)
    points, growth = max(command.points, 0), max(command.growth, 0)
    if points or growth:
        part = Part(
            command.reason, points, growth, fund=command.fund, expires_on=command.expires_on
        )
        issue(journal, act, command.member_id, part)
    for book, amount in ((Book.POINTS, -command.points), (Book.GROWTH, -command.growth)):
        if amount > 0:
            _write_down(journal, act, command, book, amount)
    _settle_touched(act)
    return act.close()


def _write_down(journal: Journal, act: Act, command: Adjust, book: Book, amount: int) -> None:
    wallet = journal.wallet(command.member_id, book)
    if wallet is not None:
        refresh(journal, wallet)
    if wallet is None or wallet.available < amount:
        available = wallet.available if wallet else 0
        raise InsufficientPointsError(needed=amount, available=available)
    if book is Book.POINTS:
        act.take(wallet.spendable_lots(), Move.CLAW, amount)
    act.transfer(book, (wallet, Account.AVAILABLE), CLAWED, amount, command.reason)
