"""A member's front door to the team: one talk, from any page that links to it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.text import clean, shorten
from app.kernel.web import me, member_required, no_store, toast
from app.messages import queries, service, shown
from app.messages.forms import MessageForm, Sheet, number_from
from app.messages.routes.blueprint import bp
from app.messages.types import MAX_ABOUT


@bp.get("/messages/team")
@member_required
@no_store
def team() -> ResponseReturnValue:
    """Show a member's talk with the team; ``?about=`` begins a message with what it is about."""
    sheet = Sheet(MessageForm(formdata=None))
    about = shorten(clean(request.args.get("about")) or "", MAX_ABOUT)
    if about:
        sheet.form.body.data = _("About %(thing)s:", thing=about) + "\n"
    return _page(sheet)


@bp.post("/messages/team")
@member_required
@no_store
def write_team() -> ResponseReturnValue:
    """Send the team a message."""
    sheet = Sheet.sent()
    if sheet.errors:
        return _page(sheet)
    try:
        photo_id = sheet.take_photo()
        sent = service.write_to_team(
            me().id, sheet.form.body.data or "", photo_id=photo_id,
            request_key=sheet.form.request_key.data,
        )  # fmt: skip
    except NotFoundError:
        raise
    except DomainError as error:
        sheet.refuse(error)
        return _page(sheet)
    if sent.is_new:
        toast(_("Sent. Somebody of the team answers you here."))
    return redirect(url_for(".team", _anchor=f"m-{sent.message_id}"), 303)


@bp.post("/messages/team/read")
@member_required
@no_store
def read_team() -> ResponseReturnValue:
    """Take the word of the page that it was read: ``?up_to=`` an id. A form is led back."""
    service.read_team(me().id, number_from(request.args.get("up_to")) or 0)
    if request.form.get("back"):
        return redirect(url_for(".team"), 303)
    return "", 204


# A beacon carries no token; its Origin and Sec-Fetch-Site are checked as for every request.
web.csrf.exempt(read_team)


def _page(sheet: Sheet) -> tuple[str, int]:
    before = number_from(request.args.get("before"))
    desk = queries.team_desk(me().id, me().id, before)
    if desk is None:
        raise NotFoundError
    page = render_template(
        "messages/team.html", sheet=sheet, is_newest=before is None, **shown.team(desk)
    )  # fmt: skip
    return page, sheet.status
