"""The place of messages in the timetable."""

from datetime import timedelta

from app.kernel import jobs
from app.messages import service


@jobs.sweep("messages.tidy", every=timedelta(hours=6), drain=True)
def tidy() -> int:
    """Forget what both of the two deleted thirty days ago."""
    return service.tidy()
