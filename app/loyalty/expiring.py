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
    last_day, points = date.fromisoformat(str(params["on"])), int(params["points"])
    shown, days = day_name(last_day), (last_day - clock.business_date()).days
    if days < 0:
        return Said(
            _("%(day)s has passed", day=shown),
            _("What you had not used of those points by then has expired."),
            is_moot=True,
        )
    if points == 0:
        return Said(
            _("Nothing is left to expire on %(day)s", day=shown),
            _("You have used those points in time."),
            is_moot=True,
        )
    title = ngettext(
        "%(figure)s point expires after %(day)s",
        "%(figure)s points expire after %(day)s",
        points,
        figure=number(points),
        day=shown,
    )
    return Said(title, _when(days))


def _when(days: int) -> str:
    if days == 0:
        return _("Today is the last day to use them.")
    return ngettext(
        "There is %(num)s day left to use them.", "There are %(num)s days left to use them.", days
    )


def as_of_now(notices: Sequence[Notice]) -> Mapping[int, Params]:
    """Return what is left of the points of these notices. One statement."""
    days = {each.id: date.fromisoformat(str(each.params["on"])) for each in notices}
    left = ledger.points_lapsing({each.member_id for each in notices}, set(days.values()))
    return {
        each.id: {**each.params, "points": left.get((each.member_id, days[each.id]), 0)}
        for each in notices
    }
