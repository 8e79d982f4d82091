"""Check-in in words and macro-shaped values: greeting, strip, calendar, what comes next."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel import Locale, dates

from app.checkin.types import Calendar, CheckedIn, Day, DayState, Hero, Step
from app.kernel import clock
from app.kernel.i18n import day as day_name
from app.kernel.i18n import get_locale, ngettext
from app.kernel.i18n import gettext as _

DAWN, NOON, AFTERNOON, EVENING, NIGHT = 5, 11, 14, 17, 22  # hours of the brand's day


def greeting(name: str) -> str:
    """Return a greeting that fits the hour in the brand's zone."""
    hour = clock.now().astimezone(clock.zone()).hour
    if DAWN <= hour < NOON:
        return _("Good morning, %(name)s. What's for breakfast?", name=name)
    if NOON <= hour < AFTERNOON:
        return _("Hello, %(name)s. What's for lunch?", name=name)
    if AFTERNOON <= hour < EVENING:
        return _("Good afternoon, %(name)s. Something warm for tonight?", name=name)
    if EVENING <= hour < NIGHT:
        return _("Good evening, %(name)s. What's cooking tonight?", name=name)
    return _("Still up, %(name)s? Tomorrow's pot can wait.", name=name)


def weekdays() -> list[str]:
    """Return the short names of the days, Monday first."""
    locale = get_locale() or Locale.parse("en")
    chinese = locale.language == "zh"
    names = dates.get_day_names("narrow" if chinese else "short", "stand-alone", locale)
    return [names[n] for n in range(7)]


def week(hero: Hero) -> list[dict[str, Any]]:
    """Return the seven days of the strip, as the macro takes them."""
    return [
        {
            "label": _("Today") if day.on == hero.today else name,
            "state": _strip_state(day, hero.today),
            "points": hero.points,
            "gift": day.is_gift,
        }
        for day, name in zip(hero.week, weekdays(), strict=True)
    ]


def _strip_state(day: Day, today: date) -> str:
    if day.state in {DayState.DONE, DayState.MADE_UP, DayState.GRANTED, DayState.TODAY_DONE}:
        return "done"
    if day.state is DayState.SAVED:
        return "saved"
    if day.on == today:
        return "today"
    return "todo" if day.on > today else "missed"


def weeks(calendar: Calendar) -> list[list[dict[str, Any] | None]]:
    """Return the month's cells, as the macro takes them."""
    return [[_cell(day) if day else None for day in each] for each in calendar.weeks]


def _cell(day: Day) -> dict[str, Any]:
    words = {
        DayState.DONE: _("checked in"),
        DayState.SAVED: _("kept by a shield"),
        DayState.MADE_UP: _("made up with a card"),
        DayState.GRANTED: _("kept by our team"),
        DayState.TODAY: _("today, not checked in yet"),
        DayState.TODAY_DONE: _("today, checked in"),
        DayState.MISSED: _("no check-in"),
        DayState.FUTURE: _("a surprise waits") if day.is_gift else "",
    }
    label = ": ".join(filter(None, (day_name(day.on), words[day.state])))
    return {"number": day.on.day, "state": day.state.value, "label": label, "gift": day.is_gift}


def steps(ladder: Sequence[Step]) -> list[dict[str, Any]]:
    """Return the milestones, as the macro takes them."""
    return [{"days": step.days, "points": step.points, "state": step.state} for step in ladder]


def what_is_next(hero: Hero) -> str | None:
    """Return one line about the next milestone, or None after the last."""
    return _to_go(hero.next_step, hero.standing.streak_days)


def _to_go(step: Step | None, streak_days: int) -> str | None:
    if step is None:
        return None
    left = step.days - streak_days
    return ngettext(
        "%(num)s day to go to %(points)s extra points",
        "%(num)s days to go to %(points)s extra points",
        left,
        points=step.points,
    )


def told(done: CheckedIn) -> str:
    """Return what the toast says."""
    if not done.is_new:
        return _("You're checked in already. See you tomorrow.")
    if done.milestone:
        return _(
            "Day %(num)s, +%(points)s points: %(extra)s of them for your streak.",
            num=done.streak_days,
            points=done.award.points,
            extra=done.milestone.points,
        )
    return _("Day %(num)s, +%(points)s points.", num=done.streak_days, points=done.award.points)


def strip_note(hero: Hero, milestone_points: int = 0) -> str | None:
    """Return the second line of the strip after check-in."""
    if milestone_points:
        return _("%(points)s extra points for your streak", points=milestone_points)
    return what_is_next(hero)
