"""Cut the plan into stretches that are written in one transaction each."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from app.demo.plan import FAN, CheckedIn, Happening, Liked, Ordered, Posted, Refunded, Replied
from app.kernel import clock

MOST = 4_000  # happenings in one stretch
EXACT = timedelta(days=35)  # before the end: from then on no stretch is longer than a day
FRESH = timedelta(days=1)  # before the end: from then on no stretch is longer than ...
MINUTES = timedelta(minutes=10)


def windows(happenings: Iterable[Happening], ends_at: datetime) -> Iterator[list[Happening]]:
    """Yield the happenings in stretches: of a week at first, of a day lately, of minutes at last.

    Lately, whatever the demo's fan earns ends a stretch too, so that the ledger posts it at its
    own minute: his statement is the one that visitors look at.
    """
    exact_since = clock.day_start(clock.business_date(ends_at - EXACT))
    stretch: list[Happening] = []
    until: datetime | None = None
    his: set[tuple[int, int]] = set()  # threads and replies of the fan
    for happening in happenings:
        if until is None or happening.at >= until or len(stretch) >= MOST:
            if stretch:
                yield stretch
                stretch = []
            until = _end_of(happening.at, exact_since, ends_at - FRESH)
        stretch.append(happening)
        if _is_his_gain(happening, his) and happening.at >= exact_since:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _end_of(at: datetime, exact_since: datetime, fresh_since: datetime) -> datetime:
    """Return the end of a stretch that begins now."""
    day = clock.business_date(at)
    if at >= fresh_since:
        return min(clock.day_end(day), at + MINUTES)
    if at >= exact_since:
        return clock.day_end(day)
    return min(clock.day_end(day + timedelta(days=6 - day.weekday())), exact_since)


def _is_his_gain(happening: Happening, his: set[tuple[int, int]]) -> bool:
    """Return whether this moves the points of the demo's fan; remember what he says."""
    if isinstance(happening, Liked):
        return (happening.thread, happening.reply) in his
    if isinstance(happening, Posted | Replied) and happening.member == FAN:
        his.add((happening.thread, happening.reply if isinstance(happening, Replied) else 0))
        return True
    return isinstance(happening, CheckedIn | Ordered | Refunded) and happening.member == FAN
