"""The tap, the strip and the calendar in words and macro-shaped values."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from babel import Locale, dates
from flask import url_for

from app.checkin.types import (
    Calendar,
    CheckedIn,
    Day,
    DayState,
    Hero,
    Honour,
    Step,
)
from app.kernel import clock, refs
from app.kernel.i18n import day as day_name
from app.kernel.i18n import get_locale, ngettext
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref

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
    href = url_for("checkin.make_up", day=day.on.isoformat()) if day.can_be_made_up else None
    if href:
        label = _("%(day)s, make it up", day=label)
    return {
        "number": day.on.day,
        "state": day.state.value,
        "label": label,
        "gift": day.is_gift,
        "href": href,
    }


KEYS = (
    (DayState.SAVED, "shield-check-filled", _l("Kept by a shield")),
    (DayState.MADE_UP, "calendar-plus", _l("Made up")),
    (DayState.GRANTED, "heart-filled", _l("Given by our team")),
)


def month_key(calendar: Calendar) -> list[tuple[str, str, object]]:
    """Return what the month's legend tells beside "checked in" and "not that day"."""
    states = {day.state for week in calendar.weeks for day in week if day}
    return [(state.value, icon, label) for state, icon, label in KEYS if state in states]


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


def foot_of(hero: Hero) -> dict[str, str] | None:
    """Return the one line under the strip: what a shield saves, or the next milestone."""
    standing = hero.standing
    if standing.waiting_days:
        text = ngettext(
            "Busy yesterday? A shield keeps your streak.",
            "Busy lately? %(num)s shields keep your streak.",
            standing.waiting_days,
        )
        return {"text": text, "icon": "shield-check-filled"}
    line = what_is_next(hero)
    if standing.shields and (line is None or _is_far(hero)):
        text = ngettext(
            "%(num)s shield: it saves a missed day by itself",
            "%(num)s shields: each saves a missed day by itself",
            standing.shields,
        )
        return {"text": text, "icon": "shield-check-filled"}
    return {"text": line, "icon": "gift-filled"} if line else None


NEAR = 7  # days to a milestone that are worth a line of their own


def _is_far(hero: Hero) -> bool:
    step = hero.next_step
    return step is None or step.days - hero.standing.streak_days > NEAR


def told(done: CheckedIn) -> str:
    """Return what the toast says."""
    if not done.is_new:
        return _("You're checked in already. See you tomorrow.")
    more = " ".join(filter(None, (_saved_line(done), _shield_line(done), _place_line(done))))
    if done.milestone:
        first = _(
            "Day %(num)s, +%(points)s points: %(extra)s of them for your streak.",
            num=done.streak_days,
            points=done.award.points,
            extra=done.milestone.points,
        )
    else:
        first = _(
            "Day %(num)s, +%(points)s points.", num=done.streak_days, points=done.award.points
        )
    return f"{first} {more}".strip()


def _saved_line(done: CheckedIn) -> str:
    if not done.saved_days:
        return ""
    return ngettext(
        "Busy yesterday? A shield kept your streak.",
        "Busy lately? %(num)s shields kept your streak.",
        done.saved_days,
    )


def _shield_line(done: CheckedIn) -> str:
    return _("A new shield is yours.") if done.shield_earned else ""


def _place_line(done: CheckedIn) -> str:
    places = {1: _("First at the table today."), 2: _("Second at the table today.")}
    return places.get(done.place, _("Third at the table today.")) if done.place else ""


def strip_note(hero: Hero, done: CheckedIn) -> str | None:
    """Return the second line of the strip after check-in: what was special, or what is next."""
    if not done.is_new:
        return what_is_next(hero)
    if done.milestone:
        return _("%(points)s extra points for your streak", points=done.milestone.points)
    special = (_saved_line(done), _shield_line(done), _place_line(done))
    return next(filter(None, special), None) or what_is_next(hero)


def honours(given: Sequence[Honour]) -> list[dict[str, Any]]:
    """Return the first of the day as their list prints them."""
    zone = clock.zone()
    return [
        {
            "place": each.place,
            "person": each.person,
            "href": refs.link(Ref("member", each.person.id)),
            "at": each.at,
            "time": each.at.astimezone(zone).strftime("%H:%M:%S"),
        }
        for each in given
    ]


# --- for programs --------------------------------------------------------------------------------


def done_values(done: CheckedIn) -> dict[str, Any]:
    """Return a check-in as JSON says it."""
    return {
        "is_new": done.is_new,
        "streak_days": done.streak_days,
        "total_days": done.total_days,
        "points": done.award.points,
        "milestone_days": done.milestone.days if done.milestone else None,
        "saved_days": done.saved_days,
        "shield_earned": done.shield_earned,
        "place": done.place or None,
        "message": told(done),
    }


def calendar_values(page: Calendar) -> dict[str, Any]:
    """Return a month as JSON says it."""
    standing = page.hero.standing
    return {
        "month": f"{page.month:%Y-%m}",
        "streak_days": standing.streak_days,
        "longest_days": standing.longest_days,
        "total_days": standing.total_days,
        "is_done": standing.is_done,
        "shields": standing.shields,
        "cards": standing.cards,
        "days": [
            {
                "on": day.on.isoformat(),
                "state": day.state.value,
                "can_be_made_up": day.can_be_made_up,
            }
            for week in page.weeks
            for day in week
            if day
        ],
        "milestones": [
            {"days": step.days, "points": step.points, "state": step.state} for step in page.steps
        ],
    }
