"""The team's pages in words and macro-shaped values."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for

from app.checkin.queries import Figures
from app.checkin.types import SCOPE_LABELS, Grant, GrantState, Item, RulesVersion, Scope
from app.checkin.types.rules import BOUNDS, UNDO_DAYS, Rules
from app.kernel import charts, clock
from app.kernel.i18n import compact, moment, ngettext, number, percent
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l

STATES = {
    GrantState.RUNNING: (_l("Being granted"), "info"),
    GrantState.DONE: (_l("Granted"), "ok"),
    GrantState.UNDOING: (_l("Being taken back"), "warn"),
    GrantState.UNDONE: (_l("Taken back"), ""),
}


def kpis(figures: Figures) -> list[dict[str, Any]]:
    """Return the strip of figures."""
    whole = figures.taps[:-1]
    yesterday = whole[-1] if whole else 0
    return [
        _kpi(_("Checked in today"), number(figures.today), _("yesterday %(num)s", num=yesterday)),
        _kpi(
            _("A day, over 30 days"),
            compact(round(sum(whole) / len(whole)) if whole else 0),
            _("check-ins"),
            spark=charts.sparkline(whole),
        ),
        _kpi(_("Check-in rate"), percent(figures.rate), _("of active members, a day")),
        _kpi(_("Streaks alive"), compact(figures.alive), _("yesterday or today")),
    ]


def _kpi(label: str, value: str, versus: str, *, spark: str | None = None) -> dict[str, Any]:
    return {
        "label": label, "value": value, "delta": None, "up": False, "good": None,
        "versus": versus, "spark": spark, "href": None,
    }  # fmt: skip


def chart(figures: Figures) -> charts.LineChart:
    """Return the curve of the whole days: today is not over and would look like a fall."""
    return charts.line(figures.taps[:-1], [day_name(day) for day in figures.days[:-1]])


def savers(figures: Figures) -> list[tuple[object, str]]:
    """Return what became of shields and cards in 30 days."""
    rows: list[tuple[object, str]] = []
    for item, used, bought in (
        (Item.SHIELD, _("Shields used"), _("Shields bought")),
        (Item.CARD, _("Make-up cards used"), _("Make-up cards bought")),
    ):
        rows.append((used, number(figures.used.get(item, 0))))
        rows.append((bought, number(figures.bought.get(item, 0))))
    return [*rows, (_("Points paid for them"), number(figures.points_paid))]


def rules_facts(rules: Rules) -> list[tuple[object, str]]:
    """Return the rules that hold."""
    return [(bounds.label, _value(rules, name)) for name, bounds in BOUNDS.items()]


def _value(rules: Rules, name: str) -> str:
    value, unit = getattr(rules, name), BOUNDS[name].unit
    if not value and BOUNDS[name].zero is not None:
        return str(BOUNDS[name].zero)
    if unit == "points":
        return ngettext("%(figure)s point", "%(figure)s points", value, figure=number(value))
    if unit == "days":
        return ngettext("%(num)s day", "%(num)s days", value)
    return number(value)


def version_row(version: RulesVersion) -> dict[str, Any]:
    """Return one version as the table prints it."""
    figures = [_value(version.rules, name) for name in BOUNDS]
    who = version.set_by.name if version.set_by else "–"
    cells = [number(version.rules.version), moment(version.set_at), who, *figures]
    return {"cells": cells, "href": None}


# --- granted days --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GrantCard:
    """A granted day as its pages print it.

    Attributes:
        is_over: nothing is going on.
        kind: the badge's.
    """

    grant: Grant
    day: str
    state: object
    kind: str
    scope: object
    reason: str
    is_over: bool
    can_be_undone: bool
    facts: list[tuple[object, str]]


def grant_card(grant: Grant) -> GrantCard:
    """Return a granted day with its figures."""
    state, kind = STATES[grant.state]
    young = grant.started_at > clock.now() - timedelta(days=UNDO_DAYS)
    rows: list[tuple[object, str]] = [
        (_("For whom"), str(SCOPE_LABELS[grant.scope])),
        (_("Points for the day"), number(grant.points)),
        (_("Had not kept the day themselves"), number(grant.kept_count)),
    ]
    if grant.undo_at:
        rows.append((_("Taken back from"), number(grant.undone_count)))
    return GrantCard(
        grant,
        day_name(grant.on_date),
        state,
        kind,
        SCOPE_LABELS[grant.scope],
        reason_of(grant),
        is_over=grant.state in {GrantState.DONE, GrantState.UNDONE},
        can_be_undone=grant.undo_at is None and young,
        facts=rows,
    )


def reason_of(grant: Grant) -> str:
    """Return why a day was granted; the house itself grants days that a zone change cut short."""
    if grant.started_by is None:
        return _("The brand's time zone changed and cut this day short.")
    return grant.reason


def grant_row(grant: Grant) -> dict[str, Any]:
    """Return a granted day as the list prints it."""
    card = grant_card(grant)
    cells = [card.day, card.state, card.reason, number(grant.kept_count), moment(grant.started_at)]
    return {"cells": cells, "href": url_for("checkin_staff.grant", code=grant.code)}


def grant_facts(day: date, scope: Scope, points: int, count: int) -> list[tuple[object, str]]:
    """Return what is asked before a day is granted."""
    return [
        (_("Day"), day_name(day)),
        (_("For whom"), str(SCOPE_LABELS[scope])),
        (_("Members"), number(count)),
        (_("Points for the day"), number(points)),
        (_("Points at most in all"), number(points * count)),
    ]
