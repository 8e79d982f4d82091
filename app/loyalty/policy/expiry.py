"""When members are told that points will expire. Pure."""

from datetime import date

STAGES = (1, 7, 30)  # days before the last day, the nearest first


def stage_of(last_day: date, today: date) -> int | None:
    """Return the stage at which points with this last day are: 1, 7 or 30; None: not yet, or over.

    A stage lasts until the next one begins, so that a worker who was away for some days, or points
    that live for less than a month, are told at the stage they are at.
    """
    days = (last_day - today).days
    return next((stage for stage in STAGES if 0 <= days <= stage), None)
