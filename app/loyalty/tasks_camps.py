"""The place of missions, camps and badges in the timetable."""

from datetime import time, timedelta

from app.kernel import jobs
from app.loyalty.service import badge_earning, camp_work, missions


@jobs.sweep("loyalty.begin_badges", every=timedelta(days=1), at=time(4, 10))
def begin_badges() -> int:
    """Begin to look at all members again for every automatic badge."""
    return badge_earning.begin_sweeps()


@jobs.sweep("loyalty.sweep_badges", every=timedelta(seconds=30), drain=True)
def sweep_badges() -> int:
    """Give automatic badges to members who earned them long ago, a stretch at a time."""
    return badge_earning.sweep_some()


@jobs.sweep("loyalty.pay_waiting", every=timedelta(hours=1))
def pay_waiting() -> int:
    """Pay missions and bonuses of members who could not be paid when they earned them."""
    return missions.pay_waiting() + camp_work.pay_waiting()
