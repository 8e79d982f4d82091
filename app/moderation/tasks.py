"""Moderation's place in the timetable."""

from datetime import timedelta

from app.kernel import jobs
from app.moderation import service


@jobs.sweep("moderation.lift_mutes", every=timedelta(minutes=5), drain=True)
def lift_mutes() -> int:
    """Let members write again whose mute is over."""
    return service.lift_over()
