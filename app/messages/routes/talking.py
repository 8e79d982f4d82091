"""Messages of members: the inbox, a conversation, what one does in it."""

from collections.abc import Collection
from dataclasses import dataclass, field

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.kernel import clock, slots, web
from app.kernel.errors import DomainError, InvalidError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.media import queries as media
from app.kernel.media.types import PhotoError
from app.kernel.media.uploads import take_upload
from app.kernel.types import Photo
from app.kernel.web import me, member_required, no_store, toast
from app.messages import policy, queries, service, shown
from app.messages.forms import MessageForm, WishForm, number_from
from app.messages.routes.blueprint import bp
from app.messages.types import Consent, Desk, Line, OwnMessageError, Sent, Talk
from app.moderation.types import REASON_LABELS


@bp.get("/messages")
@member_required
@no_store
def inbox() -> ResponseReturnValue:
    """List a member's conversations, the newest first; ``?box=requests`` who asks to write."""
    box = "requests" if request.args.get("box") == "requests" else None
    after = request.args.get("after")
    page = queries.inbox(
        me().id, Consent.ASKED if box else Consent.ACCEPTED, after=after
    )  # fmt: skip
    next_url = url_for(".inbox", box=box, after=page.next_key) if page.next_key else None
    return render_template(
        "messages/inbox.html",
        chats=page.items,
        box=box,
        requests=queries.request_count(me().id),
        from_team=queries.team_unread(me().id),
        next_url=next_url,
        first_url=url_for(".inbox", box=box) if after else None,
    )


# --- a conversation ------------------------------------------------------------------------------


@dataclass(slots=True)
class Sheet:
    """The form below a conversation as it stands: what was typed, what is wrong."""

    form: MessageForm
    photo: Photo | None = None
    errors: list[str] = field(default_factory=list)
    photo_errors: list[str] = field(default_factory=list)
    status: int = 200


@bp.get("/messages/<int:conversation_id>")
@member_required
@no_store
def conversation(conversation_id: int) -> ResponseReturnValue:
    """Show the newest messages, those ``?before=`` a number, or (a fragment) ``?after=`` one."""
    desk = _desk(conversation_id)
    after = number_from(request.args.get("after"))
    if web.is_fragment() and after is not None:
        return _news(desk, after)
    return _page(desk, Sheet(MessageForm(formdata=None)))


def _desk(conversation_id: int) -> Desk:
    """Return a conversation of the viewer.

    Raises:
        NotFoundError: there is none; other people's is none.
    """
    desk = queries.desk_of(me().id, conversation_id)
    if desk is None:
        raise NotFoundError
    return desk


def _news(desk: Desk, after: int) -> ResponseReturnValue:
    """Return what came after a message, or nothing."""
    lines = list(queries.talk_since(desk, after).lines)
    before = lines.pop(0) if lines and lines[0].number == after else None
    if not lines:
        return Response(status=204)
    return render_template("messages/_lines.html", **_talk(desk, Talk(lines), before))


def _talk(desk: Desk, talk: Talk, before: Line | None = None) -> dict[str, object]:
    lines = talk.lines
    return {
        "desk": desk,
        "bubbles": shown.bubbles(desk, lines, before),
        "newest": lines[-1].number if lines else 0,
        "seen": shown.seen_line(desk, lines),
        "today": clock.business_date(),
        "reasons": REASON_LABELS,
    }


def _page(desk: Desk, sheet: Sheet) -> tuple[str, int]:
    before = number_from(request.args.get("before"))
    is_known = desk.conversation_id is not None
    talk = queries.talk(desk, before=before) if is_known else Talk(())
    found = _talk(desk, talk)
    if not sheet.form.is_submitted():
        sheet.form.seen.data = str(found["newest"])
    page = render_template(
        "messages/conversation.html",
        door=policy.door(desk, clock.now()),
        sheet=sheet,
        form=sheet.form,
        earlier=talk.earlier,
        is_newest=before is None,
        asks=desk.consent is Consent.ASKED,
        action=_action(desk),
        **found,
    )
    return page, sheet.status


def _action(desk: Desk) -> str:
    if desk.conversation_id is None:
        return url_for(".write", yid=desk.other.yid)
    return url_for(".send", conversation_id=desk.conversation_id)


@bp.get("/messages/to/<yid>")
@member_required
@no_store
def write(yid: str) -> ResponseReturnValue:
    """Lead to the conversation with a member, or begin one."""
    desk = _desk_with(yid)
    if desk.conversation_id is not None:
        return redirect(url_for(".conversation", conversation_id=desk.conversation_id), 303)
    return _page(desk, Sheet(MessageForm(formdata=None)))


def _desk_with(yid: str) -> Desk:
    """Return what decides about writing to a member.

    Raises:
        NotFoundError: there is nobody to see.
        OwnMessageError: the viewer himself.
    """
    desk = queries.desk_with(me().id, yid)
    if desk is None:
        raise NotFoundError
    if desk.other.id == me().id:
        raise OwnMessageError
    return desk


@bp.post("/messages/to/<yid>")
@member_required
@no_store
def begin(yid: str) -> ResponseReturnValue:
    """Send somebody a first message."""
    return _send(_desk_with(yid))


@bp.post("/messages/<int:conversation_id>")
@member_required
@no_store
def send(conversation_id: int) -> ResponseReturnValue:
    """Send a message."""
    return _send(_desk(conversation_id))


def _send(desk: Desk) -> ResponseReturnValue:
    sheet = Sheet(MessageForm(), status=422)
    sheet.photo = _chosen()
    if not sheet.form.validate():
        sheet.errors = [str(each) for each in sheet.form.request_key.errors]
        return _page(desk, sheet)
    try:
        _take_photo(sheet)
        sent = _sent(desk, sheet)
    except PhotoError as error:
        sheet.photo_errors, sheet.status = [str(error.message)], error.http_status
    except NotFoundError:
        raise
    except DomainError as error:
        sheet.errors, sheet.status = [str(error.message)], error.http_status
    else:
        if sent.is_request and sent.is_new:
            toast(_("Sent. As soon as it is accepted you can go on writing."))
        place = url_for(
            ".conversation", conversation_id=sent.conversation_id, _anchor=f"m-{sent.number}"
        )
        return redirect(place, 303)
    return _page(desk, sheet)


def _sent(desk: Desk, sheet: Sheet) -> Sent:
    text, key = sheet.form.body.data or "", sheet.form.request_key.data
    photo_id = sheet.photo.id if sheet.photo else None
    if desk.conversation_id is None:
        return service.start(
            desk.me_id, desk.other.yid, text, photo_id=photo_id, request_key=key
        )  # fmt: skip
    return service.send(
        desk.me_id, desk.conversation_id, text, photo_id=photo_id, request_key=key,
        seen=sheet.form.seen_number,
    )  # fmt: skip


def _chosen() -> Photo | None:
    """Return the photo that was uploaded before, if it is the viewer's."""
    chosen = [number_from(each) for each in request.form.getlist("photo_ids")[:1]]
    ids = [each for each in chosen if each]
    return next(iter(media.find_photos(ids, owner_id=me().id).values()), None)


def _take_photo(sheet: Sheet) -> None:
    file = request.files.get("photos")
    if file is not None and file.filename:
        sheet.photo = take_upload(me(), file).photo


# --- what one does in it -------------------------------------------------------------------------


@bp.post("/messages/<int:conversation_id>/read")
@member_required
@no_store
def read(conversation_id: int) -> ResponseReturnValue:
    """Take the word of a page that it was read: ``?up_to=`` a number. A form is led back."""
    number = number_from(request.args.get("up_to")) or 0
    service.mark_read(me().id, conversation_id, number)
    if request.form.get("back"):
        return redirect(url_for(".conversation", conversation_id=conversation_id), 303)
    return Response(status=204)


# A beacon carries no token; its Origin and Sec-Fetch-Site are checked as for every request.
web.csrf.exempt(read)


@bp.post("/messages/<int:conversation_id>/accept")
@member_required
@no_store
def accept(conversation_id: int) -> ResponseReturnValue:
    """Let somebody who asked go on writing."""
    if service.accept(me().id, conversation_id):
        toast(_("You can write to each other now."))
    return redirect(url_for(".conversation", conversation_id=conversation_id), 303)


@bp.post("/messages/<int:conversation_id>/decline")
@member_required
@no_store
def decline(conversation_id: int) -> ResponseReturnValue:
    """Turn a request down."""
    if service.decline(me().id, conversation_id):
        toast(_("Declined. The sender isn't told, and can't ask again for 30 days."))
    return redirect(url_for(".inbox", box="requests"), 303)


@bp.route("/messages/<int:conversation_id>/leave", methods=["GET", "POST"])
@member_required
@no_store
def leave(conversation_id: int) -> ResponseReturnValue:
    """Ask, then delete a conversation for oneself."""
    desk = _desk(conversation_id)
    if request.method == "GET":
        return render_template("messages/leave.html", desk=desk)
    service.leave(me().id, conversation_id)
    toast(_("The conversation is gone from your list."))
    return redirect(url_for(".inbox"), 303)


@bp.route("/messages/<int:conversation_id>/m/<int:number>/remove", methods=["GET", "POST"])
@member_required
@no_store
def remove(conversation_id: int, number: int) -> ResponseReturnValue:
    """Ask, then delete one message for oneself."""
    desk = _desk(conversation_id)
    if request.method == "GET":
        line = queries.find_line(desk, number) if number < 2**31 else None
        if line is None:
            raise NotFoundError
        return render_template("messages/remove.html", desk=desk, line=line)
    if number < 2**31 and service.remove(me().id, conversation_id, number):  # a number's column
        toast(_("Deleted for you."))
    return redirect(url_for(".conversation", conversation_id=conversation_id), 303)


# --- who may write -------------------------------------------------------------------------------


@bp.route("/settings/messages", methods=["GET", "POST"])
@member_required
@no_store
def settings() -> ResponseReturnValue:
    """Choose who may begin to write."""
    if request.method == "GET":
        return render_template("messages/settings.html", form=_wish_form())
    form = WishForm()
    if not form.validate():
        return render_template("messages/settings.html", form=form), InvalidError.http_status
    service.choose(me().id, form.wish)
    toast(_("Saved."))
    return redirect(web.safe_path(request.form.get("next"), url_for(".settings")), 303)


def _wish_form() -> WishForm:
    wish = queries.wish_of(me().id)
    return WishForm(formdata=None, data={"who": wish.who.value, "shows_seen": wish.shows_seen})


@slots.fills("notice_settings")
def on_notice_settings(member_ids: Collection[int]) -> dict[int, Markup]:
    """Print the choice on the page of notices too. One statement."""
    card = render_template(
        "messages/_wish.html", form=_wish_form(), next_url=url_for("notify.settings")
    )
    return {each: Markup(card) for each in member_ids}  # noqa: S704 - a template's own output


@slots.fills("profile_acts")
def on_profile(member_ids: Collection[int]) -> dict[int, Markup]:
    """Print the way to write on others' profiles. No statement: the page knows who it is."""
    yid = (request.view_args or {}).get("yid", "")
    act = render_template("messages/_act.html", yid=yid)
    return {each: Markup(act) for each in member_ids}  # noqa: S704 - a template's own output
