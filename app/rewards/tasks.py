"""The mall's place in the timetable."""

from datetime import time, timedelta

from app.kernel import jobs
from app.rewards import service


@jobs.sweep("rewards.unpaid", every=timedelta(minutes=1), drain=True)
def end_unpaid() -> int:
    """Give points and pieces back where the time to pay is over."""
    return service.end_unpaid()


@jobs.sweep("rewards.rest_due", every=timedelta(minutes=5), drain=True)
def tell_rest_due() -> int:
    """Tell members that the rest of a pre-order is due."""
    return service.tell_rest_due()


@jobs.sweep("rewards.lots", every=timedelta(seconds=20), drain=True)
def draw_lots() -> int:
    """Draw lots of drops that are due, and settle tickets."""
    return service.draw_due()


@jobs.sweep("rewards.low_stock", every=timedelta(minutes=2), drain=True)
def tell_low_stock() -> int:
    """Tell staff once when a stock falls to its threshold."""
    return service.tell_low_stock()


@jobs.sweep("rewards.starts", every=timedelta(minutes=1), drain=True)
def tell_starts() -> int:
    """Tell those who wished it that a drop has begun."""
    return service.tell_starts()


@jobs.sweep("rewards.back_in_stock", every=timedelta(minutes=5), drain=True)
def tell_back() -> int:
    """Tell those who wished it that something is back."""
    return service.tell_back()


@jobs.sweep("rewards.affordable", every=timedelta(days=1), at=time(9, 30))
def tell_affordable() -> int:
    """Tell members that their points reach for something they wished."""
    return service.tell_affordable()
