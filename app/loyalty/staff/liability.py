"""Staff pages about what points cost and what the house owes: ``/staff/liability``."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import charts, clock, labels, reasons, web
from app.kernel.errors import InvalidError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import money, month, ngettext, number, percent
from app.kernel.permissions import Permission
from app.ledger import queries as ledger
from app.ledger.queries import Breakage, BreakageRow, Outstanding
from app.ledger.types import Fund
from app.loyalty import queries
from app.loyalty.forms.values import PointValueForm
from app.loyalty.liability_words import fund_name, period_of, short_month
from app.loyalty.policy.values import worth
from app.loyalty.queries.budgets import burn_down
from app.loyalty.queries.liability import AgeGroup, Liability
from app.loyalty.service.values import set_point_value
from app.loyalty.types import BudgetLine, CostLine, PointValue

bp = Blueprint("loyalty_liability", __name__, url_prefix="/staff/liability")

MONTHS_SHOWN, COHORTS_SHOWN, AGES_SHOWN, EXPIRIES_SHOWN = 13, 24, 13, 12


def _tabs(here: str) -> list[tuple[str, str, bool]]:
    pages = (
        ("liability", _("Liability")),
        ("cost", _("Cost")),
        ("breakage", _("Breakage")),
        ("value", _("Point value")),
    )
    return [(name, url_for(f".{page}"), page == here) for page, name in pages]


# --- what is owed --------------------------------------------------------------------------------


@bp.get("")
@web.permission(Permission.LEDGER_SEE)
def liability() -> ResponseReturnValue:
    """Show what is outstanding: by age, by month of expiry, month by month."""
    found = queries.liability()
    shown = found.months[-MONTHS_SHOWN:]
    return render_template(
        "loyalty/staff_liability.html",
        found=found,
        tabs=_tabs("liability"),
        kpis=_kpis(found),
        chart=charts.line(
            [row.closing for row in shown], [short_month(row.first) for row in shown]
        ),
        ages=_bars([(_age(group), group.points) for group in found.by_age], found.value),
        expiries=_bars(_expiries(found.by_expiry), found.value),
        rows=[_month_row(row) for row in reversed(shown)],
    )


def _kpis(found: Liability) -> list[dict[str, Any]]:
    broken = found.breakage
    return [
        {"label": _("Outstanding points"), "value": number(found.outstanding)},
        {"label": _("Worth today"), "value": _worth(found.outstanding, found.value)},
        {"label": _("Expected to be used"), "value": number(found.use)},
        {
            "label": _("Expected breakage, %(share)s", share=percent(_share(broken))),
            "value": number(found.lost),
        },
    ]


def _share(broken: Breakage) -> float:
    return broken.lost / broken.left if broken.left else 0.0


def _worth(points: int, value: PointValue | None) -> str:
    if value is None:
        return "–"
    return money(worth([(points, value.minor_per_100)]), value.currency)


def _bars(items: list[tuple[str, int]], value: PointValue | None) -> list[dict[str, Any]]:
    most = max((points for _label, points in items), default=0)
    return [
        {
            "label": label,
            "value": number(points),
            "percent": charts.share(points, most),
            "count": _worth(points, value) if value else None,
            "href": None,
        }
        for label, points in items
    ]


def _age(group: AgeGroup) -> str:
    if group.last == 0:
        return _("This month")
    if group.last is None:
        return _("%(first)s months and older", first=group.first)
    return _("%(first)s to %(last)s months", first=group.first, last=group.last)


def _expiries(by_expiry: list[Outstanding]) -> list[tuple[str, int]]:
    dated = [each for each in by_expiry if each.month is not None]
    items = [(month(each.month), each.points) for each in dated[:EXPIRIES_SHOWN] if each.month]
    if later := sum(each.points for each in dated[EXPIRIES_SHOWN:]):
        items.append((_("Later"), later))
    if never := sum(each.points for each in by_expiry if each.month is None):
        items.append((_("Never expire"), never))
    return items


def _month_row(row: ledger.MonthRow) -> dict[str, Any]:
    figures = (
        row.opening, row.issued, row.restored, -row.spent, -row.expired, -row.clawed, row.closing,
    )  # fmt: skip
    return {"cells": [month(row.first), *(_signed(figure) for figure in figures)], "href": None}


def _signed(figure: int) -> str:
    return f"−{number(-figure)}" if figure < 0 else number(figure)


# --- what it cost --------------------------------------------------------------------------------


@bp.get("/cost")
@web.permission(Permission.LEDGER_SEE)
def cost() -> ResponseReturnValue:
    """Show what points cost in a period: by rule, by sales channel, by fund, by campaign."""
    first, last, is_odd = period_of(request.args)
    found = queries.costs(first, last)
    channels = labels.names_of("channel", {line.key for line in found.by_channel if line.key})
    return render_template(
        "loyalty/staff_cost.html",
        found=found,
        tabs=_tabs("cost"),
        first=first,
        last=last,
        is_odd=is_odd,
        quick=[_quick(days, first, last) for days in (30, 90, 365)],
        kpis=_cost_kpis(found.total, found.currency),
        splits=[
            (_("By rule"), _cost_rows(found.by_reason, found.currency, _reason_name)),
            (
                _("By sales channel"),
                _cost_rows(
                    found.by_channel,
                    found.currency,
                    lambda code: channels[code] if code else _("Not from an order"),
                ),
            ),
            (
                _("By fund"),
                _cost_rows(found.by_fund, found.currency, lambda key: fund_name(Fund(key))),
            ),
        ],
        budgets=[_budget(line, found.value) for line in burn_down()],
    )


def _quick(days: int, first: date, last: date) -> tuple[str, str, bool]:
    today = clock.business_date()
    start = today - timedelta(days=days)
    end = today - timedelta(days=1)
    begin: dict[str, Any] = {"from": start}
    return (
        ngettext("%(num)s day", "%(num)s days", days),
        url_for(".cost", to=end, **begin),
        (first, last) == (start, end),
    )


def _cost_kpis(total: CostLine, currency: str | None) -> list[dict[str, Any]]:
    return [
        {"label": _("Issued points"), "value": number(total.issued)},
        {"label": _("Taken back"), "value": number(total.taken)},
        {"label": _("Cost of what was issued"), "value": _money(total.issued_minor, currency)},
        {"label": _("Less taken back"), "value": _money(total.net_minor, currency)},
    ]


def _money(minor: int | None, currency: str | None) -> str:
    return "–" if minor is None or currency is None else money(minor, currency)


def _reason_name(reason: str) -> str:
    return str(reasons.meaning_of(reason).label)


def _cost_rows(
    lines: tuple[CostLine, ...], currency: str | None, name: Any
) -> list[dict[str, Any]]:
    total = sum(line.issued for line in lines)
    return [
        {
            "cells": [
                name(line.key),
                number(line.issued),
                percent(line.issued / total) if total else "–",
                _signed(-line.taken),
                _signed(line.net),
                _money(line.issued_minor, currency),
                _money(line.net_minor, currency),
            ],
            "href": None,
        }
        for line in lines
    ]


def _budget(line: BudgetLine, value: PointValue | None) -> dict[str, Any]:
    used = _("%(spent)s of %(points)s", spent=number(line.spent), points=number(line.points))
    return {
        "label": line.label,
        "value": _("%(left)s left", left=number(line.left)),
        "percent": charts.share(line.spent, line.points),
        "count": f"{used} · {_worth(line.spent, value)}" if value else used,
        "href": None,
    }


# --- what is never used --------------------------------------------------------------------------


@bp.get("/breakage")
@web.permission(Permission.LEDGER_SEE)
def breakage() -> ResponseReturnValue:
    """Show what became of each month's points, and what is expected of the rest."""
    fund = _fund_asked()
    found = ledger.breakage(fund)
    shown = found.rows[-COHORTS_SHOWN:]
    return render_template(
        "loyalty/staff_breakage.html",
        found=found,
        tabs=_tabs("breakage"),
        fund=fund,
        funds=[("", _("All funds")), *((each.value, fund_name(each)) for each in Fund)],
        rows=[_breakage_row(row) for row in reversed(shown)],
        curve=[_curve(row, found.through) for row in reversed(shown)] if found.through else [],
        ages=[str(age) for age in range(AGES_SHOWN)],
        hidden=len(found.rows) - len(shown),
    )


def _fund_asked() -> Fund | None:
    try:
        return Fund(request.args.get("fund", ""))
    except ValueError:
        return None


def _breakage_row(row: BreakageRow) -> dict[str, Any]:
    cohort = row.cohort
    return {
        "cells": [
            month(cohort.came_on),
            number(cohort.came),
            _signed(-sum(cohort.spent)),
            _signed(-sum(cohort.expired)),
            _signed(-sum(cohort.clawed)),
            number(cohort.left),
            percent(row.rate),
            number(row.use),
            number(row.lost),
            percent(row.expected_rate),
            percent(row.earned),
        ],
        "href": None,
    }


def _curve(row: BreakageRow, through: date) -> dict[str, Any]:
    begun = min(AGES_SHOWN, ledger.months_lived(row.cohort.came_on, through))
    shares = [round(100 * (share or 0)) for share in row.curve(begun)]
    cells = [{"value": share, "step": charts.heat_step(share, 0.0, 14.0)} for share in shares]
    return {
        "label": short_month(row.cohort.came_on),
        "size": number(row.kept),
        "cells": [*cells, *[None] * (AGES_SHOWN - begun)],
    }


# --- what points are worth -----------------------------------------------------------------------


@bp.get("/value")
@web.permission(Permission.LEDGER_SEE)
def value() -> ResponseReturnValue:
    """Show what points are worth, from when on, and offer a new value."""
    return _value_page(PointValueForm(data={"from_on": clock.business_date()}))


@bp.post("/value")
@web.permission(Permission.RULES_EDIT)
def set_value() -> ResponseReturnValue:
    """Set a value from a day on."""
    form = PointValueForm()
    if not form.validate_on_submit():
        return _value_page(form), 422
    try:
        set_point_value(
            form.from_on.data or clock.business_date(),
            form.minor,
            currency=_currency(),
            actor_id=web.me().id,
        )
    except InvalidError as error:
        form.from_on.errors = [*form.from_on.errors, str(error)]
        return _value_page(form), 422
    web.toast(_("Saved. Reports value each day's points at the value of that day."))
    return redirect(url_for(".value"), 303)


def _value_page(form: PointValueForm) -> str:
    values = queries.point_values()
    today = clock.business_date()
    return render_template(
        "loyalty/staff_point_value.html",
        form=form,
        tabs=_tabs("value"),
        now=queries.value_on(today, values),
        values=list(reversed(values)),
        currency=_currency(),
        today=today,
    )


def _currency() -> str:
    currency: str = current_app.config["POTLUCK"].currency
    return currency
