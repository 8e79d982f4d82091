"""``/staff/health``: how the community is doing."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.insight import queries, shown
from app.insight.shown import Figure
from app.insight.types import RANGES
from app.kernel.i18n import ngettext
from app.kernel.permissions import Permission
from app.kernel.web import me, permission

bp = Blueprint("insight_staff", __name__, url_prefix="/staff")
USUAL = 28
OPENS = {
    "community_staff.content": Permission.CONTENT_SEE,
    "community_welcomes.waiting": Permission.CONTENT_MODERATE,
    "ops_kit.week": Permission.KIT_EDIT,
}


@bp.get("/health")
@permission(Permission.HEALTH_SEE)
def health() -> ResponseReturnValue:
    """Show the figures of ``?days=7``, 28 or 90, the period before beside them."""
    days = asked_days(request.args.get("days"))
    found = queries.health(days)
    figures = shown.figures(found)
    return render_template(
        "insight/health.html",
        found=found,
        days=days,
        figures=[each for each in figures if each.key not in shown.FUNNEL],
        steps=[each for each in figures if each.key in shown.FUNNEL],
        funnel=shown.funnel(figures, found),
        chart=shown.views_chart(found),
        ranges=[
            (
                ngettext("%(num)s day", "%(num)s days", n),
                url_for("insight_staff.health", days=n),
                n == days,
            )
            for n in RANGES
        ],
        href=_href,
    )


def asked_days(text: str | None) -> int:
    """Return the length that an address asks for, else the usual one."""
    return int(text) if text in {str(n) for n in RANGES} else USUAL


def _href(each: Figure) -> Any:
    """Return where a figure's things stand, for whoever may go there."""
    if not each.endpoint or not me().can(OPENS[each.endpoint]):
        return None
    return url_for(each.endpoint)
