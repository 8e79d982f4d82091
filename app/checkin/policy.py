"""Streaks and calendars as pure functions of days."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from app.checkin.types import Day, DayState, Standing, Step, Streak
from app.loyalty.types import Milestone

ONE_DAY = timedelta(days=1)
WEEK = 7
DECEMBER = 12


def one_more(streak: Streak | None, day: date) -> Streak:
    """Return the streak with one more check-in, on a later day than its last."""
    if streak is None:
        return Streak(1, 1, 1, day)
    current = streak.current_days + 1 if streak.last_on == day - ONE_DAY else 1
    return Streak(current, max(streak.longest_days, current), streak.total_days + 1, day)


def live_streak(current: int, last_on: date | None, today: date) -> int:
    """Return the streak as it stands today: over once a whole day was left out."""
    return current if last_on is not None and last_on >= today - ONE_DAY else 0


def streak_on(day: date, standing: Standing, today: date) -> int:
    """Return how long the streak will be on ``day`` (today or later) if no day is left out."""
    ahead = (day - today).days
    return standing.streak_days + ahead + (0 if standing.is_done else 1)


def day_of(
    day: date, *, today: date, done: Collection[date], first_on: date | None, is_gift: bool
) -> Day:
    """Return what a day looks like in a strip or calendar."""
    if day == today:
        state = DayState.TODAY_DONE if day in done else DayState.TODAY
    elif day in done:
        state = DayState.DONE
    elif day < today and first_on is not None and day > first_on:
        state = DayState.MISSED
    else:
        state = DayState.FUTURE
    return Day(day, state, is_gift=is_gift)


def ladder(milestones: Sequence[Milestone], streak_days: int) -> tuple[Step, ...]:
    """Return the milestones with how far the streak has come."""
    steps: list[Step] = []
    for milestone in milestones:
        is_reached = streak_days >= milestone.days
        is_next = not is_reached and (not steps or steps[-1].state == "reached")
        state = "reached" if is_reached else "next" if is_next else "ahead"
        steps.append(Step(milestone.days, milestone.points, state))
    return tuple(steps)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """Return the first day of the month after."""
    year, number = divmod(month.year * DECEMBER + month.month, DECEMBER)
    return date(year, number + 1, 1)


def month_before(month: date) -> date:
    """Return the first day of the month before."""
    return month_of(month - ONE_DAY)


def weeks_of(month: date) -> list[list[date | None]]:
    """Return a month's weeks, Monday first; None for the days of its neighbours."""
    first, after = monday_of(month), month_after(month)
    count = -(-(after - first).days // WEEK)
    days = [first + timedelta(days=n) for n in range(count * WEEK)]
    inside = [day if month <= day < after else None for day in days]
    return [inside[n : n + WEEK] for n in range(0, len(inside), WEEK)]
