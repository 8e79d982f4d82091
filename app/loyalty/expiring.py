"""Points about to expire, in words: what the notice says when it is read."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.kernel import clock
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext, number
from app.ledger import queries as ledger
from app.loyalty.service.expiry import KIND
from app.notify.types import Notice, NoticeKind, Params, Said, register


def register_notices() -> None:
    """Name the kind of notice."""
    register(
        NoticeKind(
            KIND, _l("Points about to expire"), "clock", said, refresh=as_of_now, has_mail=True
        )
    )


def said(params: Params) -> Said:
    """Put a notice into words; quietly where nothing is left to lose."""
    first, last = _span(params)
    points, today = int(params["points"]), clock.business_date()
    if last < today:
        return Said(
            _("%(day)s has passed", day=day_name(last)),
            _("What you had not used of those points by then has expired."),
            is_moot=True,
        )
    if points == 0:
        return Said(
            _("Nothing is left to expire on %(day)s", day=day_name(last)),
            _("You have used those points in time."),
            is_moot=True,
        )
    next_day = max(first, today)
    return Said(_title(points, next_day, last), _when((next_day - today).days))


def _span(params: Params) -> tuple[date, date]:
    """Return the first and the last of the last days that a notice is about."""
    first = date.fromisoformat(str(params["on"]))
    return first, date.fromisoformat(str(params["until"])) if "until" in params else first


def _title(points: int, first: date, last: date) -> str:
    if first == last:
        return ngettext(
            "%(figure)s point expires after %(day)s",
            "%(figure)s points expire after %(day)s",
            points,
            figure=number(points),
            day=day_name(last),
        )
    return ngettext(
        "%(figure)s point expires from %(first)s to %(last)s",
        "%(figure)s points expire from %(first)s to %(last)s",
        points,
        figure=number(points),
        first=day_name(first),
        last=day_name(last),
    )


def _when(days: int) -> str:
    if days == 0:
        return _("Today is the last day to use them.")
    return ngettext(
        "There is %(num)s day left to use them.", "There are %(num)s days left to use them.", days
    )


def as_of_now(notices: Sequence[Notice]) -> Mapping[int, Params]:
    """Return what is left of the points of these notices. One statement."""
    days = {each.id: _days(each.params) for each in notices}
    left = ledger.points_lapsing(
        {each.member_id for each in notices}, {day for some in days.values() for day in some}
    )
    return {
        each.id: {
            **each.params,
            "points": sum(left.get((each.member_id, day), 0) for day in days[each.id]),
        }
        for each in notices
    }


def _days(params: Params) -> list[date]:
    first, last = _span(params)
    return [first + n * clock.ONE_DAY for n in range((last - first).days + 1)]
