"""Notify's places in the timetable."""

from datetime import timedelta

from app.kernel import jobs, outbound
from app.notify import service
from app.notify.addresses import path_of


@jobs.sweep("notify.mail", every=timedelta(minutes=1), drain=True)
def mail() -> int:
    """Write the letters and digests that go with notices."""
    return service.mail_due()


@jobs.sweep("notify.push", every=timedelta(seconds=15), drain=True)
def push() -> int:
    """Send the messages that go to members' devices."""
    return service.push_due(outbound.fetch, path_of)


@jobs.sweep("notify.prune", every=timedelta(hours=6), drain=True)
def prune() -> int:
    """Forget notices that were read long ago."""
    return service.prune()
