"""Whose a transaction was, whatever has been merged since.

A correction (a claw, a reversal) falls on whoever received what it corrects. While he is merged
that is his target; when they part, the corrections of his own dealings go home with him.

What a source paid is a stack: the latest payment is taken back first, a reversal takes back what
the reversed transaction had paid. A source pays one person; whoever wants to pay two names two. If
it had paid him before he was merged, what it pays meanwhile is his too and goes home with him.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger.models import ENTRY, HOLD, LOT, LOT_MOVE, MERGE, TRANSFER, TXN, WALLET
from app.ledger.types import Account, Book, Fund, Kind, Move
from app.ledger.wallets import LotKey


@dataclass(slots=True)
class Payment:
    """What one transaction paid one wallet for a source, less what was taken back."""

    txn_id: int
    member_id: int
    book: Book
    left: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What one transaction took back of one wallet's payments."""

    txn_id: int
    member_id: int
    book: Book
    amount: int


@dataclass(slots=True)
class History:
    """What a source paid and lost, in the order in which it happened.

    Attributes:
        lots: by fund the lots it paid into, as rows with their days, each with what is left there:
            pending and latest first.
    """

    payments: list[Payment] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    lots: dict[Fund, list[tuple[Any, int]]] = field(default_factory=lambda: defaultdict(list))

    def take(
        self,
        txn_id: int,
        book: Book,
        amount: int,
        reverses_id: int | None = None,
        member_id: int | None = None,
    ) -> None:
        """Take back: of the reversed transaction first, then of the member's, the latest first."""
        latest_first = [x for x in reversed(self.payments) if x.book is book and x.left]
        latest_first.sort(
            key=lambda each: (each.txn_id != reverses_id, each.member_id != member_id)
        )
        for payment in latest_first:
            share = min(payment.left, amount)
            if share:
                payment.left -= share
                self.taken.append(Taken(txn_id, payment.member_id, book, share))
            amount -= share

    def payees(self, book: Book) -> set[int]:
        """Return whose wallets were paid."""
        return {payment.member_id for payment in self.payments if payment.book is book}

    def owing(
        self, book: Book, amount: int, whose: Collection[int] | None = None
    ) -> list[tuple[int, int]]:
        """Return who answers for ``amount`` more: (member, share) from the latest payment on.

        Args:
            book: which book.
            amount: what is to be answered for.
            whose: only payments to these members; None: all of them.
        """
        shares: dict[int, int] = defaultdict(int)
        for payment in reversed(self.payments):
            if payment.book is book and (whose is None or payment.member_id in whose):
                share = min(payment.left, amount)
                shares[payment.member_id] += share
                amount -= share
        return [(member_id, share) for member_id, share in shares.items() if share]


def history_of(source: Ref) -> History:
    """Return what a source paid and lost, with the members whose wallets it paid. One statement."""
    return histories_of([source])[source]


def histories_of(sources: Collection[Ref]) -> Mapping[Ref, History]:
    """Return the same for many sources. One statement for each kind of source."""
    histories = {source: History() for source in sources}
    by_kind: dict[str, set[int]] = defaultdict(set)
    for source in sources:
        by_kind[source.kind].add(source.id)
    for kind, source_ids in sorted(by_kind.items()):
        _read_histories(histories, kind, source_ids)
    return histories


def _read_histories(
    histories: Mapping[Ref, History], kind: str, source_ids: Collection[int]
) -> None:
    mine = sa.and_(TXN.c.source_kind == kind, TXN.c.source_id.in_(sorted(source_ids)))
    rows = db.session.execute(sa.union_all(_told(mine), _lots(mine))).all()
    told = sorted((row for row in rows if row.seq), key=lambda row: (row.id, row.seq))
    whose = _Whose(told)
    for row in told:
        history = histories[Ref(kind, row.source_id)]
        if row.debit is Account.ISSUANCE:
            owner = whose.paid(row.source_id, row.member_id, row.id)
            history.payments.append(Payment(row.id, owner, row.book, int(row.amount)))
        else:
            history.take(row.id, row.book, int(row.amount), row.reverses_id, row.member_id)
    lots = [row for row in rows if not row.seq and row.amount > 0]
    for row in sorted(lots, key=lambda row: LotKey.of(row).place, reverse=True):
        history = histories[Ref(kind, row.source_id)]
        history.lots[row.fund].append((row, int(row.amount)))


def _told(mine: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return what was paid and taken back, transfer by transfer."""
    wallet_id = sa.func.coalesce(TRANSFER.c.credit_wallet_id, TRANSFER.c.debit_wallet_id)
    return (
        sa.select(
            TXN.c.id, TRANSFER.c.seq, TXN.c.source_id, TXN.c.reverses_id, TRANSFER.c.book,
            TRANSFER.c.debit, TRANSFER.c.amount, WALLET.c.member_id, TRANSFER.c.fund,
            TRANSFER.c.matures_on,
            sa.cast(sa.null(), LOT.c.matures_at.type).label("matures_at"), TRANSFER.c.expires_on,
        )
        .join(TRANSFER, TRANSFER.c.txn_id == TXN.c.id)
        .outerjoin(WALLET, WALLET.c.id == wallet_id)
        .where(
            mine,
            sa.or_(TRANSFER.c.debit == Account.ISSUANCE, TRANSFER.c.credit == Account.CLAWED),
        )
    )  # fmt: skip


def _lots(mine: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return the lots that were paid into with what is left there, in the shape of the told."""
    left = sa.case((LOT_MOVE.c.kind == Move.ISSUE, LOT_MOVE.c.amount), else_=-LOT_MOVE.c.amount)
    days = (LOT.c.fund, LOT.c.matures_on, LOT.c.matures_at, LOT.c.expires_on)
    nothing = sa.cast(sa.null(), sa.BigInteger)
    no_word = sa.cast(sa.null(), sa.String)
    return (
        sa.select(
            sa.literal(0), sa.literal(0), TXN.c.source_id, nothing, no_word, no_word,
            sa.func.sum(left), nothing, *days,
        )
        .select_from(TXN)
        .join(LOT_MOVE, LOT_MOVE.c.txn_id == TXN.c.id)
        .join(LOT, LOT.c.id == LOT_MOVE.c.lot_id)
        .where(mine, LOT_MOVE.c.kind.in_((Move.ISSUE, Move.CLAW)))
        .group_by(TXN.c.source_id, *days)
    )  # fmt: skip


class _Whose:
    """Whom payments are for: what reached a target while somebody was merged stays his own.

    A source that had paid him before goes on paying him, whatever wallet it reaches meanwhile.
    """

    def __init__(self, told: Sequence[Any]) -> None:
        self._former: dict[int, int] = {}
        payees: dict[int, set[int]] = defaultdict(set)
        for row in told:
            if row.debit is Account.ISSUANCE:
                payees[row.source_id].add(row.member_id)
        several = {member for some in payees.values() if len(some) > 1 for member in some}
        self._merges = _merges_of(several) if several else {}

    def paid(self, source_id: int, member_id: int, txn_id: int) -> int:
        """Return whose a payment into this member's wallet is, and remember it."""
        former = self._former.get(source_id, member_id)
        self._former[source_id] = former if self._led(former, member_id, txn_id) else member_id
        return self._former[source_id]

    def _led(self, source: int, target: int, txn_id: int) -> bool:
        """Return whether one member was merged into the other when a transaction was posted."""
        while source != target:
            step = next(
                (
                    merge.target_member_id
                    for merge in self._merges.get(source, ())
                    if merge.id < txn_id and (merge.undone_by_id or txn_id + 1) > txn_id
                ),
                None,
            )
            if step is None:
                return False
            source = step
        return True


def _merges_of(members: Collection[int]) -> dict[int, list[Any]]:
    """Return the merges of these members, of their targets, and so on, by source."""
    found: dict[int, list[Any]] = {}
    new = set(members)
    while new:
        found |= {member: [] for member in new}
        rows = db.session.execute(
            sa.select(MERGE).where(MERGE.c.source_member_id.in_(sorted(new)))
        ).all()
        for row in rows:
            found[row.source_member_id].append(row)
        new = {row.target_member_id for row in rows} - found.keys()
    return found


def former_targets(member_id: int) -> set[int]:
    """Return everybody into whom this member is or was merged, through any number of merges.

    And into whom those were who are this member now: what a source paid while somebody was another
    has to be taken back there, though he is a third by now.
    """
    undone = MERGE.c.undone_by_id.is_(None)
    own = _follow({member_id}, MERGE.c.target_member_id, MERGE.c.source_member_id, undone)
    return _follow({member_id} | own, MERGE.c.source_member_id, MERGE.c.target_member_id, sa.true())


def _follow(
    start: set[int], near: sa.Column[Any], far: sa.Column[Any], which: sa.ColumnElement[bool]
) -> set[int]:
    found, new = set[int](), start
    while new:
        new = set(db.session.scalars(sa.select(far).where(near.in_(sorted(new)), which))) - found
        found |= new
    return found


@dataclass(slots=True)
class Corrected:
    """What was corrected of a merged member's own dealings since the merge.

    Attributes:
        lost: points taken back, by the lots they came from.
        owed: points taken back that became debt.
        gained: points given back, by the lots they went to.
        growth: how growth changed.
    """

    lost: dict[LotKey, int] = field(default_factory=lambda: defaultdict(int))
    owed: int = 0
    gained: dict[LotKey, int] = field(default_factory=lambda: defaultdict(int))
    growth: int = 0

    def note_loss(self, txn_id: int, points: int) -> None:
        """Note that a transaction took so many points back."""
        for key, amount in moved_by(txn_id, Move.CLAW):
            share = min(amount, points)
            if share:
                self.lost[key] += share
            points -= share
        self.owed += points


def corrected_since(merge_id: int, source_member_id: int) -> Corrected:
    """Return what was corrected of a merged member's own dealings since the merge."""
    undone = MERGE.c.undone_by_id.is_(None)
    family = {source_member_id} | _follow(
        {source_member_id}, MERGE.c.target_member_id, MERGE.c.source_member_id, undone
    )
    corrected = Corrected()
    _note_reversals(corrected, merge_id, family)
    for source in _moved_sources(merge_id, family):
        history = history_of(source)
        _note_losses(corrected, history, family, _claws(merge_id, source))
        later = {
            x.txn_id for x in history.payments if x.txn_id > merge_id and x.member_id in family
        }
        for txn_id in sorted(later):
            _note_gains(corrected, txn_id)
    return corrected


def _note_losses(
    corrected: Corrected, history: History, family: Collection[int], claws: Collection[int]
) -> None:
    points: dict[int, int] = defaultdict(int)
    for taken in history.taken:
        if taken.member_id in family and taken.txn_id in claws:
            if taken.book is Book.GROWTH:
                corrected.growth -= taken.amount
            else:
                points[taken.txn_id] += taken.amount
    for txn_id, amount in points.items():
        corrected.note_loss(txn_id, amount)


def _note_gains(corrected: Corrected, txn_id: int) -> None:
    """Note what a source that had paid before paid meanwhile."""
    for key, amount in moved_by(txn_id, Move.ISSUE):
        corrected.gained[key] += amount
    corrected.growth += int(
        db.session.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(TRANSFER.c.amount), 0)).where(
                TRANSFER.c.txn_id == txn_id,
                TRANSFER.c.book == Book.GROWTH,
                TRANSFER.c.debit == Account.ISSUANCE,
            )
        )
        or 0
    )


def _claws(merge_id: int, source: Ref) -> set[int]:
    return set(
        db.session.scalars(
            sa.select(TXN.c.id).where(
                TXN.c.source_kind == source.kind,
                TXN.c.source_id == source.id,
                TXN.c.kind == Kind.CLAW,
                TXN.c.id > merge_id,
            )
        )
    )


def _moved_sources(merge_id: int, family: Collection[int]) -> list[Ref]:
    paid = TXN.alias("paid")
    rows = db.session.execute(
        sa.select(paid.c.source_kind, paid.c.source_id)
        .join(TRANSFER, TRANSFER.c.txn_id == paid.c.id)
        .join(WALLET, WALLET.c.id == TRANSFER.c.credit_wallet_id)
        .where(
            WALLET.c.member_id.in_(sorted(family)),
            TRANSFER.c.debit == Account.ISSUANCE,
            sa.exists().where(
                TXN.c.source_kind == paid.c.source_kind,
                TXN.c.source_id == paid.c.source_id,
                TXN.c.kind.in_((Kind.CLAW, Kind.EARN)),
                TXN.c.id > merge_id,
            ),
        )
        .distinct()
        .order_by(paid.c.source_kind, paid.c.source_id)
    )
    return [Ref(row.source_kind, row.source_id) for row in rows]


def _note_reversals(corrected: Corrected, merge_id: int, family: Collection[int]) -> None:
    """Note reversals of the family's own transactions and of what their own holds had spent."""
    own = (
        sa.select(ENTRY.c.txn_id)
        .join(WALLET, WALLET.c.id == ENTRY.c.wallet_id)
        .where(WALLET.c.member_id.in_(sorted(family)))
    )
    captures = sa.select(HOLD.c.resolved_by_id).where(HOLD.c.id.in_(own))
    reversals = db.session.scalars(
        sa.select(TXN.c.id)
        .where(
            TXN.c.kind == Kind.REVERSE,
            TXN.c.id > merge_id,
            sa.or_(TXN.c.reverses_id.in_(own), TXN.c.reverses_id.in_(captures)),
        )
        .order_by(TXN.c.id)
    ).all()
    for txn_id in reversals:
        points = 0
        for row in db.session.execute(sa.select(TRANSFER).where(TRANSFER.c.txn_id == txn_id)):
            if row.book is Book.POINTS:
                points += row.amount if row.credit is Account.CLAWED else 0
            elif row.credit is Account.CLAWED:
                corrected.growth -= row.amount
            elif row.debit is Account.CLAWED:
                corrected.growth += row.amount
        corrected.note_loss(txn_id, points)
        for key, amount in moved_by(txn_id, Move.RESTORE):
            corrected.gained[key] += amount


def moved_by(txn_id: int, kind: Move) -> list[tuple[LotKey, int]]:
    """Return what a transaction moved that way, by lot key, in the order of use."""
    rows = db.session.execute(
        sa.select(LOT, LOT_MOVE.c.amount)
        .join(LOT_MOVE, LOT_MOVE.c.lot_id == LOT.c.id)
        .where(LOT_MOVE.c.txn_id == txn_id, LOT_MOVE.c.kind == kind)
        .order_by(LOT.c.expires_on, LOT.c.id)
    )
    return [(LotKey.of(row), row.amount) for row in rows]
