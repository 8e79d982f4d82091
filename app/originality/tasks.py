"""Originality's place in the timetable."""

from datetime import timedelta

from app.kernel import jobs
from app.originality import service


@jobs.sweep("originality.look", every=timedelta(seconds=30), drain=True)
def look() -> int:
    """Compare new and changed posts with what was there before."""
    return service.look_at_posts()


@jobs.sweep("originality.claims", every=timedelta(minutes=1), drain=True)
def claims() -> int:
    """Make the fingerprints of what is known from elsewhere."""
    return service.work_claims()


@jobs.sweep("originality.find_posts", every=timedelta(seconds=20), drain=True)
def find_posts() -> int:
    """Put new posts down to be compared."""
    return service.find_posts()
