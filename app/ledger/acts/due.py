"""What is due in a wallet: points that mature, points that lapse, debts that can be paid."""

from app.ledger.act import EXPIRED, Act, Head
from app.ledger.journal import Journal
from app.ledger.types import Account, Book, Kind, Move, Reason
from app.ledger.wallets import WalletState


def refresh(journal: Journal, wallet: WalletState) -> None:
    """Mature and expire what is due in a wallet, once in a batch."""
    if wallet.is_fresh or wallet.book is not Book.POINTS:
        return
    wallet.is_fresh = True
    _mature(journal, wallet)
    _expire(journal, wallet)


def _mature(journal: Journal, wallet: WalletState) -> None:
    due = wallet.due_lots(journal.now)
    if not due:
        return
    act = Act(journal, _own_head(Kind.MATURE, wallet))
    total = 0
    for lot in due:
        amount = lot.remaining
        act.move(lot, Move.LEAVE, amount)
        act.move(wallet.lot(lot.key.matured), Move.ARRIVE, amount)
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


def open_wallet(journal: Journal, member_id: int, book: Book) -> WalletState:
    """Return a member's wallet, up to date."""
    wallet = journal.wallet(member_id, book)
    if wallet is None:  # the service opens what an act can fill
        message = f"member {member_id} has no {book} wallet"
        raise LookupError(message)
    refresh(journal, wallet)
    return wallet
