"""Streaks counted a second time, by nobody who knows the application: days are plain numbers.

Where the application folds days one by one, this looks at sets of days and walks back from the end.
It imports nothing of the application on purpose.
"""

from dataclasses import dataclass, field


@dataclass
class Walker:
    """One member: what is known of each kept day, and what he holds."""

    every: int
    most: int
    back: int
    steps: tuple[int, ...]
    shields: int = 0
    cards: int = 0
    kinds: dict[int, str] = field(default_factory=dict)
    paid: list[tuple[int, int]] = field(default_factory=list)  # (day it was paid on, step)
    last: int = -1

    def taps(self, today: int) -> None:
        if today in self.kinds:
            return
        if self.kinds:
            gap = range(self.last + 1, today)
            if 0 < len(gap) <= self.shields:
                self.kinds.update(dict.fromkeys(gap, "shielded"))
                self.shields -= len(gap)
        self.kinds[today] = "done"
        self.last = today
        length = self._pay(today)
        if self.every and length % self.every == 0 and self.shields < self.most:
            self.shields += 1

    def makes_up(self, day: int, today: int) -> bool:
        fits = (
            self.cards > 0
            and self.kinds
            and day not in self.kinds
            and min(self.kinds) < day < today
            and today - day <= self.back
        )
        if not fits:
            return False
        self.cards -= 1
        self.kinds[day] = "made_up"
        self.last = max(self.last, day)
        self._pay(day)
        return True

    def _run(self, last: int) -> tuple[int, int]:
        """Walk back to the first hole; return the first day of the run and how many days count."""
        day, count = last, 0
        while kind := self.kinds.get(day):
            count += kind != "shielded"
            day -= 1
        return day + 1, count

    def _length(self, last: int) -> int:
        return self._run(last)[1]

    def _pay(self, on: int) -> int:
        """Pay the milestones that are due by a day; return how long the newest run is."""
        first, length = self._run(self.last)
        had = max([step for day, step in self.paid if day >= first], default=0)
        due = [step for step in self.steps if had < step <= length]
        if due and on < first:  # a day made up in an older run heals nothing of the present one
            raise AssertionError("what is due was due before")
        self.paid += [(on, step) for step in due]
        return length

    @property
    def current(self) -> int:
        return self._length(self.last)

    @property
    def longest(self) -> int:
        return max(self._length(day) for day in self.kinds if day + 1 not in self.kinds)

    @property
    def total(self) -> int:
        return sum(kind != "shielded" for kind in self.kinds.values())
