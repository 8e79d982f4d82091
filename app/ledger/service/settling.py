"""Commands that settle what another transaction began: capture, release, reverse."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger import acts
from app.ledger.act import Act, Head
from app.ledger.journal import Journal
from app.ledger.models import ENTRY, HOLD, HOLD_PIN, LOT, LOT_MOVE, TXN, WALLET
from app.ledger.queries import left_of_source
from app.ledger.service.keys import Known, fingerprint_of, place_of
from app.ledger.types import (
    Account,
    Book,
    Capture,
    HoldExceededError,
    HoldResolvedError,
    HoldState,
    Kind,
    Move,
    NoSuchTransactionError,
    NotReversibleError,
    OverReversedError,
    Posted,
    Release,
    Reverse,
)
from app.ledger.wallets import LotKey, LotState, WalletState

REVERSIBLE = (Kind.EARN, Kind.SPEND, Kind.CAPTURE, Kind.ADJUST)
_TAKEN = (Move.SPEND, Move.CAPTURE, Move.CLAW)

# --- holds ---------------------------------------------------------------------------------------


def capture(command: Capture) -> Posted:
    """Spend an open hold, whole or in part."""
    journal = Journal()
    row = _lock_hold(journal, command.hold_id)
    fingerprint = fingerprint_of(command)
    if done := Known([place_of(command)]).get(place_of(command), fingerprint):
        return done
    if row.state is not HoldState.OPEN or row.expires_at <= journal.now:
        raise HoldResolvedError
    points = row.amount if command.points is None else command.points
    if points > row.amount:
        raise HoldExceededError
    held = read_holds(journal, [row])[0]
    head = _about(Head.of(Kind.CAPTURE, command, fingerprint), command.hold_id)
    posted = acts.capture(journal, held, points, command.reason, head)
    journal.write()
    return posted


def release(command: Release) -> Posted:
    """Give an open hold back."""
    journal = Journal()
    row = _lock_hold(journal, command.hold_id)
    fingerprint = fingerprint_of(command)
    if done := Known([place_of(command)]).get(place_of(command), fingerprint):
        return done
    if row.state is not HoldState.OPEN:
        raise HoldResolvedError
    held = read_holds(journal, [row])[0]
    head = _about(Head.of(Kind.RELEASE, command, fingerprint), command.hold_id)
    posted = acts.release(
        journal, held, command.reason, head, state=HoldState.RELEASED,
        grace_days=command.grace_days,
    )  # fmt: skip
    journal.write()
    return posted


def _about(head: Head, hold_id: int) -> Head:
    """Say whose settlement this is: the hold's own source, unless the command names one."""
    if head.source is not None:
        return head
    row = db.session.execute(
        sa.select(TXN.c.source_kind, TXN.c.source_id).where(TXN.c.id == hold_id)
    ).one()
    return head._replace(source=Ref(row.source_kind, row.source_id) if row.source_kind else None)


def _lock_hold(journal: Journal, hold_id: int) -> Any:
    """Lock the wallet in which a hold lies now; return the hold's row."""
    query = (
        sa.select(HOLD, WALLET.c.member_id)
        .join(WALLET, WALLET.c.id == HOLD.c.wallet_id)
        .where(HOLD.c.id == hold_id)
    )
    row = db.session.execute(query).one_or_none()
    while row is not None and not journal.has_locked(row.member_id):
        journal.lock([row.member_id])
        row = db.session.execute(query).one_or_none()  # a merge may have carried it meanwhile
    if row is None:
        raise NoSuchTransactionError
    journal.read_lots()
    return row


def read_holds(journal: Journal, rows: Sequence[Any]) -> list[acts.HeldPoints]:
    """Return open holds with what they pin, in the order of use."""
    lots = {lot.id: lot for wallet in journal.wallets() for lot in wallet.lots.values()}
    pins: dict[int, list[tuple[LotState, int]]] = {row.id: [] for row in rows}
    for pin in db.session.execute(sa.select(HOLD_PIN).where(HOLD_PIN.c.hold_id.in_(sorted(pins)))):
        pins[pin.hold_id].append((lots[pin.lot_id], pin.amount))
    by_id = {wallet.id: wallet for wallet in journal.wallets()}
    return [
        acts.HeldPoints(
            row.id,
            row.amount,
            by_id[row.wallet_id],
            sorted(pins[row.id], key=lambda pin: pin[0].order),
        )
        for row in rows
    ]


# --- reversals -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Original:
    """A transaction to be reversed, and how much of it has been already.

    Attributes:
        issued: (lot row, amount) of new points, in the order of use.
        taken: the same of points spent, captured or written down.
        growth: how growth changed.
        points_undone: points reversed so far.
        growth_undone: growth reversed so far.
    """

    row: Any
    issued: tuple[tuple[Any, int], ...]
    taken: tuple[tuple[Any, int], ...]
    growth: int
    points_undone: int
    growth_undone: int

    @property
    def points_left(self) -> int:
        moved = sum(n for _, n in self.issued) + sum(n for _, n in self.taken)
        return moved - self.points_undone

    @property
    def growth_left(self) -> int:
        return abs(self.growth) - self.growth_undone


def reverse(command: Reverse) -> Posted:
    """Undo a transaction, whole or in part."""
    journal = Journal()
    member_id = _lock_txn(journal, command.txn_id)
    fingerprint = fingerprint_of(command)
    if done := Known([place_of(command)]).get(place_of(command), fingerprint):
        return done
    original = _read_original(command.txn_id)
    if original.row.kind not in REVERSIBLE:
        raise NotReversibleError
    points, growth = _shares(command, original)
    source = command.source
    if source is None and original.row.source_kind is not None:
        source = Ref(original.row.source_kind, original.row.source_id)
    head = Head.of(Kind.REVERSE, command, fingerprint)
    act = Act(journal, head._replace(source=source, reverses_id=command.txn_id))
    journal.read_lots()
    if points:
        wallet = acts.open_wallet(journal, member_id, Book.POINTS)
        _reverse_points(journal, act, wallet, points, original, command)
    if growth:
        wallet = acts.open_wallet(journal, member_id, Book.GROWTH)
        undo = acts.take_growth_back if original.growth > 0 else acts.give_growth_back
        undo(act, wallet, growth, command.reason)
    posted = act.close()
    journal.write()
    return posted


def _reverse_points(
    journal: Journal,
    act: Act,
    wallet: WalletState,
    points: int,
    original: _Original,
    command: Reverse,
) -> None:
    if original.issued:
        for row, share in last_first(original.issued, original.points_undone, points):
            own = own_lots(wallet, [(row, share)])
            acts.take_back(act, wallet, share, row.fund, command.reason, own)
        return
    portions = last_first(original.taken, original.points_undone, points)
    was_adjusted = original.row.kind is Kind.ADJUST
    origin = Account.CLAWED if was_adjusted else Account.REDEEMED
    acts.give_back(journal, act, wallet, portions, origin, command)


def _shares(command: Reverse, original: _Original) -> tuple[int, int]:
    """Return how many points and how much growth to undo."""
    points_left, growth_left = original.points_left, original.growth_left
    if original.row.source_kind is not None:  # its source may have been clawed back meanwhile
        left = left_of_source(Ref(original.row.source_kind, original.row.source_id))
        points_left = min(points_left, left[Book.POINTS]) if original.issued else points_left
        growth_left = min(growth_left, left[Book.GROWTH]) if original.growth > 0 else growth_left
    points = points_left if command.points is None else command.points
    growth = growth_left if command.growth is None else command.growth
    if points > points_left or growth > growth_left or not (points or growth):
        raise OverReversedError
    return points, growth


def _lock_txn(journal: Journal, txn_id: int) -> int:
    """Lock the member who answers for a transaction; return his id.

    It is he whose wallet it moved; of what a hold spent, he whose points were held.
    """
    began = db.session.scalar(
        sa.select(HOLD.c.id).where(HOLD.c.resolved_by_id == txn_id).order_by(HOLD.c.id).limit(1)
    )
    members = db.session.scalars(
        sa.select(WALLET.c.member_id)
        .join(ENTRY, ENTRY.c.wallet_id == WALLET.c.id)
        .where(ENTRY.c.txn_id == (txn_id if began is None else began))
        .order_by(WALLET.c.id)
    ).all()
    if not members:
        raise NoSuchTransactionError
    journal.lock(members)
    return int(members[0])


def _read_original(txn_id: int) -> _Original:
    row = db.session.execute(sa.select(TXN).where(TXN.c.id == txn_id)).one()
    moves = db.session.execute(
        sa.select(LOT_MOVE.c.kind, LOT_MOVE.c.amount, LOT)
        .join(LOT, LOT.c.id == LOT_MOVE.c.lot_id)
        .where(LOT_MOVE.c.txn_id == txn_id, LOT_MOVE.c.kind.in_((Move.ISSUE, *_TAKEN)))
        .order_by(LOT.c.expires_on, LOT.c.id)
    ).all()
    own = _net(TXN.c.id == txn_id)
    undone = _net(TXN.c.reverses_id == txn_id)
    return _Original(
        row=row,
        issued=tuple((move, move.amount) for move in moves if move.kind is Move.ISSUE),
        taken=tuple((move, move.amount) for move in moves if move.kind in _TAKEN),
        growth=own.get(Book.GROWTH, 0),
        points_undone=abs(undone.get(Book.POINTS, 0)),
        growth_undone=abs(undone.get(Book.GROWTH, 0)),
    )


def _net(which: sa.ColumnElement[bool]) -> dict[Book, int]:
    net = ENTRY.c.d_pending + ENTRY.c.d_available + ENTRY.c.d_held - ENTRY.c.d_debt
    rows = db.session.execute(
        sa.select(WALLET.c.book, sa.func.sum(net))
        .select_from(TXN)
        .join(ENTRY, ENTRY.c.txn_id == TXN.c.id)
        .join(WALLET, WALLET.c.id == ENTRY.c.wallet_id)
        .where(which)
        .group_by(WALLET.c.book)
    )
    return {book: int(total) for book, total in rows}


def last_first(
    portions: Sequence[tuple[Any, int]], done: int, wanted: int
) -> list[tuple[Any, int]]:
    """Return which ``wanted`` points to undo: from the end, after the ``done`` ones."""
    chosen = []
    for lot, amount in reversed(portions):
        skipped = min(amount, done)
        share = min(amount - skipped, wanted)
        done, wanted = done - skipped, wanted - share
        if share:
            chosen.append((lot, share))
    return chosen


def own_lots(
    wallet: WalletState, portions: Iterable[tuple[Any, int]]
) -> list[tuple[LotState, int]]:
    """Return the wallet's lots in which these points lie now, with how many at most.

    Pending points lie in the lot they were issued to, matured ones in the spendable lot of the same
    expiry and fund, wherever a merge has carried them.
    """
    found = []
    for row, amount in portions:
        lot = next((lot for lot in wallet.likes(LotKey.of(row)) if lot.remaining), None)
        if lot is not None:
            found.append((lot, amount))
    return found
