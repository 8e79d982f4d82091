"""The points of a lot by the month in which they came: the oldest go first.

The points of one lot are alike, so which of them a spending took is a convention. This one is first
in, first out, as the lots themselves are used; a day is taken as a whole: what came, then what
moved from lot to lot, then what went out, each in a fixed order. So the same journal always gives
the same layers, whatever else ran at the same time.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from app.ledger.types import Fund, Move

Portions = list[tuple[date, int]]


class Moved(NamedTuple):
    """One movement of a lot: points that left it, arrived in it or went out of it."""

    txn_id: int
    lot_id: int
    kind: Move
    amount: int
    fund: Fund
    expires_on: date


OUT = (Move.SPEND, Move.CAPTURE, Move.CLAW, Move.REPAY, Move.EXPIRE)  # in this order within a day
BETWEEN = (Move.LEAVE, Move.ARRIVE)


@dataclass
class Layers:
    """What is left in some lots by month, and what went out of which month's points.

    Attributes:
        left: by lot: month -> points.
        gone: (month in which they came, fund, kind of movement) -> points.
    """

    left: dict[int, dict[date, int]]
    gone: Counter[tuple[date, Fund, Move]] = field(default_factory=Counter)

    def apply(self, moved: Iterable[Moved]) -> None:
        """Move one day's points between lots and out of them; what came in is there already."""
        between: dict[tuple[int, Fund], list[Moved]] = defaultdict(list)
        out: list[Moved] = []
        for move in moved:
            if move.kind in BETWEEN:
                between[move.txn_id, move.fund].append(move)
            else:
                out.append(move)
        for place in sorted(between):
            self._carry(between[place])
        for move in sorted(out, key=lambda m: (m.lot_id, OUT.index(m.kind), m.txn_id)):
            for month, amount in self._take(move.lot_id, move.amount):
                self.gone[month, move.fund, move.kind] += amount

    def _carry(self, moves: list[Moved]) -> None:
        """Carry layers with points that changed lots: those of the same expiry first."""
        leaving: dict[date, Portions] = defaultdict(list)
        arriving = sorted((m for m in moves if m.kind is Move.ARRIVE), key=lambda m: m.lot_id)
        for move in sorted((m for m in moves if m.kind is Move.LEAVE), key=lambda m: m.lot_id):
            leaving[move.expires_on] += self._take(move.lot_id, move.amount)
        short = []
        for move in arriving:
            missing = move.amount - self._give(move.lot_id, move.amount, leaving[move.expires_on])
            if missing:
                short.append((move.lot_id, missing))
        rest = [portion for day in sorted(leaving) for portion in leaving[day]]
        for lot_id, amount in short:
            self._give(lot_id, amount, rest)

    def _give(self, lot_id: int, amount: int, portions: Portions) -> int:
        """Put up to ``amount`` of the oldest portions into a lot; return how much it was."""
        portions.sort()
        given = 0
        layers = self.left.setdefault(lot_id, {})
        while portions and given < amount:
            month, there = portions.pop(0)
            share = min(there, amount - given)
            layers[month] = layers.get(month, 0) + share
            given += share
            if share < there:
                portions.insert(0, (month, there - share))
        return given

    def _take(self, lot_id: int, amount: int) -> Portions:
        """Take points out of a lot, the oldest first.

        Raises:
            LookupError: it has less: the roll-up is not what the journal says.
        """
        layers = self.left.get(lot_id, {})
        taken: Portions = []
        for month in sorted(layers):
            share = min(layers[month], amount)
            if share:
                taken.append((month, share))
                layers[month] -= share
                amount -= share
            if not amount:
                return taken
        message = f"lot {lot_id} has {amount} points less in its layers than the journal takes"
        raise LookupError(message)


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def columns(gone: Mapping[Move, int]) -> dict[str, int]:
    """Return the figures of a cohort by the names of its columns."""
    return {
        "spent": gone.get(Move.SPEND, 0) + gone.get(Move.CAPTURE, 0),
        "expired": gone.get(Move.EXPIRE, 0),
        "clawed": gone.get(Move.CLAW, 0) + gone.get(Move.REPAY, 0),
    }
