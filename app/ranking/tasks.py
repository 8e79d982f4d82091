"""The leaderboards' place in the timetable."""

from datetime import time, timedelta

from app.kernel import jobs
from app.ranking import service


@jobs.sweep("ranking.follow", every=timedelta(seconds=2), drain=True)
def follow() -> int:
    """Turn what happened into lines, and score anew whom it concerns."""
    return service.gather() + service.rescore()


@jobs.sweep("ranking.close", every=timedelta(seconds=30))
def close() -> int:
    """Freeze periods that are over, settle those that have waited, hand prizes over."""
    return service.freeze_due() + service.settle_due() + service.award_due() + service.finish_done()


@jobs.sweep("ranking.begin", every=timedelta(seconds=30))
def begin() -> int:
    """Begin the periods of today."""
    return service.open_periods()


@jobs.sweep("ranking.remember", every=timedelta(minutes=5))
def remember() -> int:
    """Write down the ranks at the beginning of the day."""
    return service.remember_ranks()


@jobs.sweep("ranking.look_again", every=timedelta(days=1), at=time(4, 20))
def look_again() -> int:
    """Score everybody anew: groups and cities change without anybody telling."""
    return service.look_at_all_again()
