"""``/staff/kit``: the week, the guided plan, copying, picking posts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.community.service import topics
from app.kernel import clock
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_code, ngettext
from app.kernel.permissions import Permission
from app.kernel.web import me, permission, toast
from app.ops.forms import PlanForm, people_choices, read_lines, week_span
from app.ops.policy.gaps import Check
from app.ops.queries import ideas as idea_queries
from app.ops.queries import kit as queries
from app.ops.queries.kit import Week
from app.ops.service import kit as service
from app.ops.types import (
    DAYS,
    KIND_ICONS,
    KIND_NAMES,
    POSTED,
    WEEK,
    ItemKind,
    Text,
    read_week,
    this_week,
    week_key,
)

bp = Blueprint("ops_kit", __name__, url_prefix="/staff/kit")
EDIT = Permission.KIT_EDIT
FEW_IDEAS = 5
ELSEWHERE = frozenset({ItemKind.TOPIC})
"""Kinds that the guided plan does not ask for: a topic is planned with its own names."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the guided plan, with what it suggests or what was typed."""

    number: int
    kind: ItemKind
    is_on: bool
    title: str
    day: int
    who: str
    text: str


@bp.get("")
@permission(EDIT)
def week() -> ResponseReturnValue:
    """Show a week: ``?week=2026-W49``, else the present one."""
    monday = _asked_week(this_week())
    found = queries.week_page(monday)
    return render_template(
        "ops/week.html",
        found=found,
        ideas=idea_queries.ideas(limit=FEW_IDEAS),
        today=clock.business_date(),
        **_frame(monday),
    )


def _asked_week(default: date) -> date:
    return read_week(request.args.get("week")) or default


def _frame(monday: date) -> dict[str, Any]:
    return {
        "span": week_span(monday),
        "key": week_key(monday),
        "before": week_key(monday - WEEK),
        "after": week_key(monday + WEEK),
        "next_key": week_key(this_week() + WEEK),
        "is_present": monday == this_week(),
        "kind_names": KIND_NAMES,
        "kind_icons": KIND_ICONS,
    }


def _back(monday: date) -> ResponseReturnValue:
    return redirect(url_for("ops_kit.week", week=week_key(monday)), 303)


@bp.route("/plan", methods=["GET", "POST"])
@permission(EDIT)
def plan() -> ResponseReturnValue:
    """Plan what a week lacks on one page: ``?week=2026-W50``, else the next one."""
    monday = _asked_week(this_week() + WEEK)
    found, library, team = queries.week_page(monday), queries.texts(), queries.team()
    lines = suggested(found, library)
    form, status, problem = PlanForm(), 200, ""
    if form.is_submitted():
        status = 422
        kinds = [line.kind for line in lines]
        drafts, bare = read_lines(request.form, monday, kinds, team)
        if bare:
            problem = _("Every ticked line needs a few words.")
        elif form.validate():
            try:
                count = service.plan_week(
                    monday, drafts, request_key=form.request_key.data, actor_id=me().id
                )
            except DomainError as error:
                problem = str(error.message)
            else:
                toast(ngettext("%(num)s line planned", "%(num)s lines planned", count))
                return _back(monday)
        lines = [_typed(line) for line in lines]
    page = render_template(
        "ops/plan.html", form=form, found=found, lines=lines, problem=problem, library=library,
        people=people_choices(team), drafts=queries.drafts(),
        ideas=idea_queries.ideas(limit=FEW_IDEAS), **_frame(monday),
    )  # fmt: skip
    return page, status


def suggested(found: Week, library: Sequence[Text]) -> list[Line]:
    """Return the lines that a week lacks, each with a day and, where there is one, a text."""
    lines: list[Line] = []
    for check in found.checks:
        if check.row.kind in ELSEWHERE:
            continue
        lines += _missing(check, library, len(lines), found.week_on.isocalendar().week)
    return lines


def _missing(check: Check, library: Sequence[Text], first: int, turn: int) -> list[Line]:
    """Return a line for each time that is not planned; texts of the library take turns by week."""
    row, locale = check.row, locale_code()
    fitting = [text for text in library if text.kind is row.kind and row.kind in POSTED]
    lines = []
    for n in range(check.missing):
        text = fitting[(turn + n) % len(fitting)] if fitting else None
        day = row.weekday if row.weekday is not None else (2 * n + 3) % DAYS
        title = f"{row.title(locale)}: {text.name(locale)}" if text else row.title(locale)
        body = f"{text.text_zh}\n\n{text.text_en}" if text else ""
        lines.append(Line(first + n, row.kind, is_on=True, title=title, day=day, who="", text=body))
    return lines


def _typed(line: Line) -> Line:
    """Return a line as it was sent."""
    sent, n = request.form, line.number
    day = sent.get(f"day-{n}", "")
    return Line(
        n,
        line.kind,
        sent.get(f"on-{n}") == "1",
        sent.get(f"title-{n}", ""),
        int(day) if day.isdecimal() else line.day,
        sent.get(f"who-{n}", ""),
        sent.get(f"text-{n}", ""),
    )


@bp.post("/copy")
@permission(EDIT)
def copy() -> ResponseReturnValue:
    """Repeat last week's plan."""
    monday = read_week(request.form.get("week")) or this_week()
    try:
        count = service.copy_last_week(monday, actor_id=me().id)
    except DomainError as error:
        toast(str(error.message), "warn")
        return _back(monday)
    if count:
        toast(ngettext("%(num)s line copied", "%(num)s lines copied", count))
    else:
        toast(_("There was nothing new to copy."), "info")
    return _back(monday)


@bp.post("/features/<code>")
@permission(EDIT)
def pick(code: str) -> ResponseReturnValue:
    """Feature a post, or no longer (``pick=0``), and come back to the week."""
    is_featured = request.form.get("pick") != "0"
    if topics.feature_thread(code, is_featured=is_featured, actor_id=me().id):
        toast(_("Featured. It stands in the featured lists now") if is_featured
              else _("Not featured any more"))  # fmt: skip
    return _back(read_week(request.form.get("week")) or this_week())


def weekday_names() -> list[str]:
    """Return the names of the days, Monday first."""
    from babel import Locale, dates
    from flask_babel import get_locale

    names = dates.get_day_names("wide", "stand-alone", get_locale() or Locale.parse("en"))
    return [names[n] for n in range(DAYS)]


@bp.app_template_global()
def days_of_week(monday: date) -> list[tuple[int, date]]:
    """Return the days of a week with their numbers."""
    return [(n, monday + timedelta(days=n)) for n in range(DAYS)]
