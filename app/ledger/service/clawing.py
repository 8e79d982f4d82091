"""Take back what sources earned: a refund, a removed post. One claw, or many set-wise."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.kernel.types import Ref
from app.ledger import acts
from app.ledger.act import Act, Head
from app.ledger.journal import Journal
from app.ledger.service.keys import Known, fingerprint_of, place_of
from app.ledger.service.origins import History, former_targets, histories_of
from app.ledger.service.settling import own_lots
from app.ledger.types import Book, Claw, Kind, OverReversedError, Posted
from app.ledger.wallets import WalletState

Shares = list[tuple[WalletState, int]]
"""Wallets that answer for what a claw takes, each with its share."""


def claw_all(commands: Sequence[Claw], *, are_new: bool = False) -> list[Posted]:
    """Take back what sources earned; the result is that of one claw after the other.

    Args:
        commands: in the order in which they shall happen.
        are_new: nobody looks for their keys again, see :func:`posting.post_many`.
    """
    return [posted for run in _runs(commands) for posted in _claw_run(run, are_new=are_new)]


def _runs(commands: Sequence[Claw]) -> Iterator[list[Claw]]:
    """Yield runs in which no source and no key comes twice: each claw sees what is stored."""
    run: list[Claw] = []
    seen: set[object] = set()
    for command in commands:
        marks = {command.source, place_of(command)}
        if marks & seen:
            yield run
            run, seen = [], set()
        run.append(command)
        seen |= marks
    if run:
        yield run


@dataclass(frozen=True, slots=True)
class _Claw:
    """A claw that is new, who answers for it, and the lots that its source paid into."""

    command: Claw
    fingerprint: str
    points: Shares
    growth: Shares
    paid: Sequence[tuple[Any, int]]


def _claw_run(commands: Sequence[Claw], *, are_new: bool) -> list[Posted]:
    journal = Journal()
    journal.lock({command.member_id for command in commands})
    known = Known(() if are_new else map(place_of, commands))
    done: dict[int, Posted] = {}
    fresh: dict[int, tuple[Claw, str]] = {}
    for at, command in enumerate(commands):
        fingerprint = fingerprint_of(command)
        posted = known.get(place_of(command), fingerprint)
        if posted is None:
            fresh[at] = command, fingerprint
        else:
            done[at] = posted
    if fresh:
        claws = _answered(journal, list(fresh.values()))
        done |= zip(fresh, _take_all(journal, claws), strict=True)
    return [done[at] for at in range(len(commands))]


def _answered(journal: Journal, fresh: Sequence[tuple[Claw, str]]) -> list[_Claw]:
    histories = histories_of([_source(command) for command, _ in fresh])
    return [
        _Claw(
            command,
            fingerprint,
            _answering(journal, command, histories, Book.POINTS, command.points),
            _answering(journal, command, histories, Book.GROWTH, command.growth),
            histories[_source(command)].lots[command.fund],
        )
        for command, fingerprint in fresh
    ]


def _take_all(journal: Journal, claws: Sequence[_Claw]) -> list[Posted]:
    journal.read_lots()
    results = []
    for claw in claws:
        command = claw.command
        act = Act(journal, Head.of(Kind.CLAW, command, claw.fingerprint))
        for wallet, amount in claw.points:
            acts.refresh(journal, wallet)
            own = own_lots(wallet, claw.paid)
            acts.take_back(act, wallet, amount, command.fund, command.reason, own)
        for wallet, amount in claw.growth:
            acts.take_growth_back(act, wallet, amount, command.reason)
        results.append(act.close())
    journal.write()
    return results


def _source(command: Claw) -> Ref:
    assert command.source is not None  # noqa: S101 - the command checked it
    return command.source


def _answering(
    journal: Journal,
    command: Claw,
    histories: Mapping[Ref, History],
    book: Book,
    amount: int,
) -> Shares:
    """Return the wallets that answer for what a claw takes, each with its share.

    Raises:
        OverReversedError: the source has less left, or it paid somebody else.
    """
    history = histories[_source(command)]
    payees = sorted(history.payees(book))
    journal.lock(payees)
    asked = journal.wallet(command.member_id, book)
    # A like earns two members: each answers for his own. Who was merged is his present wallet.
    own = [member_id for member_id in payees if journal.wallet(member_id, book) is asked]
    shares = history.owing(book, amount, own)
    if sum(share for _, share in shares) < amount:
        shares = history.owing(book, amount)
    if sum(share for _, share in shares) < amount:
        raise OverReversedError
    answering: Shares = []
    for member_id, share in shares:
        wallet = journal.wallet(member_id, book)
        if wallet is None:  # a wallet that was paid exists
            raise OverReversedError
        if wallet is not asked and not _is_answering(command.member_id, member_id, wallet):
            raise OverReversedError
        answering.append((wallet, share))
    return answering


def _is_answering(named_id: int, paid_id: int, wallet: WalletState) -> bool:
    """Return whether another wallet answers for a member: he was its owner's when it was paid."""
    return not former_targets(named_id).isdisjoint({paid_id, wallet.member_id})
