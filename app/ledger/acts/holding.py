"""Reserve points, spend what is reserved, give it back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.ledger.act import EXPIRED, REDEEMED, Act, Head
from app.ledger.acts.due import lapse, refresh, settle
from app.ledger.acts.earning import wallet_with
from app.ledger.journal import Journal
from app.ledger.types import (
    Account,
    Book,
    FrozenWalletError,
    Fund,
    Hold,
    HoldState,
    Move,
    Posted,
    Reason,
    WalletStatus,
)
from app.ledger.wallets import LotKey, LotState, WalletState


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
    journal: Journal,
    held: HeldPoints,
    reason: str,
    head: Head,
    *,
    state: HoldState,
    grace_days: int | None = None,
) -> Posted:
    """Give a hold back; what lapsed meanwhile expires, and comes anew with days of grace if any."""
    refresh(journal, held.wallet)
    act = Act(journal, head)
    _give_back(journal, act, held.wallet, held.pins, reason, grace_days)
    _resolve(journal, act, held, state, 0)
    return act.close()


def _give_back(
    journal: Journal,
    act: Act,
    wallet: WalletState,
    pins: Iterable[tuple[LotState, int]],
    reason: str,
    grace_days: int | None = None,
) -> None:
    total = lapsed = 0
    for lot, amount in pins:
        act.move(lot, Move.RELEASE, amount)
        total += amount
        lapsed += amount if lot.expires_on < journal.today else 0
    act.transfer(Book.POINTS, (wallet, Account.HELD), (wallet, Account.AVAILABLE), total, reason)
    lapse(act, journal, wallet)
    if grace_days is not None and lapsed:  # as a reversal gives back what has lapsed
        until = journal.today + timedelta(days=grace_days)
        act.move(wallet.lot(LotKey.spendable(until, Fund.RESTORED)), Move.RESTORE, lapsed)
        act.transfer(Book.POINTS, EXPIRED, (wallet, Account.AVAILABLE), lapsed, reason)
    settle(act, wallet)


def _resolve(journal: Journal, act: Act, held: HeldPoints, state: HoldState, captured: int) -> None:
    journal.rows.resolved_holds.append((captured, state.value, act.id, held.id))
