"""Wallets and lots as one batch of postings sees them, under the wallets' locks."""

from datetime import date

from app.kernel import ids
from app.ledger.types import SPENDABLE, Account, Book, Fund, WalletStatus

LotKey = tuple[date, date, Fund]
"""(expires on, matures on, fund): a wallet has at most one lot of each."""


class LotState:
    """A lot as this batch sees it."""

    __slots__ = (
        "expires_on", "fund", "held", "id", "is_new", "matures_on", "received", "remaining",
        "wallet_id",
    )  # fmt: skip

    def __init__(self, lot_id: int, wallet_id: int, key: LotKey) -> None:
        self.id = lot_id
        self.wallet_id = wallet_id
        self.expires_on, self.matures_on, self.fund = key
        self.received = self.remaining = self.held = 0
        self.is_new = True

    @classmethod
    def read(
        cls,
        lot_id: int,
        wallet_id: int,
        fund: Fund,
        matures_on: date,
        expires_on: date,
        received: int,
        remaining: int,
        held: int,
    ) -> "LotState":
        """Return a lot from the columns of its row, in their order."""
        lot = cls(lot_id, wallet_id, (expires_on, matures_on, fund))
        lot.received, lot.remaining, lot.held = received, remaining, held
        lot.is_new = False
        return lot

    @property
    def key(self) -> LotKey:
        """What tells this lot from the wallet's others."""
        return self.expires_on, self.matures_on, self.fund

    @property
    def bucket(self) -> Account:
        """The wallet's bucket that its remaining points are counted in."""
        return Account.AVAILABLE if self.matures_on == SPENDABLE else Account.PENDING

    @property
    def order(self) -> tuple[date, int]:
        """Its place in the one order in which points are used: first-expiring first."""
        return self.expires_on, self.id


class WalletState:
    """A wallet and its lots as this batch sees them."""

    __slots__ = (
        "available", "book", "debt", "head_hash", "held", "id", "is_fresh", "lots", "member_id",
        "merged_into_id", "pending", "read_version", "status", "version",
    )  # fmt: skip

    def __init__(  # noqa: PLR0917 - the columns of a row
        self,
        wallet_id: int,
        member_id: int,
        book: Book,
        pending: int,
        available: int,
        held: int,
        debt: int,
        version: int,
        head_hash: str,
        status: WalletStatus,
        merged_into_id: int | None,
    ) -> None:
        """Take the columns of the wallet's row, in their order."""
        self.id = wallet_id
        self.member_id = member_id
        self.book = book
        self.pending = pending
        self.available = available
        self.held = held
        self.debt = debt
        self.version = self.read_version = version
        self.head_hash = head_hash
        self.status = status
        self.merged_into_id = merged_into_id
        self.lots: dict[LotKey, LotState] = {}
        self.is_fresh = False  # what was due has been done

    def change(self, bucket: Account, amount: int) -> None:
        """Credit a bucket with ``amount``, or debit it if that is negative."""
        match bucket:
            case Account.AVAILABLE:
                self.available += amount
            case Account.PENDING:
                self.pending += amount
            case Account.HELD:
                self.held += amount
            case Account.DEBT:  # what the member owes: the one bucket that a debit raises
                self.debt -= amount
            case _:
                message = f"{bucket} is no bucket of a wallet"
                raise ValueError(message)

    def spendable_lots(self) -> list[LotState]:
        """Return the lots to take from, in the order of use."""
        lots = [x for x in self.lots.values() if x.remaining and x.matures_on == SPENDABLE]
        lots.sort(key=lambda lot: lot.order)
        return lots

    def lots_for(self, fund: Fund) -> list[LotState]:
        """Return the lots to take back from: those of this fund first."""
        return sorted(self.spendable_lots(), key=lambda lot: (lot.fund is not fund, *lot.order))

    def lot(self, expires_on: date, matures_on: date, fund: Fund) -> LotState:
        """Return the lot with this key, making it if the wallet has none."""
        key = (expires_on, matures_on, fund)
        found = self.lots.get(key)
        if found is None:
            found = self.lots[key] = LotState(ids.next_id(), self.id, key)
        return found
