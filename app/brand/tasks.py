"""The brand world's place in the timetable."""

from datetime import timedelta

from app.brand import service
from app.kernel import jobs


@jobs.sweep("brand.tell_followers", every=timedelta(minutes=1), drain=True)
def tell_followers() -> int:
    """Tell the followers of columns of new issues."""
    return service.tell_followers()
