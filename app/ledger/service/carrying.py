"""What a merge and its parting share: points pass between two wallets, holds follow their lots."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.kernel.db import db
from app.ledger.act import Act
from app.ledger.models import HOLD_PIN
from app.ledger.types import Account, Book
from app.ledger.wallets import LotState, WalletState


def pass_on(
    act: Act,
    book: Book,
    giver: WalletState,
    taker: WalletState,
    bucket: Account,
    amount: int,
    reason: str,
    lot: LotState | None = None,
) -> None:
    """Move points from one wallet's bucket into the same bucket of another."""
    fund = lot.fund if lot else None
    act.transfer(book, (giver, bucket), (taker, bucket), amount, reason, fund=fund, lot=lot)


def repin(holds: Sequence[int], new_lots: dict[int, int]) -> None:
    """Let holds pin the same points where they lie now."""
    pins = db.session.execute(sa.select(HOLD_PIN).where(HOLD_PIN.c.hold_id.in_(holds))).all()
    db.session.execute(sa.delete(HOLD_PIN).where(HOLD_PIN.c.hold_id.in_(holds)))
    rows = [
        {"hold_id": pin.hold_id, "lot_id": new_lots[pin.lot_id], "amount": pin.amount}
        for pin in pins
    ]
    db.session.execute(sa.insert(HOLD_PIN), rows)
