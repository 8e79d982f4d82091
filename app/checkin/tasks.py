"""Check-in's place in the timetable."""

from datetime import timedelta

from app.checkin import service
from app.kernel import jobs


@jobs.sweep("checkin.grant", every=timedelta(seconds=10), drain=True)
def grant() -> int:
    """Go on with granting a day to many, or with taking one back."""
    return service.grant_some() or service.undo_some()


@jobs.sweep("checkin.zone", every=timedelta(minutes=1))
def zone() -> int:
    """Note a change of the brand's time zone, and keep streaks over the day that it cut short."""
    return service.follow_zone()


@jobs.sweep("checkin.perks", every=timedelta(minutes=10), drain=True)
def perks() -> int:
    """Give the make-up cards that tiers bring: to all in a new month, at once to who rises."""
    return service.give_perks()


@jobs.sweep("checkin.expire", every=timedelta(hours=6), drain=True)
def expire() -> int:
    """Let shields and cards lapse that nobody used in time."""
    return service.expire_savers()
