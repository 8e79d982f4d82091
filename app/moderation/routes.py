"""Members report something, and read later what came of it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import limits, web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.limits import Limit
from app.moderation import queries, service
from app.moderation.forms import ReportForm, reason_of
from app.moderation.types import (
    OUTCOME_LABELS,
    REASON_LABELS,
    REPORT_LABELS,
    Item,
    Outcome,
    OwnThingError,
    kinds,
)

bp = Blueprint("moderation", __name__)
REPORTS = Limit("moderation.report", 30, 86_400)
BADGES = {Outcome.WAITING: "info", Outcome.UPHELD: "ok", Outcome.DISMISSED: ""}


@bp.route("/report/<kind>/<key>", methods=["GET", "POST"])
@web.member_required
def report(kind: str, key: str) -> ResponseReturnValue:
    """Report a thing: ``/report/thread/<code>``, ``/report/reply/<code>-<floor>``."""
    item = _item(kind, key)
    me = web.me()
    if item.author.id == me.id:
        raise OwnThingError
    form = ReportForm()
    if form.validate_on_submit():
        limits.hit(REPORTS, str(me.id))
        done = service.report(
            me.id, kind, item.id, reason_of(form.reason.data), form.note.data or ""
        )
        web.toast(
            _("Thank you. We look at it, usually within two hours.")
            if done.is_new
            else _("You have already reported it. We look at it.")
        )
        return redirect(url_for("moderation.my_reports") if done.is_held else item.url, 303)
    page = render_template(
        "moderation/report.html", item=item, kind=kinds.get(kind), key=key, form=form
    )
    return page, 422 if form.is_submitted() else 200


def _item(kind_key: str, key: str) -> Item:
    """Return a thing that everybody can see.

    Raises:
        NotFoundError: there is none, or it can't be seen.
    """
    kind = kinds.get(kind_key)
    found = kind.find(key)
    item = kind.load([found]).get(found) if found else None
    if item is None or item.is_gone or item.is_hidden:
        raise NotFoundError
    return item


@bp.get("/me/reports")
@web.member_required
def my_reports() -> ResponseReturnValue:
    """Show whether I may write, and what became of what I reported."""
    me = web.me()
    after = request.args.get("after", type=int)
    page = queries.my_reports(me.id, after)
    items = kinds.items([(line.kind, line.subject_id) for line in page.items])
    mute = queries.running_mute(me.id) if me.is_muted else None
    return render_template(
        "moderation/my_reports.html",
        lines=[(line, items.get((line.kind, line.subject_id))) for line in page.items],
        labels=OUTCOME_LABELS,
        kinds_of=BADGES,
        reasons=REPORT_LABELS,
        mute=mute,
        mute_reason=REASON_LABELS[mute.reason] if mute else None,
        is_muted=me.is_muted,
        next_url=url_for(".my_reports", after=page.next_key) if page.next_key else None,
        is_first=after is None,
    )
