"""Reported acts' place in the timetable."""

from datetime import timedelta

from app.integrations.reports import service
from app.kernel import jobs


@jobs.sweep("integrations.reports", every=timedelta(minutes=10), drain=True)
def retry_kept() -> int:
    """Try reports again whose member nobody knew; each once an hour."""
    return service.retry_kept()


@jobs.sweep("integrations.forget_names", every=timedelta(hours=24))
def forget_names() -> int:
    """Forget how tools named members whom nobody knew for ninety days."""
    return service.forget_names() + service.rekey()
