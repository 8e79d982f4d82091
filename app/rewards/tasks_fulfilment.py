"""The timetable of fulfilment."""

from datetime import timedelta

from app.kernel import jobs
from app.rewards.service import erasing


@jobs.sweep("rewards.erase_addresses", every=timedelta(hours=6), drain=True)
def erase() -> int:
    """Delete the addresses of orders that have been over for long enough."""
    return erasing.erase_addresses()


@jobs.sweep("rewards.arrivals", every=timedelta(hours=6), drain=True)
def arrivals() -> int:
    """Count parcels that nobody has missed for three weeks as received."""
    return erasing.settle_arrivals()
