"""Who gets in and how. Pure: takes what is known, asks nobody."""

from datetime import datetime, timedelta

from app.circles.types import Joining, Mine, Stand, TooSoonToAskError

UNDO = timedelta(hours=1)
"""So long after leaving one is back with one tap, as what one was."""
ASK_AGAIN = timedelta(days=7)


def entry(joining: Joining, mine: Mine | None, now: datetime) -> Stand:
    """Return how somebody stands who wants in: in at once, or asking.

    Raises:
        TooSoonToAskError: he was refused within the last days.
    """
    if joining is Joining.OPEN and not (mine and mine.must_ask):
        return Stand.IN
    if mine and mine.stand is Stand.REFUSED and now < mine.at + ASK_AGAIN:
        raise TooSoonToAskError
    return Stand.ASKED


def may_come_back(mine: Mine | None, now: datetime) -> bool:
    """Return whether a member who left may undo that."""
    return mine is not None and mine.stand is Stand.LEFT and now < mine.at + UNDO
