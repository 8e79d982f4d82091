"""Loyalty's place in the timetable."""

from datetime import time, timedelta

from app.kernel import jobs
from app.loyalty import service
from app.loyalty.service import rehearsing


@jobs.sweep("loyalty.prune_counters", every=timedelta(hours=24))
def prune_counters() -> int:
    """Forget the cap counters of days long past."""
    return service.prune_counters()


@jobs.sweep("loyalty.tell_expiring", every=timedelta(days=1), at=time(9, 0))
def tell_expiring() -> int:
    """Tell members which points expire in 30, 7 and 1 days; in the morning."""
    place = service.note_expiring()
    while place is not None and not jobs.stopping():
        place = service.note_expiring(place)
    told, after = service.tell_expiring()
    while after is not None and not jobs.stopping():
        more, after = service.tell_expiring(after)
        told += more
    return told


@jobs.sweep(rehearsing.SWEEP, every=timedelta(seconds=30), drain=True)
def count_dry_runs() -> int:
    """Count what a time would have cost under other rules, a few thousand acts at a time."""
    return rehearsing.step()
