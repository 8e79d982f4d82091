"""Joining, following and checking in."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from random import Random

from app.demo.plan.crowd import FAN, Crowd
from app.demo.plan.types import CheckedIn, Followed, Joined
from app.demo.plan.year import HOURS, Year

FAN_STREAK = 12  # days; the demo's fan has not checked in today yet
_FAN_PAUSE = 5  # days before the streak in which he was away: longer than any saver lasts
_REGULARS = 800  # members who check in at all; more would only be more of the same
_HOUR = 3600
_BY_HOUR = list(accumulate(HOURS))


def joining(year: Year, crowd: Crowd) -> Iterator[Joined]:
    """Yield everybody's first moment."""
    for member, second in enumerate(crowd.joined):
        yield Joined(year.moment(second), member, crowd.people[member])


def following(seed: int, year: Year, crowd: Crowd) -> Iterator[Followed]:
    """Yield who follows whom: each newcomer a few lively members, and the fan rather many."""
    rng = Random(f"following/{seed}")  # noqa: S311 - stories, not secrets
    rows: list[tuple[int, int, int]] = []
    for member, joined in enumerate(crowd.joined):
        wanted = 9 if member == FAN else min(12, int(rng.expovariate(0.2)))
        liked: set[int] = set()
        for _ in range(wanted):
            at = joined + 600 + int(rng.random() ** 2 * (year.end - joined - 700))
            whom = crowd.speaker(rng, at, crowd.people[member].language)
            if whom not in {member, *liked} and at < year.end:
                liked.add(whom)
                rows.append((at, member, whom))
    rows.sort()
    for at, member, whom in rows:
        yield Followed(year.moment(at), member, whom)


def checking_in(seed: int, year: Year, crowd: Crowd) -> Iterator[CheckedIn]:
    """Yield check-ins day by day: whoever came yesterday comes again more easily."""
    rng = Random(f"checking in/{seed}")  # noqa: S311 - stories, not secrets
    regulars = range(min(len(crowd), _REGULARS))
    eager = [min(0.92, rng.betavariate(1.1, 1.6) + 0.05 * crowd.zest[k]) for k in regulars]
    streaks = [0] * len(eager)
    for place, day in enumerate(year.days):
        present = min(len(eager), crowd.present(year.start_of(place + 1)))
        rows: list[tuple[int, int]] = []
        for member in range(present):
            if _comes(rng, member, year.days_ago(place), eager[member], streaks[member]):
                second = min(
                    year.start_of(place) + _second_of_day(rng), year.start_of(place + 1) - 1
                )
                if crowd.joined[member] <= second < year.end:
                    rows.append((second, member))
                    streaks[member] += 1
                    continue
            streaks[member] = 0
        rows.sort()
        for second, member in rows:
            yield CheckedIn(year.moment(second), day, member)


def _comes(rng: Random, member: int, days_ago: int, eager: float, streak: int) -> bool:
    chance = min(0.97, eager * (0.55 if not streak else 1.05 + min(streak, 20) * 0.02))
    drawn = rng.random() < chance
    if member == FAN and days_ago <= FAN_STREAK + _FAN_PAUSE:
        return 1 <= days_ago <= FAN_STREAK
    return drawn


def _second_of_day(rng: Random) -> int:
    hour = bisect_right(_BY_HOUR, rng.random() * _BY_HOUR[-1])
    return hour * _HOUR + rng.randrange(_HOUR)
