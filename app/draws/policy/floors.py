"""Which floors win, declared beforehand. Pure.

``8,88,888`` these floors · ``/50`` every 50th · ``*8`` every floor that ends in 8 · ``~`` drawn
from the seed when the draw is over.
"""

import re
from collections.abc import Mapping, Sequence

from app.draws.policy.fairness import Entrant, shuffled
from app.draws.types import Prize

FROM_SEED = "~"
_LIST = re.compile(r"^\d{1,9}(?:,\d{1,9})*$")
_EVERY = re.compile(r"^/[1-9]\d{0,5}$")
_ENDING = re.compile(r"^\*\d{1,6}$")


def is_pattern(text: str) -> bool:
    """Return whether a text says which floors win."""
    return text == FROM_SEED or any(p.match(text) for p in (_LIST, _EVERY, _ENDING))


def fits(pattern: str, floor: int) -> bool:
    """Return whether a floor is one of a pattern; never for ``~``."""
    if _EVERY.match(pattern):
        return floor % int(pattern[1:]) == 0
    if _ENDING.match(pattern):
        return str(floor).endswith(pattern[1:])
    return bool(_LIST.match(pattern)) and floor in {int(part) for part in pattern.split(",")}


def winning(
    prizes: Sequence[Prize],
    floors: Sequence[Entrant],
    *,
    seed: bytes,
    entries_sha256: str,
    beacon: str,
    per_person: int,
) -> Mapping[int, str]:
    """Return floor -> code of the prize it wins.

    First the declared floors, from the lowest up: a floor wins the first prize of the table whose
    pattern it fits and of which something is left. Then the seed draws among the others for the
    prizes marked ``~``. Nobody wins more than ``per_person`` times.
    """
    giving = _Giving(prizes, per_person)
    for each in sorted(floors, key=lambda entrant: entrant.place):
        prize = next((p for p in prizes if giving.has(p) and fits(p.floors, each.place)), None)
        if prize is not None:
            giving.give(each, prize)
    order = shuffled(seed, entries_sha256, beacon, floors)
    for prize in prizes:
        if prize.floors == FROM_SEED:
            for each in order:
                giving.give(each, prize)
    return giving.found


class _Giving:
    """What was given so far."""

    def __init__(self, prizes: Sequence[Prize], per_person: int) -> None:
        self.left = {prize.code: prize.stock or 0 for prize in prizes}
        self.per_person = per_person
        self.wins: dict[str, int] = {}
        self.found: dict[int, str] = {}

    def has(self, prize: Prize) -> bool:
        """Return whether something of a prize is left."""
        return self.left[prize.code] > 0

    def give(self, each: Entrant, prize: Prize) -> None:
        """Give a prize to a floor, unless it is gone, or floor or person have enough."""
        wins = self.wins.get(each.who, 0)
        if not self.has(prize) or each.place in self.found or wins >= self.per_person:
            return
        self.left[prize.code] -= 1
        self.wins[each.who] = wins + 1
        self.found[each.place] = prize.code
