"""The overview: what needs somebody, how the community is doing, what lies behind each figure."""

from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, url_for

from app.checkin.events import DayCheckedIn
from app.commerce import queries as commerce
from app.community import events
from app.console.queries import Activity, Period, activity, fact_log
from app.console.words import FUNDS, told_as
from app.kernel import charts, clock, facts, refs
from app.kernel.i18n import compact, ngettext, number, percent, span
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import Viewer
from app.ledger import queries as ledger
from app.ledger.types import Fund
from app.rewards.queries import fulfilment as parcels
from app.rewards.queries import money as mall_money

RANGES = (7, 30, 90)
CHECKED_IN, THREAD = DayCheckedIn.name, events.ThreadPublished.name
LATE_SECONDS = 600  # a fact that waits longer than this needs somebody
BARS, LATEST = 8, 6
DAWN, NOON, EVENING = 5, 12, 18  # hours
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Money:
    """What the ledger says of a period: points issued then and before, and what is owed now.

    Attributes:
        by_fund: points issued in the period by fund, the most first.
        daily: (points issued, points outstanding at its end) of each day of the period.
    """

    by_fund: tuple[tuple[Fund, int], ...]
    issued: int
    issued_before: int
    outstanding: int
    outstanding_before: int
    difference: int
    daily: tuple[tuple[int, int], ...]


def build(viewer: Viewer, days: int) -> dict[str, Any]:
    """Return the overview's values; a figure whose page somebody may not open is left out."""
    period = Period.last(days)
    told = activity(period)
    money = _money(period) if viewer.can(Permission.LEDGER_SEE) else None
    return {
        "greeting": _greeting(viewer.name),
        "days": days,
        "todo": _todo(viewer, told, money, days),
        "kpis": [*_activity_kpis(viewer, told, days), *_money_kpis(money, days)],
        "chart": charts.line(
            _whole(told.daily_active(period)),
            _whole([day_name(day) for day in period.days]),
            before=_whole(told.daily_active(period.before)),
        ),
        "bars": _bars(viewer, told),
        "funds": _funds(money, days),
        "latest": _latest() if viewer.can(Permission.FACTS_SEE) else [],
        "ranges": [
            (
                ngettext("%(num)s day", "%(num)s days", n),
                url_for("console.overview", days=n),
                n == days,
            )
            for n in RANGES
        ],
    }


def _greeting(name: str) -> str:
    """Return how the console says hello at this hour of the brand's day."""
    hour = clock.now().astimezone(clock.zone()).hour
    if DAWN <= hour < NOON:
        return _("Good morning, %(name)s", name=name)
    if NOON <= hour < EVENING:
        return _("Good afternoon, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)


def _whole(days: list[T]) -> list[T]:
    """Leave today out of a curve: it is not over, and would always look like a fall."""
    return days[:-1]


def _money(period: Period) -> Money:
    now = ledger.roll_forward(period.since, period.until, daily=True)
    before = ledger.roll_forward(period.before.since, period.since)
    issued = ((row.fund, row.issued) for row in now.rows if row.fund and row.issued)
    return Money(
        by_fund=tuple(sorted(issued, key=lambda each: -each[1])),
        issued=now.total.issued,
        issued_before=before.total.issued,
        outstanding=now.total.closing,
        outstanding_before=now.total.opening,
        difference=now.tie_out.difference,
        daily=now.daily,
    )


def may_open(viewer: Viewer, endpoint: str) -> bool:
    """Return whether the page behind an endpoint lets a member of staff in, by its own mark."""
    access = getattr(current_app.view_functions.get(endpoint), "__access__", None)
    return access in set(Permission) and viewer.can(str(access))


# --- what needs somebody -------------------------------------------------------------------------


def _todo(viewer: Viewer, told: Activity, money: Money | None, days: int) -> list[dict[str, Any]]:
    cards = []
    if may_open(viewer, "commerce_staff.kept_aside"):
        cards.append(_kept_aside())
    if may_open(viewer, "rewards_fulfilment.board"):
        cards.append(_parcels())
    if may_open(viewer, "rewards_staff.owed"):
        cards += _mall_money()
    if may_open(viewer, "community_staff.content"):
        cards.append(_hidden(told, days))
    if may_open(viewer, "console.facts_log"):
        cards.append(_lag())
    if money is not None:
        cards.append(_difference(money.difference))
    return cards


def _card(icon: str, count: int, label: str, sub: str, href: str, kind: str) -> dict[str, Any]:
    return {"icon": icon, "count": count, "label": label, "sub": sub, "href": href, "kind": kind}


def _kept_aside() -> dict[str, Any]:
    count = commerce.kept_aside_count()
    return _card(
        "scale",
        count,
        ngettext("order kept aside", "orders kept aside", count),
        _("Came again with other figures") if count else _("All figures agree"),
        url_for("commerce_staff.kept_aside"),
        "warn" if count else "ok",
    )


def _parcels() -> dict[str, Any]:
    waiting, troubled = parcels.waiting_parcels()
    return _card(
        "truck-delivery",
        waiting,
        ngettext("parcel to send", "parcels to send", waiting),
        ngettext("%(num)s in trouble", "%(num)s in trouble", troubled)
        if troubled
        else _("None in trouble"),
        url_for("rewards_fulfilment.board"),
        "danger" if troubled else "warn" if waiting else "ok",
    )


def _mall_money() -> list[dict[str, Any]]:
    """Return a card while money of others waits for somebody; none else, it is rare."""
    kept, asked, owed = mall_money.open_counts()
    count = kept + asked + owed
    if not count:
        return []
    endpoint = "owed" if owed else "kept_payments" if kept else "asked_refunds"
    return [
        _card(
            "coins",
            count,
            ngettext("money matter of the mall", "money matters of the mall", count),
            ngettext("%(num)s to give back", "%(num)s to give back", owed)
            if owed
            else _("Nothing is to be given back"),
            url_for(f"rewards_staff.{endpoint}"),
            "danger" if owed else "warn",
        )
    ]


def _hidden(told: Activity, days: int) -> dict[str, Any]:
    names = (events.ThreadHidden.name, events.ReplyHidden.name)
    count = sum(told.count(name, told.period) for name in names)
    return _card(
        "eye-off",
        count,
        ngettext("post hidden", "posts hidden", count),
        _("In the last %(num)s days", num=days),
        url_for("community_staff.content", show="hidden"),
        "info" if count else "ok",
    )


def _lag() -> dict[str, Any]:
    lags = facts.lags()
    waiting, failed = sum(lag.waiting for lag in lags), sum(lag.failed for lag in lags)
    oldest = max((lag.oldest_seconds for lag in lags), default=0)
    late = failed > 0 or oldest > LATE_SECONDS
    if failed:
        sub = ngettext("%(num)s was given up", "%(num)s were given up", failed)
    elif waiting:
        sub = _("The oldest waits %(time)s", time=span(oldest))
    else:
        sub = _("Everybody has heard everything")
    label = ngettext("fact to be told", "facts to be told", waiting)
    kind = "danger" if late else "ok"
    return _card("activity", waiting, label, sub, url_for("console.facts_log"), kind)


def _difference(difference: int) -> dict[str, Any]:
    return _card(
        "book-2",
        abs(difference),
        ngettext("point of difference", "points of difference", abs(difference)),
        _("Run flask ledger verify") if difference else _("Ledger and wallets agree"),
        url_for("ledger_staff.roll_forward"),
        "danger" if difference else "ok",
    )


# --- how it is doing -----------------------------------------------------------------------------


def _activity_kpis(viewer: Viewer, told: Activity, days: int) -> list[dict[str, Any]]:
    period, before = told.period, told.period.before
    may_see = viewer.can(Permission.FACTS_SEE)

    def link(name: str | None = None) -> str | None:
        return url_for("console.facts_log", name=name) if may_see else None

    active, check_ins = told.daily_active(period), told.daily(CHECKED_IN, period)
    rate = _rate(check_ins, active)
    rate_before = _rate(told.daily(CHECKED_IN, before), told.daily_active(before))
    return [
        _kpi(
            _("Active members"), compact(told.active[0]), days,
            delta=_change(*told.active), spark=_whole(active), href=link(),
        ),
        _kpi(
            _("Check-in rate"), percent(rate), days, delta=_points_apart(rate, rate_before),
            spark=_whole([_rate([c], [a]) for c, a in zip(check_ins, active, strict=True)]),
            href=link(CHECKED_IN),
        ),
        _kpi(
            _("New threads"), compact(told.count(THREAD, period)), days,
            delta=_change(told.count(THREAD, period), told.count(THREAD, before)),
            spark=_whole(told.daily(THREAD, period)), href=link(THREAD),
        ),
    ]  # fmt: skip


def _money_kpis(money: Money | None, days: int) -> list[dict[str, Any]]:
    if money is None:
        return []
    href = url_for("ledger_staff.roll_forward", days=days)
    issued = _change(money.issued, money.issued_before)
    outstanding = _change(money.outstanding, money.outstanding_before)
    return [
        _kpi(
            _("Points issued"), compact(money.issued), days,
            delta=issued, is_neutral=True, href=href,
            spark=_whole([points for points, _left in money.daily]),
        ),
        _kpi(
            _("Points outstanding"), compact(money.outstanding), days,
            delta=outstanding, is_neutral=True, href=href,
            spark=_whole([left for _points, left in money.daily]),
        ),
    ]  # fmt: skip


Change = tuple[str, bool] | None
"""How a figure changed, in words, and whether it went up; None where nothing compares."""


def _kpi(
    label: str,
    value: str,
    days: int,
    *,
    delta: Change,
    href: str | None,
    spark: list[float] | list[int] | None = None,
    is_neutral: bool = False,
) -> dict[str, Any]:
    text, up = delta or (None, False)
    return {
        "label": label,
        "value": value,
        "delta": text,
        "up": up,
        "good": None if is_neutral or delta is None else up,
        "versus": ngettext("against the day before", "against the %(num)s days before", days),
        "spark": charts.sparkline(spark) if spark else None,
        "href": href,
    }


def _rate(part: list[int], whole: list[int]) -> float:
    """Return the share of active members who checked in, averaged over the days."""
    return min(1.0, sum(part) / sum(whole)) if sum(whole) else 0.0


def _change(now: int, before: int) -> Change:
    if not before or now == before:
        return None
    return percent(abs(now - before) / before), now > before


def _points_apart(now: float, before: float) -> Change:
    apart = round((now - before) * 100, 1)
    if not before or not apart:
        return None
    return _("%(num)s pts", num=f"{abs(apart):g}"), apart > 0


def _bars(viewer: Viewer, told: Activity) -> list[dict[str, Any]]:
    totals = told.totals()[:BARS]
    most = max((now for _name, now, _before in totals), default=0)
    may_see = viewer.can(Permission.FACTS_SEE)
    return [
        {
            "label": told_as(name).label,
            "value": number(now),
            "percent": charts.share(now, most),
            "count": _("%(num)s before", num=number(before)) if before else None,
            "href": url_for("console.facts_log", name=name) if may_see else None,
        }
        for name, now, before in totals
    ]


def _funds(money: Money | None, days: int) -> list[dict[str, Any]]:
    if money is None:
        return []
    return [
        {
            "label": FUNDS[fund],
            "value": number(points),
            "percent": charts.share(points, money.issued),
            "count": percent(points / money.issued),
            "href": url_for("ledger_staff.roll_forward", days=days),
        }
        for fund, points in money.by_fund
    ]


def _latest() -> list[dict[str, Any]]:
    """Return what happened last, for the timeline."""
    return [
        {
            "icon": told_as(line.name).icon,
            "title": told_as(line.name).label,
            "text": line.actor.name if line.actor else _("the house"),
            "at": line.occurred_at,
            "href": refs.link(line.subject),
        }
        for line in fact_log(limit=LATEST, by_people=True).items
    ]
