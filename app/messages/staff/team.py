"""The team's side of its talks with members: who waits, one talk, answering by name."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import me, toast
from app.messages import queries, service, shown
from app.messages.forms import MessageForm, Sheet, number_from

bp = Blueprint("messages_team", __name__, url_prefix="/staff/messages/team")
ANSWER = Permission.TEAM_ANSWER


@bp.get("")
@web.permission(ANSWER)
def talks() -> ResponseReturnValue:
    """List who waits for an answer, the longest first; ``?show=all`` every talk, newest first."""
    shows_all = request.args.get("show") == "all"
    after = request.args.get("after")
    page = queries.team_list(waiting=not shows_all, after=after)
    show = "all" if shows_all else None
    return render_template(
        "messages/staff_talks.html",
        talks=page.items,
        shows_all=shows_all,
        next_url=url_for(".talks", show=show, after=page.next_key) if page.next_key else None,
        first_url=url_for(".talks", show=show) if after else None,
    )


@bp.get("/<yid>")
@web.permission(ANSWER)
def talk(yid: str) -> ResponseReturnValue:
    """Show the talk with a member; there may be nothing in it yet."""
    return _page(yid, Sheet(MessageForm(formdata=None)))


@bp.post("/<yid>")
@web.permission(ANSWER)
def answer(yid: str) -> ResponseReturnValue:
    """Answer a member."""
    sheet = Sheet.sent()
    if sheet.errors:
        return _page(yid, sheet)
    try:
        photo_id = sheet.take_photo()
        sent = service.answer_for_team(
            me().id, yid, sheet.form.body.data or "", photo_id=photo_id,
            request_key=sheet.form.request_key.data, seen=sheet.form.seen_number,
        )  # fmt: skip
    except NotFoundError:
        raise
    except DomainError as error:
        sheet.refuse(error)
        return _page(yid, sheet)
    if sent.is_new:
        toast(_("Sent, signed with your name."))
    return redirect(url_for(".talk", yid=yid, _anchor=f"m-{sent.message_id}"), 303)


@bp.post("/<yid>/aside")
@web.permission(ANSWER)
def set_aside(yid: str) -> ResponseReturnValue:
    """Say that what a member wrote needs no answer."""
    if service.set_aside(me().id, yid, number_from(request.form.get("seen")) or 0):
        toast(_("Set aside. It comes back when the member writes again."))
    return redirect(url_for(".talks"), 303)


def _page(yid: str, sheet: Sheet) -> tuple[str, int]:
    member_id = queries.team_member(yid)
    before = number_from(request.args.get("before"))
    desk = queries.team_desk(member_id, me().id, before) if member_id else None
    if desk is None:
        raise NotFoundError
    found = shown.team(desk)
    if not sheet.form.is_submitted():
        sheet.form.seen.data = str(found["newest"])
    page = render_template(
        "messages/staff_talk.html", sheet=sheet, is_newest=before is None, **found
    )  # fmt: skip
    return page, sheet.status
