"""The community's places in the timetable."""

from datetime import timedelta

from app.community import service
from app.kernel import jobs, tails


@jobs.sweep("community.tell", every=timedelta(seconds=2))
def tell() -> int:
    """Tell members what others did with their threads and replies."""
    return tails.follow("community.tell", service.HEARD, service.tell_of)
