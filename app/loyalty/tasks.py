"""Loyalty's place in the timetable."""

from datetime import timedelta

from app.kernel import jobs
from app.loyalty import service
from app.loyalty.service import rehearsing


@jobs.sweep("loyalty.prune_counters", every=timedelta(hours=24))
def prune_counters() -> int:
    """Forget the cap counters of days long past."""
    return service.prune_counters()


@jobs.sweep(rehearsing.SWEEP, every=timedelta(seconds=30), drain=True)
def count_dry_runs() -> int:
    """Count what a time would have cost under other rules, a few thousand acts at a time."""
    return rehearsing.step()
