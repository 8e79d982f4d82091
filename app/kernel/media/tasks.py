"""Sweeps of the photo shelf."""

from datetime import timedelta

from app.kernel import jobs
from app.kernel.media import service


@jobs.sweep("media.forget_waiting", every=timedelta(minutes=15), drain=True)
def forget_waiting() -> int:
    """Forget uploads that nobody took within a day."""
    return service.forget_waiting()


@jobs.sweep("media.sweep_files", every=timedelta(hours=1))
def sweep_files() -> int:
    """Delete stored files that no row names any more, one 256th of the shelf at a time."""
    return service.sweep_files()
