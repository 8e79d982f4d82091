"""Wallets and lots as one batch of postings sees them, under the wallets' locks."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from app.kernel import ids
from app.ledger.types import (
    BY_DAY,
    SPENDABLE,
    Account,
    Book,
    Fund,
    WalletStatus,
    first_day,
    moment_of,
)


class LotKey(NamedTuple):
    """What tells a wallet's lots from each other: it has at most one of each."""

    expires_on: date
    matures_on: date
    matures_at: datetime
    fund: Fund

    @classmethod
    def of(cls, row: Any) -> "LotKey":
        """Return the key of a lot's row."""
        return cls(row.expires_on, row.matures_on, row.matures_at, row.fund)

    @classmethod
    def spendable(cls, expires_on: date, fund: Fund) -> "LotKey":
        """Return the key of points that can be spent."""
        return cls(expires_on, SPENDABLE, BY_DAY, fund)

    @classmethod
    def pending(cls, expires_on: date, at: datetime, fund: Fund) -> "LotKey":
        """Return the key of points that can be spent from a moment on."""
        return cls(expires_on, first_day(at), at, fund)

    @property
    def is_pending(self) -> bool:
        """Whether points of such a lot have to mature still."""
        return self.matures_on != SPENDABLE

    @property
    def moment(self) -> datetime:
        """When points of such a lot become spendable."""
        return moment_of(self.matures_on, self.matures_at)

    @property
    def place(self) -> tuple[date, datetime, date]:
        """What orders keys by the time from which their points can be spent."""
        return self.matures_on, self.matures_at, self.expires_on

    @property
    def matured(self) -> "LotKey":
        """The key under which its points lie once they have matured."""
        return LotKey.spendable(self.expires_on, self.fund)

    def is_alike(self, other: "LotKey") -> bool:
        """Return whether points of both are of one kind, whatever the days that are kept."""
        return (
            (self.expires_on, self.fund) == (other.expires_on, other.fund)
            and self.is_pending == other.is_pending
            and self.moment == other.moment
        )


class LotState:
    """A lot as this batch sees it."""

    __slots__ = (
        "expires_on", "fund", "held", "id", "is_new", "is_pending", "key", "received",
        "remaining", "wallet_id",
    )  # fmt: skip

    def __init__(self, lot_id: int, wallet_id: int, key: LotKey) -> None:
        self.id = lot_id
        self.wallet_id = wallet_id
        self.key = key
        self.expires_on, self.fund = key.expires_on, key.fund
        self.is_pending = key.is_pending
        self.received = self.remaining = self.held = 0
        self.is_new = True

    @classmethod
    def read(  # noqa: PLR0917 - the columns of a row
        cls,
        lot_id: int,
        wallet_id: int,
        fund: Fund,
        matures_on: date,
        matures_at: datetime,
        expires_on: date,
        received: int,
        remaining: int,
        held: int,
    ) -> "LotState":
        """Return a lot from the columns of its row, in their order."""
        lot = cls(lot_id, wallet_id, LotKey(expires_on, matures_on, matures_at, fund))
        lot.received, lot.remaining, lot.held = received, remaining, held
        lot.is_new = False
        return lot

    @property
    def bucket(self) -> Account:
        """The wallet's bucket that its remaining points are counted in."""
        return Account.PENDING if self.is_pending else Account.AVAILABLE

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
        lots = [x for x in self.lots.values() if x.remaining and not x.is_pending]
        lots.sort(key=lambda lot: lot.order)
        return lots

    def lots_for(self, fund: Fund) -> list[LotState]:
        """Return the lots to take back from: those of this fund first."""
        return sorted(self.spendable_lots(), key=lambda lot: (lot.fund is not fund, *lot.order))

    def due_lots(self, now: datetime) -> list[LotState]:
        """Return the lots whose moment has come, in the order of use."""
        due = [
            lot
            for lot in self.lots.values()
            if lot.remaining and lot.is_pending and lot.key.moment <= now
        ]
        due.sort(key=lambda lot: lot.order)
        return due

    def likes(self, key: LotKey) -> Iterator[LotState]:
        """Yield the lots in which points of a key lie now: pending still, then matured."""
        if key in self.lots:
            yield self.lots[key]
        if key.is_pending:
            for lot in self.lots.values():
                if lot.key != key and lot.key.is_alike(key):
                    yield lot
            if key.matured in self.lots:
                yield self.lots[key.matured]

    def lot(self, key: LotKey) -> LotState:
        """Return the lot with this key, making it if the wallet has none."""
        found = self.lots.get(key)
        if found is None:
            found = self.lots[key] = LotState(ids.next_id(), self.id, key)
        return found
