"""The timetable of coupons."""

from datetime import timedelta

from app.coupons import service
from app.kernel import jobs


@jobs.sweep("coupons.work", every=timedelta(seconds=20), drain=True)
def work() -> int:
    """Take in files of codes, make codes, mark what channels report as used."""
    return service.work_some()


@jobs.sweep("coupons.warn", every=timedelta(hours=1), drain=True)
def warn() -> int:
    """Say once of each unused coupon that it expires within three days."""
    return service.warn()


@jobs.sweep("coupons.low", every=timedelta(minutes=10))
def low() -> int:
    """Tell the team once of each pool that has few codes left."""
    return service.tell_low()
