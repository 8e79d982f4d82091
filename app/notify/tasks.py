"""Notify's places in the timetable."""

from datetime import timedelta

from app.kernel import jobs
from app.notify import service


@jobs.sweep("notify.mail", every=timedelta(minutes=1), drain=True)
def mail() -> int:
    """Write the letters that go with notices."""
    return service.mail_due()


@jobs.sweep("notify.prune", every=timedelta(hours=6), drain=True)
def prune() -> int:
    """Forget notices that were read long ago."""
    return service.prune()
