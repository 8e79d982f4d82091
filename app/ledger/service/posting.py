"""Post commands: one, or many set-wise."""

from collections.abc import Collection, Sequence
from itertools import groupby
from typing import cast

import sqlalchemy as sa

from app.kernel.db import changed, use_case
from app.ledger import acts
from app.ledger.act import Head
from app.ledger.journal import Journal, Locked
from app.ledger.models import WALLET
from app.ledger.service import settling
from app.ledger.service.clawing import claw_all
from app.ledger.service.keys import Known, fingerprint_of, place_of
from app.ledger.types import (
    Adjust,
    Book,
    Capture,
    Claw,
    Command,
    Earn,
    Hold,
    Kind,
    Posted,
    Release,
    Reverse,
    Spend,
    WalletStatus,
)

Direct = Earn | Spend | Hold | Adjust
"""Commands that name their member and need nothing else looked up."""


@use_case
def post(command: Command) -> Posted:
    """Post one command: all of it happens, or none.

    Returns:
        What moved; the first result, with ``is_new`` False, if this command was posted before.

    Raises:
        InsufficientPointsError: fewer points than the act needs.
        IdempotencyConflictError: the key was used for another command.
        FrozenWalletError: the wallet is frozen and the act would spend or reserve.
        HoldResolvedError: the hold to capture or release was settled before, or has lapsed.
        HoldExceededError: more would be captured than was reserved.
        OverReversedError: more would be taken back than was given.
        NotReversibleError: the transaction is of a kind that is not reversed.
        NoSuchTransactionError: no transaction or hold with that id.
    """
    return post_many([command])[0]


@use_case
def post_many(
    commands: Sequence[Command], *, locked: Locked | None = None, are_new: bool = False
) -> list[Posted]:
    """Post many commands set-wise; the result is that of a loop of :func:`post`.

    One statement per table, however many commands: made for import chunks of about 500.

    Args:
        commands: in the order in which they shall happen.
        locked: what :func:`lock_wallets` returned in this transaction, if nothing was posted since:
            the wallets are not read again.
        are_new: the caller has seen in this transaction that none was posted before: nobody looks
            for their keys again. Where he is wrong, the keys' uniqueness refuses all of them, and
            the use case runs again.

    Raises:
        DomainError: as :func:`post`; the first refused command refuses all of them.
    """
    results: list[Posted] = []
    for way, run in groupby(commands, _way_of):
        if way is Direct:
            results += _post_direct(cast("list[Direct]", list(run)), locked, are_new=are_new)
        elif way is Claw:
            results += claw_all(cast("list[Claw]", list(run)), are_new=are_new)
        else:
            results += [_post_looked_up(command) for command in run]
        locked = None  # this run changed them
    return results


def _way_of(command: Command) -> object:
    """Return what decides how a command is posted: set-wise with its like, or by itself."""
    return _WAYS.get(type(command))


_WAYS: dict[type[Command], object] = {
    **dict.fromkeys((Earn, Spend, Hold, Adjust), Direct),
    Claw: Claw,
}


@use_case
def lock_wallets(member_ids: Collection[int]) -> Locked:
    """Lock members' wallets, making them on first use, until the transaction ends.

    For callers who must decide something (a cap) before they post. Locks are taken in ascending
    id: two callers never wait for each other in a circle.
    """
    journal = Journal()
    journal.lock(member_ids)
    journal.open_wallets((m, book) for m in sorted(set(member_ids)) for book in Book)
    return journal.locked()


@use_case
def freeze(member_id: int) -> bool:
    """Let a member, and whoever shares his wallets, neither spend nor reserve; return if new.

    He goes on earning, and what he holds matures and expires.
    """
    return _set_status(member_id, WalletStatus.OPEN, WalletStatus.FROZEN)


@use_case
def unfreeze(member_id: int) -> bool:
    """Let a member spend again; return whether that is new."""
    return _set_status(member_id, WalletStatus.FROZEN, WalletStatus.OPEN)


def _set_status(member_id: int, was: WalletStatus, becomes: WalletStatus) -> bool:
    journal = Journal()
    journal.lock([member_id])
    journal.open_wallets((member_id, book) for book in Book)
    found = [journal.wallet(member_id, book) for book in Book]  # of whom he was merged into, too
    mine = sa.and_(
        WALLET.c.id.in_([wallet.id for wallet in found if wallet]), WALLET.c.status == was
    )
    return changed(sa.update(WALLET).where(mine).values(status=becomes)) > 0


def _post_direct(
    commands: Sequence[Direct], locked: Locked | None, *, are_new: bool
) -> list[Posted]:
    journal = Journal(locked)
    journal.lock({command.member_id for command in commands})
    known = Known(() if are_new else map(place_of, commands))
    fresh = [command for command in commands if place_of(command) not in known]
    journal.open_wallets(owner for command in fresh for owner in _fills(command))
    journal.read_lots()
    results = []
    for command in commands:
        place, fingerprint = place_of(command), fingerprint_of(command)
        posted = known.get(place, fingerprint)
        if posted is None:
            posted = _act(journal, command, fingerprint)
            known.remember(place, fingerprint, posted)
        results.append(posted)
    journal.write()
    return results


def _act(journal: Journal, command: Direct, fingerprint: str) -> Posted:
    match command:
        case Earn():
            return acts.earn(journal, command, Head.of(Kind.EARN, command, fingerprint))
        case Spend():
            return acts.spend(journal, command, Head.of(Kind.SPEND, command, fingerprint))
        case Hold():
            return acts.hold(journal, command, Head.of(Kind.HOLD, command, fingerprint))
        case Adjust():
            return acts.adjust(journal, command, Head.of(Kind.ADJUST, command, fingerprint))


def _fills(command: Direct) -> list[tuple[int, Book]]:
    """Return the wallets that a command puts something into."""
    if isinstance(command, Earn):
        points = growth = False
        for part in command.parts:
            points, growth = points or part.points > 0, growth or part.growth > 0
    elif isinstance(command, Adjust):
        points, growth = command.points > 0, command.growth > 0
    else:
        return []
    return [
        (command.member_id, book)
        for book, fills in ((Book.POINTS, points), (Book.GROWTH, growth))
        if fills
    ]


def _post_looked_up(command: Command) -> Posted:
    match command:
        case Capture():
            return settling.capture(command)
        case Release():
            return settling.release(command)
        case Reverse():
            return settling.reverse(command)
    message = f"the ledger does not know {type(command).__name__}"
    raise TypeError(message)
