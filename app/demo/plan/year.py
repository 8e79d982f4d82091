"""The rhythm of a year: which hours are busy, and how many things fall into each."""

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

DAYS = 365
_HOUR = 3600
_BEDTIME, _DAWN, _MORNING = _HOUR, 6 * _HOUR, 7 * _HOUR

# How lively each local hour is: quiet nights, a bump at lunch, busy evenings.
HOURS = (
    9, 4, 2, 1, 1, 2, 6, 14, 20, 22, 24, 36, 44, 32, 24, 22, 26, 40, 62, 78, 86, 80, 54, 24,
)  # fmt: skip
_WEEKEND = 1.35
_FRIDAY = 4


class Year:
    """The year before ``now``, cut into hours of the brand's days.

    Moments inside are whole seconds since 1970, which is quick; ``moment`` makes them datetimes.
    """

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        """Cut the year up.

        Raises:
            ValueError: ``now`` has no time zone.
        """
        if now.tzinfo is None:
            raise ValueError(f"naive moment {now!r}")
        self.end = int(now.timestamp())
        self.today = now.astimezone(zone).date()
        self.days = [self.today - timedelta(days=DAYS - k) for k in range(DAYS + 1)]
        starts = [datetime.combine(day, time.min, tzinfo=zone) for day in self.days]
        self._starts = [int(start.timestamp()) for start in starts]
        self.begin = self._starts[0]

    def moment(self, second: int) -> datetime:
        """Return a second as an aware moment in UTC."""
        return datetime.fromtimestamp(second, UTC)

    def day_of(self, second: int) -> date:
        """Return the business day of a second of this year."""
        return self.days[bisect_right(self._starts, second) - 1]

    def start_of(self, place: int) -> int:
        """Return the first second of a day by its place; of the day after the last one, too."""
        if place < len(self._starts):
            return self._starts[place]
        return self._starts[-1] + 24 * _HOUR

    def days_ago(self, place: int) -> int:
        """Return how many days before today a place is."""
        return len(self.days) - 1 - place

    def awake(self, second: int) -> int:
        """Return the second itself, or one in the next morning when people sleep."""
        past_midnight = second - self._starts[bisect_right(self._starts, second) - 1]
        if _BEDTIME <= past_midnight < _DAWN:  # the night's five hours become the morning's five
            return second + _MORNING - _BEDTIME
        return second

    def arrivals(
        self, rng: Random, count: int, liveliness: Callable[[date, int], float]
    ) -> Iterator[int]:
        """Yield ``count`` seconds in order, more of them where ``liveliness`` is greater.

        Args:
            rng: chance.
            count: how many, exactly.
            liveliness: weight of an hour, from its day and that day's place in the year.
        """
        slots, weights = [], []
        for place, day in enumerate(self.days):
            whole = liveliness(day, place) * (_WEEKEND if day.weekday() > _FRIDAY else 1.0)
            for hour, share in enumerate(HOURS):
                start = self._starts[place] + hour * _HOUR
                length = min(_HOUR, min(self.end, self.start_of(place + 1)) - start)
                if length > 0:
                    slots.append((start, length))
                    weights.append(whole * share * length / _HOUR)
        bounds = list(accumulate(weights))
        tally = [0] * len(slots)
        for _ in range(count):
            tally[min(len(slots) - 1, bisect_right(bounds, rng.random() * bounds[-1]))] += 1
        for (start, length), many in zip(slots, tally, strict=True):
            yield from sorted(start + rng.randrange(length) for _ in range(many))


def blooming(day: date, place: int) -> float:
    """Return the liveliness of a community that grows, and has just had its best week."""
    days_ago = DAYS - place
    return growing(day, place) * (1 + 9 * math.exp(-days_ago / 4))


def growing(_day: date, place: int) -> float:
    """Return the liveliness of a community that grows through its first year."""
    return 0.35 + place / DAYS
