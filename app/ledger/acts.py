"""What each command does to wallets and lots, decided in memory under the lock.

Every act first brings its wallet up to date: lots that are due mature, lots that have lapsed
expire, each in a transaction of its own. A scheduler that died can so neither leak points nor keep
them back. Points are always used first-expiring first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from app.ledger.act import Act, Head
from app.ledger.journal import Journal
from app.ledger.types import (
    SPENDABLE,
    Account,
    Adjust,
    Book,
    Earn,
    FrozenWalletError,
    Fund,
    Hold,
    HoldState,
    InsufficientPointsError,
    Kind,
    Move,
    Part,
    Posted,
    Reason,
    Reverse,
    Spend,
    WalletStatus,
)
from app.ledger.wallets import LotState, WalletState


class LotDays(Protocol):
    """What of a lot must be known to find its like again."""

    @property
    def expires_on(self) -> date:
        """Last day."""

    @property
    def fund(self) -> Fund:
        """Purse."""


ISSUANCE, REDEEMED = (None, Account.ISSUANCE), (None, Account.REDEEMED)
EXPIRED, CLAWED = (None, Account.EXPIRED), (None, Account.CLAWED)


def refresh(journal: Journal, wallet: WalletState) -> None:
    """Mature and expire what is due in a wallet, once in a batch."""
    if wallet.is_fresh or wallet.book is not Book.POINTS:
        return
    wallet.is_fresh = True
    _mature(journal, wallet)
    _expire(journal, wallet)


def _mature(journal: Journal, wallet: WalletState) -> None:
    due = sorted(
        (
            lot
            for lot in wallet.lots.values()
            if lot.remaining and SPENDABLE < lot.matures_on <= journal.today
        ),
        key=lambda lot: lot.order,
    )
    if not due:
        return
    act = Act(journal, _own_head(Kind.MATURE, wallet))
    total = 0
    for lot in due:
        amount = lot.remaining
        act.move(lot, Move.LEAVE, amount)
        act.move(wallet.lot(lot.expires_on, SPENDABLE, lot.fund), Move.ARRIVE, amount)
        total += amount
    act.transfer(
        Book.POINTS,
        (wallet, Account.PENDING),
        (wallet, Account.AVAILABLE),
        total,
        Reason.MATURED,
    )
    # What has lapsed while it was pending expires before it could pay a debt.
    lapse(act, journal, wallet)
    settle(act, wallet)
    act.close()


def _expire(journal: Journal, wallet: WalletState) -> None:
    if any(lot.expires_on < journal.today for lot in wallet.spendable_lots()):
        act = Act(journal, _own_head(Kind.EXPIRE, wallet))
        lapse(act, journal, wallet)
        act.close()


def lapse(act: Act, journal: Journal, wallet: WalletState) -> None:
    """Let everything expire that lies in lapsed spendable lots."""
    lapsed = [lot for lot in wallet.spendable_lots() if lot.expires_on < journal.today]
    amount = sum(lot.remaining for lot in lapsed)
    act.take(lapsed, Move.EXPIRE, amount)
    act.transfer(Book.POINTS, (wallet, Account.AVAILABLE), EXPIRED, amount, Reason.EXPIRED)


def _own_head(kind: Kind, wallet: WalletState) -> Head:
    """Head of what the ledger does by itself; the key counts the wallet's lines."""
    return Head(kind, f"ledger.{kind}", f"{wallet.id}:{wallet.version + 1}", "")


def settle(act: Act, wallet: WalletState) -> None:
    """Pay debt out of what is available, first-expiring first."""
    amount = min(wallet.debt, wallet.available)
    if not amount:
        return
    if wallet.book is Book.POINTS:
        act.take(wallet.spendable_lots(), Move.REPAY, amount)
    act.transfer(
        wallet.book,
        (wallet, Account.AVAILABLE),
        (wallet, Account.DEBT),
        amount,
        Reason.DEBT_REPAID,
    )


# --- earning and spending ------------------------------------------------------------------------


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
        is_pending = part.matures_on is not None and part.matures_on > journal.today
        matures_on = part.matures_on if is_pending and part.matures_on else SPENDABLE
        lot = wallet.lot(part.expires_on, matures_on, part.fund)
        act.move(lot, Move.ISSUE, part.points)
        bucket = Account.PENDING if is_pending else Account.AVAILABLE
        act.transfer(
            Book.POINTS, ISSUANCE, (wallet, bucket), part.points, part.reason,
            fund=part.fund, lot=lot,
        )  # fmt: skip
    if part.growth:
        wallet = open_wallet(journal, member_id, Book.GROWTH)
        act.transfer(
            Book.GROWTH, ISSUANCE, (wallet, Account.AVAILABLE), part.growth, part.reason,
            fund=part.fund,
        )  # fmt: skip


def open_wallet(journal: Journal, member_id: int, book: Book) -> WalletState:
    """Return a member's wallet, up to date."""
    wallet = journal.wallet(member_id, book)
    if wallet is None:  # the service opens what an act can fill
        message = f"member {member_id} has no {book} wallet"
        raise LookupError(message)
    refresh(journal, wallet)
    return wallet


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
    up = Part(
        command.reason,
        max(command.points, 0),
        max(command.growth, 0),
        fund=command.fund,
        expires_on=command.expires_on,
    ) if command.points > 0 or command.growth > 0 else None  # fmt: skip
    if up is not None:
        issue(journal, act, command.member_id, up)
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


# --- holds ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HeldPoints:
    """An open hold with what it pins, in the order of use."""

    id: int
    amount: int
    wallet: WalletState
    pins: Sequence[tuple[LotState, int]]


def hold(journal: Journal, command: Hold, head: Head) -> Posted:
    """Reserve points: they stay in their lots, but nobody else can take them.

    Raises:
        FrozenWalletError: nothing can be reserved now.
        InsufficientPointsError: there are too few.
    """
    wallet = wallet_with(journal, command.member_id, command.points)
    act = Act(journal, head)
    taken = act.take(wallet.spendable_lots(), Move.HOLD, command.points)
    act.transfer(
        Book.POINTS,
        (wallet, Account.AVAILABLE),
        (wallet, Account.HELD),
        command.points,
        command.reason,
    )
    journal.rows.holds.append(
        (act.id, wallet.id, command.points, 0, HoldState.OPEN.value, command.expires_at, None)
    )
    journal.rows.pins += [(act.id, lot.id, amount) for lot, amount in taken]
    return act.close()


def capture(journal: Journal, held: HeldPoints, points: int, reason: str, head: Head) -> Posted:
    """Spend ``points`` of a hold, first-expiring first, and give the rest back.

    Pinned points may be captured after their day: they were reserved in time.

    Raises:
        FrozenWalletError: nothing can be spent now.
    """
    if held.wallet.status is WalletStatus.FROZEN:
        raise FrozenWalletError
    refresh(journal, held.wallet)
    act = Act(journal, head)
    left, back = points, []
    for lot, amount in held.pins:
        share = min(amount, left)
        act.move(lot, Move.CAPTURE, share)
        left -= share
        if amount > share:
            back.append((lot, amount - share))
    act.transfer(Book.POINTS, (held.wallet, Account.HELD), REDEEMED, points, reason)
    _give_back(journal, act, held.wallet, back, Reason.RELEASED)
    _resolve(journal, act, held, HoldState.CAPTURED, points)
    return act.close()


def release(
    journal: Journal, held: HeldPoints, reason: str, head: Head, *, state: HoldState
) -> Posted:
    """Give a hold back; what lapsed meanwhile expires at once."""
    refresh(journal, held.wallet)
    act = Act(journal, head)
    _give_back(journal, act, held.wallet, held.pins, reason)
    _resolve(journal, act, held, state, 0)
    return act.close()


def _give_back(
    journal: Journal,
    act: Act,
    wallet: WalletState,
    pins: Iterable[tuple[LotState, int]],
    reason: str,
) -> None:
    total = 0
    for lot, amount in pins:
        act.move(lot, Move.RELEASE, amount)
        total += amount
    act.transfer(Book.POINTS, (wallet, Account.HELD), (wallet, Account.AVAILABLE), total, reason)
    lapse(act, journal, wallet)
    settle(act, wallet)


def _resolve(journal: Journal, act: Act, held: HeldPoints, state: HoldState, captured: int) -> None:
    journal.rows.resolved_holds.append((captured, state.value, act.id, held.id))


# --- taking back and giving back -----------------------------------------------------------------


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
    pending = sum(share for lot, share in taken if lot.matures_on != SPENDABLE)
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
            lot = wallet.lot(until, SPENDABLE, Fund.RESTORED)
        else:
            lot = wallet.lot(was.expires_on, SPENDABLE, was.fund)
        act.move(lot, Move.RESTORE, amount)
        total += amount
    act.transfer(Book.POINTS, (None, origin), (wallet, Account.AVAILABLE), total, command.reason)
    settle(act, wallet)


def give_growth_back(act: Act, wallet: WalletState, amount: int, reason: str) -> None:
    """Return growth that was written down; pay debts."""
    act.transfer(Book.GROWTH, CLAWED, (wallet, Account.AVAILABLE), amount, reason)
    settle(act, wallet)
