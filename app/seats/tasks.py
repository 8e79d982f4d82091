"""The timetable of seats."""

from datetime import timedelta

from app.kernel import jobs
from app.seats import service


@jobs.sweep("seats.called_off", every=timedelta(minutes=1), drain=True)
def settle() -> int:
    """End tickets of what was called off; what they cost goes back."""
    return service.settle_called_off()


@jobs.sweep("seats.part", every=timedelta(hours=1), drain=True)
def part() -> int:
    """Give each seat of an old ticket a ticket of its own."""
    return service.part_old_tickets()


@jobs.sweep("seats.moved", every=timedelta(minutes=1), drain=True)
def tell_moved() -> int:
    """Tell guests of another place or time."""
    return service.tell_moved()


@jobs.sweep("seats.soon", every=timedelta(minutes=5), drain=True)
def remind() -> int:
    """Tell guests a day ahead."""
    return service.remind()
