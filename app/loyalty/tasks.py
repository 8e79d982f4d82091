"""Loyalty's place in the timetable."""

from datetime import timedelta

from app.kernel import jobs
from app.loyalty import service


@jobs.sweep("loyalty.prune_counters", every=timedelta(hours=24))
def prune_counters() -> int:
    """Forget the cap counters of days long past."""
    return service.prune_counters()
