"""Proving every draw: odds, seeds, nonces, rolls, guarantees, stock, budgets, lists, tickets."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.draws.policy import fairness, floors
from app.draws.policy.fairness import Entrant
from app.draws.queries import lists, reading
from app.draws.queries.tables import (
    DRAW,
    DRAW_COLUMNS,
    EPOCH,
    PLAY,
    TICKET,
    WIN,
    draw_from,
    play_from,
)
from app.draws.types import MAX_PPM, DrawRow, Game, PaidBy, Play, Prize, Reason, State
from app.kernel import sealing
from app.kernel.db import db

PURPOSE = "draw seed"
BY_HAND = {Reason.GONE, Reason.BUDGET}
"""Reasons that a try alone can't prove: what could be handed over at that moment."""


def unproven(slug: str | None = None) -> Iterator[str]:
    """Recompute every draw that was opened, or one; yield one sentence per difference."""
    statement = sa.select(*DRAW_COLUMNS).where(DRAW.c.state != State.DRAFT).order_by(DRAW.c.id)
    if slug is not None:
        statement = statement.where(DRAW.c.slug == slug)
    for draw in map(draw_from, db.session.execute(statement).all()):
        yield from (f"draw {draw.slug}: {text}" for text in _draw(draw))
    yield from _tickets()


def _draw(draw: DrawRow) -> Iterator[str]:
    prizes = reading.prizes_of(draw.id)
    if fairness.digest_of(fairness.canonical_odds(draw, prizes)) != draw.odds_sha256:
        yield "the prize table is not the one whose hash was published"
    if draw.is_played and sum(prize.odds_ppm for prize in prizes) != MAX_PPM:
        yield "the chances do not sum to a million"
        return
    seeds: dict[int, bytes] = {}
    yield from _seeds(draw, seeds)
    book = _Book(draw, prizes)
    if draw.is_played:
        yield from _plays(draw, prizes, seeds, book)
        if book.count != draw.play_count:
            yield f"{draw.play_count} tries are counted, {book.count} are there"
    else:
        yield from _list(draw, prizes, next(iter(seeds.values()), b""), book)
    yield from book.differences()


def _seeds(draw: DrawRow, seeds: dict[int, bytes]) -> Iterator[str]:
    """Check every commitment and that nonces have no gaps; fill ``seeds`` by epoch id."""
    counted = (
        sa.select(
            PLAY.c.epoch_id,
            sa.func.count().label("plays"),
            sa.func.max(PLAY.c.nonce).label("last"),
        )
        .where(PLAY.c.draw_id == draw.id)
        .group_by(PLAY.c.epoch_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(EPOCH, counted.c.plays, counted.c.last)
        .outerjoin(counted, counted.c.epoch_id == EPOCH.c.id)
        .where(EPOCH.c.draw_id == draw.id)
        .order_by(EPOCH.c.number)
    ).all()
    for number, row in enumerate(rows, start=1):
        if row.number != number:
            yield f"seed {number} is missing"
        try:
            seed = bytes.fromhex(row.seed_hex or sealing.unseal(row.seed_sealed, PURPOSE))
        except sealing.UnsealableError:
            yield f"seed {row.number} can't be opened: the house's secret changed"
            continue
        seeds[row.id] = seed
        if fairness.commitment_of(seed) != row.commitment:
            yield f"seed {row.number} is not the one that was committed to"
        plays, last = row.plays or 0, -1 if row.last is None else row.last
        if not plays == row.next_nonce == last + 1:
            yield (
                f"seed {row.number} counts {row.next_nonce} tries, {plays} are there, the last "
                f"one is number {last}"
            )


@dataclass(slots=True)
class _Book:
    """What was given, counted from the tries and wins themselves."""

    draw: DrawRow
    prizes: Sequence[Prize]
    given: Counter[int] = field(default_factory=Counter)
    count: int = 0

    def differences(self) -> Iterator[str]:
        minor = points = 0
        for prize in self.prizes:
            given = self.given[prize.id]
            minor += given * prize.value_minor
            points += given * prize.points
            if given != prize.given:
                yield f"prize {prize.code} is counted {prize.given} times, given {given} times"
            if prize.stock is not None and given > prize.stock:
                yield f"prize {prize.code} was given {given} times, there were {prize.stock}"
        if (minor, points) != (self.draw.spent_minor, self.draw.spent_points):
            yield (
                f"spent are {self.draw.spent_minor} and {self.draw.spent_points} points, "
                f"given were {minor} and {points}"
            )


def _plays(
    draw: DrawRow, prizes: Sequence[Prize], seeds: Mapping[int, bytes], book: _Book
) -> Iterator[str]:
    """Play every try again, in the order in which they were played."""
    found = db.session.execute(
        sa.select(EPOCH.c.id, EPOCH.c.number).where(EPOCH.c.draw_id == draw.id)
    )
    numbers = {row.id: row.number for row in found}
    again = _Again(draw, prizes)
    rows = db.session.execute(
        sa.select(PLAY)
        .join(EPOCH, EPOCH.c.id == PLAY.c.epoch_id)
        .where(PLAY.c.draw_id == draw.id)
        .order_by(EPOCH.c.number, PLAY.c.nonce)
        .execution_options(yield_per=2_000)
    )
    for play in map(play_from, rows):
        number = numbers.get(play.epoch_id)
        if number is None or play.epoch_id not in seeds:
            yield f"try {play.code} was played under a seed of another draw"
            continue
        rolled = fairness.roll(seeds[play.epoch_id], number, play.nonce, play.client_seed)
        yield from (f"try {play.code} {text}" for text in again.differences(play, rolled))
        book.given[play.awarded_id] += 1
        book.count += 1


class _Again:
    """Awards again what was rolled, with the stock and the losses of that moment."""

    def __init__(self, draw: DrawRow, prizes: Sequence[Prize]) -> None:
        self.draw, self.prizes = draw, prizes
        self.odds = [prize.odds_ppm for prize in prizes]
        self.by_code = {prize.code: prize for prize in prizes}
        self.by_id = {prize.id: prize for prize in prizes}
        self.left = {prize.id: prize.stock for prize in prizes}
        self.losses: Counter[int] = Counter()

    def differences(self, play: Play, rolled: int) -> Iterator[str]:
        if rolled != play.roll:
            yield f"rolled {play.roll}, the seed says {rolled}"
        prize = self.prizes[fairness.prize_at(rolled, self.odds)]
        if prize.id != play.rolled_id:
            yield "has another rolled prize than its number says"
        losses = self.losses[play.player_id]
        if losses != play.losses_before:
            yield f"counts {play.losses_before} tries without a prize, there were {losses}"
        if not self._could_be(prize, losses, play):
            yield "was awarded another prize than the rules say"
        self._keep(play)

    def _could_be(self, rolled: Prize, losses: int, play: Play) -> bool:
        """Return whether the awarded prize is the one that stock and fallbacks lead to.

        Where something could not be handed over, any later prize of the chain may stand in.
        """
        prize, seen = rolled, set[str]()
        if fairness.is_guaranteed(self.draw.guaranteed_after, losses, is_nothing=rolled.is_nothing):
            prize = self.by_code[self.draw.guaranteed_code]
        while prize.code not in seen:
            seen.add(prize.code)
            if self.left[prize.id] != 0:
                if prize.id == play.awarded_id:
                    return True
                if play.reason not in BY_HAND:
                    return False
            if prize.fallback not in self.by_code:
                return False
            prize = self.by_code[prize.fallback]
        return False

    def _keep(self, play: Play) -> None:
        is_nothing = self.by_id[play.awarded_id].is_nothing
        self.losses[play.player_id] = self.losses[play.player_id] + 1 if is_nothing else 0
        left = self.left[play.awarded_id]
        if left is not None:
            self.left[play.awarded_id] = left - 1


# --- lists and tickets ---------------------------------------------------------------------------


def _list(draw: DrawRow, prizes: Sequence[Prize], seed: bytes, book: _Book) -> Iterator[str]:
    rows: Any = db.session.execute(
        sa.select(WIN.c.place, WIN.c.prize_id).where(WIN.c.draw_id == draw.id)
    ).all()
    written = {row.place: row.prize_id for row in rows}
    book.given.update(written.values())
    if draw.entries_sha256 is None:
        return
    entrants = [entrant for entrant, _member in lists.entries(draw.id)]
    text = fairness.canonical_entries(entrants)
    if fairness.digest_of(text) != draw.entries_sha256:
        yield "the list of entrants is not the one whose hash was published"
    if draw.settled_at is None or draw.state is not State.CLOSED:
        return
    ids = {prize.code: prize.id for prize in prizes}
    found = {place: ids[code] for place, code in _drawn(draw, prizes, seed, entrants).items()}
    if found != written:
        yield "the winners are not those that the seed draws"


def _drawn(
    draw: DrawRow, prizes: Sequence[Prize], seed: bytes, entrants: Sequence[Entrant]
) -> Mapping[int, str]:
    digest = draw.entries_sha256 or ""
    if draw.game is Game.FLOOR:
        return floors.winning(
            prizes, entrants, seed=seed, entries_sha256=digest, beacon=draw.beacon_value,
            per_person=draw.wins_per_person,
        )  # fmt: skip
    order = fairness.shuffled(seed, digest, draw.beacon_value, entrants)
    stocks = [(prize.code, prize.stock or 0) for prize in prizes]
    return fairness.winners(order, stocks, draw.wins_per_person)


def _tickets() -> Iterator[str]:
    """Compare every ticket's counter with the tries that used it."""
    used = (
        sa.select(PLAY.c.ticket_id, sa.func.count().label("tries"))
        .where(PLAY.c.paid_by == PaidBy.TICKET, PLAY.c.refunded_at.is_(None))
        .group_by(PLAY.c.ticket_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(TICKET.c.id, TICKET.c.used, used.c.tries)
        .outerjoin(used, used.c.ticket_id == TICKET.c.id)
        .where(TICKET.c.used != sa.func.coalesce(used.c.tries, 0))
    )
    for row in rows:
        yield f"ticket {row.id} is used {row.used} times, {row.tries or 0} tries used it"
