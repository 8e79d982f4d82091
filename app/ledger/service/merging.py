"""Merge two members' wallets, lot by lot, and part them again.

A merge moves every lot, hold and debt of the source to the target and closes the source's wallets;
their chains stay as they are and can be checked for ever. Parting is a reversal: every lot's
remaining, held and expiry are the former again. What the target has spent meanwhile becomes his
debt; what has lapsed meanwhile stays lapsed; what the source's own holds have spent stays spent.
"""

from dataclasses import dataclass

import sqlalchemy as sa

from app.kernel.db import changed, db, use_case
from app.ledger import acts
from app.ledger.act import Act, Head
from app.ledger.journal import Journal
from app.ledger.models import (
    HOLD,
    MERGE,
    MERGE_HOLD,
    WALLET,
)
from app.ledger.service.carrying import pass_on, repin
from app.ledger.service.keys import Known, fingerprint
from app.ledger.service.parting import Parting
from app.ledger.types import (
    Account,
    Book,
    FrozenWalletError,
    HoldState,
    Kind,
    MergeError,
    Move,
    Reason,
    WalletStatus,
)
from app.ledger.wallets import LotState, WalletState


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge or parting did.

    Attributes:
        is_new: False when the same had been done before under this key.
    """

    txn_id: int
    is_new: bool


@use_case
def merge(
    source_member_id: int, target_member_id: int, *, key: str, actor_id: int | None = None
) -> Merged:
    """Carry all that the source has to the target and close the source's wallets.

    Later commands for the source reach the target.

    Raises:
        MergeError: both are one, or one of them has been merged already.
        FrozenWalletError: one of the wallets is frozen.
        IdempotencyConflictError: the key was used for something else.
    """
    journal = Journal()
    journal.lock({source_member_id, target_member_id})
    head, done = _begin(Kind.MERGE, "ledger.merge", key, actor_id,
                        source_member_id, target_member_id)  # fmt: skip
    if done:
        return done
    pair = [source_member_id, target_member_id]
    if source_member_id == target_member_id:
        raise MergeError
    journal.open_wallets((member_id, book) for member_id in pair for book in Book)
    wallets = [journal.own_wallet(member_id, book) for member_id in pair for book in Book]
    if any(wallet.status is WalletStatus.CLOSED for wallet in wallets):
        raise MergeError
    if any(wallet.status is WalletStatus.FROZEN for wallet in wallets):
        raise FrozenWalletError
    journal.read_lots(of=[wallet for wallet in wallets if wallet.book is Book.POINTS])
    act = _carry_over(journal, head, source_member_id, target_member_id)
    _close(source_member_id, target_member_id, act.id)
    return Merged(act.id, is_new=True)


@use_case
def unmerge(source_member_id: int, *, key: str, actor_id: int | None = None) -> Merged:
    """Part a merged member from his target again.

    Raises:
        MergeError: he is not merged, or his target was merged further (part that first).
        FrozenWalletError: the target is frozen: nothing leaves his wallets.
        IdempotencyConflictError: the key was used for something else.
    """
    journal = Journal()
    journal.lock([source_member_id])
    head, done = _begin(Kind.UNMERGE, "ledger.unmerge", key, actor_id, source_member_id)
    if done:
        return done
    row = db.session.execute(
        sa.select(MERGE).where(
            MERGE.c.source_member_id == source_member_id, MERGE.c.undone_by_id.is_(None)
        )
    ).one_or_none()
    if row is None:
        raise MergeError
    target = journal.own_wallet(row.target_member_id, Book.POINTS)
    if target.status is WalletStatus.CLOSED:
        raise MergeError
    if target.status is WalletStatus.FROZEN:
        raise FrozenWalletError
    return Merged(Parting(journal, head, row).run(), is_new=True)


def _begin(
    kind: Kind, scope: str, key: str, actor_id: int | None, *members: int
) -> tuple[Head, Merged | None]:
    """Return the head of the transaction, and the earlier one if there was one."""
    print_ = fingerprint(kind, *members, actor_id)
    earlier = Known([(scope, key)]).get((scope, key), print_)
    head = Head(kind, scope, key, print_, actor_id=actor_id)
    return head, Merged(earlier.txn_id, is_new=False) if earlier else None


def _carry_over(journal: Journal, head: Head, source_id: int, target_id: int) -> Act:
    source, target = (
        journal.own_wallet(member_id, Book.POINTS) for member_id in (source_id, target_id)
    )
    for wallet in (source, target):
        acts.refresh(journal, wallet)
    act = Act(journal, head)
    new_lots: dict[int, LotState] = {}
    for lot in sorted(source.lots.values(), key=lambda lot: lot.order):
        if lot.remaining or lot.held:
            new_lots[lot.id] = _carry_lot(act, lot, source, target)
    for book in Book:
        giver, taker = journal.own_wallet(source_id, book), journal.own_wallet(target_id, book)
        if book is Book.GROWTH:
            pass_on(act, book, giver, taker, Account.AVAILABLE, giver.available, Reason.MERGED)
        act.transfer(book, (taker, Account.DEBT), (giver, Account.DEBT), giver.debt, Reason.MERGED)
        acts.settle(act, taker)
    act.touch(source)
    act.touch(target)
    act.close()
    journal.write()
    _carry_holds(act.id, source, target, new_lots)
    return act


def _carry_lot(act: Act, lot: LotState, source: WalletState, target: WalletState) -> LotState:
    held, remaining = lot.held, lot.remaining
    act.move(lot, Move.RELEASE, held)
    act.move(lot, Move.LEAVE, held + remaining)
    arrived = target.lot(lot.key)
    act.move(arrived, Move.ARRIVE, held + remaining)
    act.move(arrived, Move.HOLD, held)
    pass_on(act, Book.POINTS, source, target, lot.bucket, remaining, Reason.MERGED, lot)
    pass_on(act, Book.POINTS, source, target, Account.HELD, held, Reason.MERGED, lot)
    return arrived


def _carry_holds(
    merge_id: int, source: WalletState, target: WalletState, new_lots: dict[int, LotState]
) -> None:
    open_holds = sa.and_(HOLD.c.wallet_id == source.id, HOLD.c.state == HoldState.OPEN)
    holds = db.session.scalars(sa.select(HOLD.c.id).where(open_holds).order_by(HOLD.c.id)).all()
    if not holds:
        return
    db.session.execute(
        sa.insert(MERGE_HOLD), [{"merge_id": merge_id, "hold_id": hold_id} for hold_id in holds]
    )
    changed(sa.update(HOLD).where(open_holds).values(wallet_id=target.id))
    repin(holds, {old: lot.id for old, lot in new_lots.items()})


def _close(source_id: int, target_id: int, merge_id: int) -> None:
    changed(
        sa.update(WALLET)
        .where(WALLET.c.member_id == source_id)
        .values(status=WalletStatus.CLOSED, merged_into_id=target_id)
    )
    db.session.execute(
        sa.insert(MERGE),
        [
            {
                "id": merge_id,
                "source_member_id": source_id,
                "target_member_id": target_id,
                "undone_by_id": None,
            }
        ],
    )
