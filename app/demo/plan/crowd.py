"""The crowd: who is there at which moment, and how likely each is to do something."""

from bisect import bisect_right
from itertools import accumulate
from random import Random

from app.demo.content import PEOPLE, person
from app.demo.content.types import Person
from app.demo.plan.year import Year, growing

FAN = 0  # the demo's own fan: always the first member
_FOUNDERS = 24  # who came in the first days
_BETWEEN = 9 * 3600  # seconds from one founder to the next


class Crowd:
    """All members with their moments of joining, and ways to pick one of those already there."""

    def __init__(self, rng: Random, year: Year, size: int) -> None:
        """Let ``size`` people join, the known ones first."""
        founders = min(size, _FOUNDERS)
        later = year.arrivals(rng, size - founders, growing)
        opened = [year.begin + 600 + _BETWEEN * k for k in range(founders)]
        self.joined = opened + [max(moment, opened[-1] + 60) for moment in later]
        self.people: list[Person] = [person(number) for number in range(size)]
        # A few do most of the talking: known people by their zest, others by a long tail.
        self.zest = [
            one.zest * (rng.uniform(0.7, 1.3) if k < len(PEOPLE) else 0.35 * rng.paretovariate(1.3))
            for k, one in enumerate(self.people)
        ]
        self._speakers = {
            "zh": _Ranks([k for k, p in enumerate(self.people) if p.language == "zh"], self.zest),
            "en": _Ranks([k for k, p in enumerate(self.people) if p.language == "en"], self.zest),
        }
        self._readers = _Ranks(list(range(size)), [zest**0.5 for zest in self.zest])

    def __len__(self) -> int:
        return len(self.people)

    def present(self, second: int) -> int:
        """Return how many have joined by then; they are the members 0 to that."""
        return bisect_right(self.joined, second)

    def speaker(self, rng: Random, second: int, language: str, by: str = "") -> int:
        """Return a member who writes ``language``, more often a lively one.

        With ``by``, a name or a role, somebody who has it, if anyone has.
        """
        there = max(1, self.present(second))
        if by:
            known = range(min(there, len(PEOPLE)))
            fitting = [k for k in known if by in {self.people[k].name, self.people[k].role}]
            same = [k for k in fitting if self.people[k].language == language] or fitting
            if same:
                return rng.choice(same)
        for tongue in (language, "zh", "en"):
            found = self._speakers[tongue].pick(rng, there)
            if found is not None:
                return found
        return FAN

    def reader(self, rng: Random, second: int) -> int:
        """Return any member there; quiet ones read and like, too."""
        found = self._readers.pick(rng, max(1, self.present(second)))
        return FAN if found is None else found


class _Ranks:
    """Members with running sums of their weights, to pick one among the earliest quickly."""

    def __init__(self, members: list[int], weights: list[float]) -> None:
        self._members = members
        self._sums = list(accumulate(weights[member] for member in members))

    def pick(self, rng: Random, there: int) -> int | None:
        """Return one of those with a number below ``there``, or None when there is none."""
        last = bisect_right(self._members, there - 1)
        if not last:
            return None
        drawn = rng.random() * self._sums[last - 1]
        return self._members[min(last - 1, bisect_right(self._sums, drawn))]
