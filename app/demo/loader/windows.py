"""Cut the plan into stretches that are written in one transaction each."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from app.demo.plan import FAN, CheckedIn, Happening, Ordered, Posted, Replied
from app.kernel import clock

MOST = 4_000  # happenings in one stretch


def windows(happenings: Iterable[Happening]) -> Iterator[list[Happening]]:
    """Yield the happenings in stretches of at most one business day.

    Inside a stretch talk earns before check-ins, and check-ins before orders. So that the fan's
    statement still tells his day in its order, a stretch also ends before he earns in another way.
    """
    stretch: list[Happening] = []
    until: datetime | None = None
    fans = ""
    for happening in happenings:
        way = _fans_way(happening)
        is_over = until is None or happening.at >= until or len(stretch) >= MOST
        if is_over or (way and fans and way != fans):
            if stretch:
                yield stretch
            stretch, fans = [], ""
            until = clock.day_end(clock.business_date(happening.at))
        stretch.append(happening)
        fans = way or fans
    if stretch:
        yield stretch


def _fans_way(happening: Happening) -> str:
    """Return how the demo's fan earns by this, or nothing."""
    if isinstance(happening, Posted | Replied) and happening.member == FAN:
        return "talk"
    if isinstance(happening, CheckedIn) and happening.member == FAN:
        return "check-in"
    if isinstance(happening, Ordered) and happening.member == FAN:
        return "order"
    return ""
