"""Streaks and calendars as pure functions of days."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from app.checkin.types import (
    DayKind,
    DayState,
    KeptDay,
    Standing,
    Step,
    Streak,
    Tap,
)
from app.checkin.types.rules import BOUNDS, Rules
from app.loyalty.types import Milestone

ONE_DAY = timedelta(days=1)
WEEK = 7
DECEMBER = 12
LONGEST_REACH = BOUNDS["days_back"].most
MOST_SHIELDS = BOUNDS["shields_at_most"].most


# --- streaks -------------------------------------------------------------------------------------


def one_more(
    streak: Streak | None, day: date, kind: DayKind = DayKind.DONE, paid_days: int = 0
) -> Streak:
    """Return the streak with one more kept day, later than its last.

    A day that a shield saved joins the days around it and counts for none itself.
    """
    counts = int(kind is not DayKind.SHIELDED)
    if streak is None:
        return Streak(counts, counts, counts, day, paid_days)
    goes_on = streak.last_on == day - ONE_DAY
    current = (streak.current_days if goes_on else 0) + counts
    paid = max(streak.paid_days, paid_days) if goes_on else paid_days
    return Streak(current, max(streak.longest_days, current), streak.total_days + counts, day, paid)


def streak_of(days: Iterable[KeptDay]) -> Streak | None:
    """Return what kept days, in their order, add up to; None for none."""
    streak: Streak | None = None
    for day in days:
        streak = one_more(streak, day.on, day.kind, day.paid_days)
    return streak


def heal(
    days: Iterable[KeptDay], day: date, steps: Sequence[int]
) -> tuple[Streak, tuple[int, ...]]:
    """Return the streak after a made-up day, and the milestones due by it.

    Only the newest run is paid: a day made up in an older one that stays by itself only counts.
    """
    streak: Streak | None = None
    begins = day
    for each in sorted([*days, KeptDay(day, DayKind.MADE_UP)], key=lambda each: each.on):
        if streak is None or each.on != streak.last_on + ONE_DAY:
            begins = each.on
        streak = one_more(streak, each.on, each.kind, each.paid_days)
    assert streak is not None  # noqa: S101 - it has at least the made-up day
    return streak, due_steps(streak, steps) if day >= begins else ()


def tap(
    streak: Streak | None, shields: int, today: date, rules: Rules, steps: Sequence[int]
) -> Tap:
    """Return what a check-in does: which days shields save, the streak, what is due.

    Shields are used only where they save the streak: all missed days, or none.

    Args:
        streak: as kept; its last day lies before today.
        shields: at hand.
        today: the business day.
        rules: the operator's.
        steps: the milestones' days, ascending.
    """
    saved = tuple(missed(streak.last_on, today)) if streak else ()
    if len(saved) > shields:
        saved = ()
    for day in saved:
        streak = one_more(streak, day, DayKind.SHIELDED)
    after = one_more(streak, today)
    due = due_steps(after, steps)
    if due:
        after = replace(after, paid_days=due[-1])
    every = rules.days_per_shield
    earns = every > 0 and after.current_days % every == 0
    is_full = shields - len(saved) >= rules.shields_at_most
    return Tap(after, saved, due, earns and not is_full)


def missed(last_on: date, today: date) -> list[date]:
    """Return the days that were left out between the last kept one and today."""
    count = max(0, (today - last_on).days - 1)
    return [last_on + timedelta(days=n) for n in range(1, count + 1)]


def due_steps(streak: Streak, steps: Sequence[int]) -> tuple[int, ...]:
    """Return the milestones that a run has reached and not been paid yet."""
    return tuple(step for step in steps if streak.paid_days < step <= streak.current_days)


def live_streak(current: int, last_on: date | None, today: date, shields: int = 0) -> int:
    """Return the streak as it stands today: over once more days were left out than shields save."""
    if last_on is None or len(missed(last_on, today)) > shields:
        return 0
    return current


def waiting_days(last_on: date | None, today: date, shields: int) -> int:
    """Return how many missed days shields will save with the next check-in."""
    count = len(missed(last_on, today)) if last_on else 0
    return count if count <= shields else 0


def can_be_made_up(
    day: date, *, today: date, kept: Collection[date], first_on: date | None, rules: Rules
) -> bool:
    """Return whether a card reaches a day: missed, after the first one, not too far back."""
    if first_on is None or day in kept:
        return False
    return max(first_on, today - timedelta(days=rules.days_back + 1)) < day < today


def bridge(
    kept: Mapping[date, DayKind], day: date, shields: int, reach: int
) -> tuple[date, ...] | None:
    """Return the days before ``day`` that shields must save so that it goes on; None: it can't.

    Args:
        kept: kept days around it.
        day: the day that is granted.
        shields: at hand.
        reach: how far back ``kept`` is known, in days.
    """
    gap: list[date] = []
    before = day - ONE_DAY
    while before not in kept:
        gap.append(before)
        if len(gap) > min(shields, reach):
            return None
        before -= ONE_DAY
    return tuple(reversed(gap))


# --- calendars -----------------------------------------------------------------------------------


def streak_on(day: date, standing: Standing, today: date) -> int:
    """Return how long the streak will be on ``day`` (today or later) if no day is left out."""
    ahead = (day - today).days
    return standing.streak_days + ahead + (0 if standing.is_done else 1)


SHOWN = {
    DayKind.DONE: DayState.DONE,
    DayKind.SHIELDED: DayState.SAVED,
    DayKind.MADE_UP: DayState.MADE_UP,
    DayKind.GRANTED: DayState.GRANTED,
}


def day_of(
    day: date,
    *,
    today: date,
    kept: Mapping[date, DayKind],
    first_on: date | None,
    is_saved: bool = False,
) -> DayState:
    """Return what a day looks like in a strip or calendar.

    Args:
        day: which.
        today: the business day.
        kept: kept days with how.
        first_on: the member's first kept day.
        is_saved: a shield stands ready for it.
    """
    if day == today:
        return DayState.TODAY_DONE if day in kept else DayState.TODAY
    if day in kept:
        return SHOWN[kept[day]]
    if is_saved:
        return DayState.SAVED
    if day < today and first_on is not None and day > first_on:
        return DayState.MISSED
    return DayState.FUTURE


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
