"""Circles in the team's words."""

from typing import Any

from app.circles.queries.health import DAYS
from app.circles.types import CircleState, Health, Joining
from app.kernel import clock, i18n
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext

STATES = {CircleState.OPEN: (_l("Running"), "ok"), CircleState.CLOSED: (_l("Closed down"), "warn")}
JOINING = {Joining.OPEN: _l("Everybody joins"), Joining.REQUEST: _l("On request")}
QUIET_DAYS = 14
"""A circle in which nothing was written for so long is quiet."""


def state_badge(line: Health) -> tuple[object, str]:
    """Return the words and the colour of a circle's state."""
    return STATES[line.circle.state]


def silent_days(line: Health) -> int | None:
    """Return for how many days nobody has written; None: nobody ever has."""
    if line.last_at is None:
        return None
    return max(0, (clock.business_date() - clock.business_date(line.last_at)).days)


def silence(line: Health) -> str:
    """Return for how long nobody has written, in words."""
    days = silent_days(line)
    if days is None:
        return _("Nothing written yet")
    return ngettext("%(num)s day", "%(num)s days", days) if days else _("Today")


def is_quiet(line: Health) -> bool:
    """Return whether somebody should look after it."""
    days = silent_days(line)
    return line.circle.is_open and (days is None or days >= QUIET_DAYS)


def kpis(line: Health) -> list[dict[str, Any]]:
    """Return how a circle does as figures."""
    figures = (
        (_("Circle members"), line.circle.member_count),
        (_("Posts in %(num)s days", num=DAYS), line.posts),
        (_("Replies in %(num)s days", num=DAYS), line.replies),
        (_("New members in %(num)s days", num=DAYS), line.joined),
    )
    told = [{"label": label, "value": i18n.number(value)} for label, value in figures]
    return [*told, {"label": _("Without a word"), "value": silence(line)}]
