"""The composer: writing and changing threads. Whatever goes wrong, everything typed stays.

Every button of it is a submit with an ``act``; without JavaScript each answers with the page as it
was left, with what the button did.
"""

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.community import composer, policy, present, queries, service
from app.community.composer import Typed, TypedStep
from app.community.emoji import GROUPS
from app.community.forms import ThreadForm
from app.community.queries import ThreadView, drafts
from app.community.queries import parts as beside
from app.community.routes.blueprint import bp, number_arg
from app.community.routes.compose_sheet import Sheet, film_of, take_files
from app.community.routes.threads import get_thread
from app.community.types import MAX_PHOTOS, ThreadGoneError, TooManyPhotosError, WritingError
from app.community.types.kinds import KINDS, MAX_STEPS, ThreadKind, kind_of, template_of
from app.community.types.writing import WhenError
from app.kernel import clock, parts, rooms
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag
from app.kernel.media import queries as media
from app.kernel.media.types import PhotoError
from app.kernel.types import Photo
from app.kernel.web import me, member_required, no_store, toast

EMPTY_STEPS = 3
POSTED, POSTED_SECONDS = "posted", 600  # tells the phone that its own draft may go


# --- a new one -----------------------------------------------------------------------------------


@bp.route("/compose", methods=["GET", "POST"])
@member_required
@no_store
def compose() -> ResponseReturnValue:
    """Write a thread: ``?kind=howto``, ``?origin=<code>`` to remix, ``?draft=<id>`` to go on."""
    if request.method == "GET":
        return _page(_opened())
    return _act(_sent())


def _opened() -> Sheet:
    """Return the composer as a link opens it.

    Raises:
        NotFoundError: the draft, or something the address names, is not his.
    """
    form = ThreadForm(formdata=None)
    draft_id = number_arg("draft", digits=19)
    if draft_id is not None:
        return _resumed(form, draft_id)
    origin_code = request.args.get("origin", "")[:40]
    origin = beside.find_origin(code=origin_code) if origin_code else None
    if origin_code and origin is None:
        raise ThreadGoneError
    typed = Typed(
        me().id,
        ThreadKind.REMIX if origin else kind_of(request.args.get("kind")),
        board=request.args.get("board", "")[:40],
        origin=origin.code if origin else "",
    )
    given = parts.opened(typed.opening(request.args, origin.id if origin else None))
    return Sheet(typed, form, given)


def _resumed(form: ThreadForm, draft_id: int) -> Sheet:
    draft = drafts.find_draft(me().id, draft_id)
    if draft is None or draft.thread_code is not None:
        raise NotFoundError
    form.request_key.data = draft.request_key
    typed = composer.from_kept(draft.form, me().id)
    return Sheet(typed, form, typed.given())


# --- a change ------------------------------------------------------------------------------------


@bp.route("/p/<code>/edit", methods=["GET", "POST"])
@member_required
@no_store
def edit_thread(code: str) -> ResponseReturnValue:
    """Change a thread of one's own: ``?draft=<id>`` goes on with a change.

    Raises:
        NotFoundError: there is no such thread, or it is somebody else's.
        ThreadGoneError: it is removed or hidden.
    """
    thread = get_thread(code)
    if thread.author_id != me().id:
        raise NotFoundError
    if not policy.can_edit(thread, me().id):
        raise ThreadGoneError
    return _page(_stored(thread)) if request.method == "GET" else _act(_sent(thread))


def _stored(thread: ThreadView) -> Sheet:
    form = ThreadForm(formdata=None)
    draft_id = number_arg("draft", digits=19)
    draft = drafts.find_draft(me().id, draft_id) if draft_id is not None else None
    if draft is not None and draft.thread_code == thread.code:
        form.request_key.data = draft.request_key
        typed = composer.from_kept(draft.form, me().id, thread.id)
        return Sheet(typed, form, typed.given(), thread)
    captions = queries.photo_captions_of(thread.id)
    is_howto = thread.kind is ThreadKind.HOWTO
    steps = beside.steps_of(thread.id) if is_howto else []
    body, *texts = service.unmark([thread.body, *(step.text for step in steps)])
    typed = Typed(
        me().id,
        thread.kind,
        thread.title,
        body,
        thread.board.slug,
        list(captions),
        captions,
        [
            TypedStep(n, text, step.photo.id if step.photo else None)
            for n, (text, step) in enumerate(zip(texts, steps, strict=True), 1)
        ],
        thread.code if thread.kind is ThreadKind.REMIX else "",
        thread_id=thread.id,
        video_id=thread.video.id if thread.video else None,
    )
    return Sheet(typed, form, parts.opened(typed.opening(request.args)), thread)


# --- what a form can do --------------------------------------------------------------------------


def _sent(thread: ThreadView | None = None) -> Sheet:
    """Take in what came, files of a form without JavaScript included."""
    fields = MultiDict(request.form)
    typed = composer.read(fields, me().id, thread.id if thread else None)
    sheet = Sheet(typed, ThreadForm(), parts.Given({}), thread)
    take_files(sheet)
    sheet.parts = typed.given()
    return sheet


def _act(sheet: Sheet) -> ResponseReturnValue:
    act, _colon, which = request.form.get("act", "post").partition(":")
    if act == "save":
        return _save(sheet)
    if sheet.thread is None and (act == "schedule" or (act == "post" and _is_later(sheet))):
        return _schedule(sheet)
    acts = {
        "preview": _show_preview,
        "beautify": _beautify,
        "plain": _undo_beautify,
        "template": _use_template,
        "step": _add_step,
        "kind": _keep,
        "video": _drop_video,
    }
    if act in acts:
        acts[act](sheet, which)
        return _page(sheet)
    return _publish(sheet) if sheet.thread is None else _change(sheet, sheet.thread)


def _is_later(sheet: Sheet) -> bool:
    """Return whether an hour is set that is still to come: what is to wait never goes out early."""
    at = sheet.typed.moment()
    return at is not None and at > clock.now()


def _publish(sheet: Sheet) -> ResponseReturnValue:
    typed = sheet.typed
    if _is_right(sheet):
        try:
            published = service.publish_thread(
                me().id, typed.board, typed.title, typed.body, typed.photo_ids,
                sheet.form.request_key.data, sheet.parts, typed.extras(),
            )  # fmt: skip
        except DomainError as error:
            _explain(error, sheet)
        else:
            if published.is_new:
                toast(present.posted_text(published.award))
            else:
                toast(_("This is posted already. Here it is"), "info")
            return _done(url_for("community.thread", code=published.thread_code), sheet)
    return _page(sheet), sheet.status


def _change(sheet: Sheet, thread: ThreadView) -> ResponseReturnValue:
    typed = sheet.typed
    if _is_right(sheet):
        try:
            service.edit_thread(
                me().id,
                thread.code,
                board_slug=typed.board,
                title=typed.title,
                body=typed.body,
                photo_ids=typed.photo_ids,
                given=sheet.parts,
                extras=typed.extras(),
            )
        except DomainError as error:
            _explain(error, sheet)
        else:
            toast(_("Saved"))
            return _done(url_for("community.thread", code=thread.code), sheet)
    return _page(sheet), sheet.status


def _done(address: str, sheet: Sheet) -> Response:
    """Lead to the thread, and let the phone forget what it kept of it."""
    return forget(make_response(redirect(address, 303)), sheet.form.request_key.data or "")


def forget(response: Response, key: str) -> Response:
    """Tell the phone that what it kept under a request key has arrived."""
    response.set_cookie(POSTED, key, max_age=POSTED_SECONDS, samesite="Lax")
    return response


def _save(sheet: Sheet) -> ResponseReturnValue:
    typed = sheet.typed
    if typed.is_empty:
        sheet.form.form_errors.append(_("There is nothing to keep yet. Write a few words first."))
        return _page(sheet), 422
    try:
        saved = service.save_draft(
            me().id, _key(sheet), typed.kept(), typed.all_photo_ids(), thread_id=typed.thread_id,
            video_id=typed.video_id,
        )  # fmt: skip
    except DomainError as error:
        _explain(error, sheet)
        return _page(sheet), sheet.status
    if saved:
        toast(_("Saved. You find it among your drafts"))
    else:
        toast(_("This post waits for its hour. To change it, set the hour again"), "info")
    return _done(url_for("community.drafts"), sheet)


def _schedule(sheet: Sheet) -> ResponseReturnValue:
    """Keep a post for its hour; what would stop it then is told now."""
    typed = sheet.typed
    if _is_right(sheet):
        try:
            service.compose(me().id, typed.title, typed.body, typed.photo_ids, typed.extras())
            at = typed.moment()
            if at is None:
                raise WhenError
            saved = service.save_draft(
                me().id, _key(sheet), typed.kept(), typed.all_photo_ids(), publish_at=at,
                video_id=typed.video_id,
            )  # fmt: skip
        except DomainError as error:
            _explain(error, sheet)
        else:
            if saved:
                toast(_("It goes out at its hour. Until then you can change it or take it back"))
            else:
                toast(_("This is posted already. Here it is"), "info")
            return _done(url_for("community.drafts"), sheet)
    return _page(sheet), sheet.status


def _key(sheet: Sheet) -> str:
    """Return the key of a form; a key that makes no sense is replaced."""
    if sheet.form.request_key.validate(sheet.form):
        return str(sheet.form.request_key.data)
    sheet.form.request_key.data = ThreadForm(formdata=None).request_key.data
    return str(sheet.form.request_key.data)


def _show_preview(sheet: Sheet, _which: str) -> None:
    typed = sheet.typed
    sheet.preview = service.previewed(me().id, [typed.body, *(s.text for s in typed.steps)])


def _beautify(sheet: Sheet, _which: str) -> None:
    typed = sheet.typed
    tidied = service.beautified(typed.body)
    if tidied == typed.body:
        toast(_("Nothing to tidy: it reads well as it is"), "info")
    else:
        typed.before, typed.body, sheet.is_tidied = typed.body, tidied, True
    _show_preview(sheet, "")


def _undo_beautify(sheet: Sheet, _which: str) -> None:
    sheet.typed.body, sheet.typed.before = sheet.typed.before or sheet.typed.body, ""


def _use_template(sheet: Sheet, which: str) -> None:
    """Add a way to begin after what was typed."""
    template = template_of(sheet.typed.kind, which)
    if template is not None:
        sheet.typed.body = f"{sheet.typed.body}\n\n{template.body}".strip()


def _add_step(sheet: Sheet, _which: str) -> None:
    steps = sheet.typed.steps
    sheet.typed.steps = composer.with_room(steps, min(len(steps) + 1, MAX_STEPS))


def _keep(_sheet: Sheet, _which: str) -> None:
    """Show the fields of another kind; everything typed stays."""


def _drop_video(sheet: Sheet, _which: str) -> None:
    """Take the video out of the post; the sweep forgets it."""
    sheet.typed.video_id = None


# --- checking and showing ------------------------------------------------------------------------


def _is_right(sheet: Sheet) -> bool:
    """Look at everything that came, so that everything wrong is told at once."""
    is_valid = bool(sheet.form.validate())
    sheet.form.form_errors.extend(sheet.parts.errors)
    is_taken = not sheet.photo_errors and "video" not in sheet.errors
    return is_valid and is_taken and not sheet.parts.errors


def _explain(error: DomainError, sheet: Sheet) -> None:
    """Put what the service said where the page shows it: at a field, at the photos, or on top."""
    text = str(error.message)
    sheet.status = error.http_status
    if isinstance(error, PhotoError | TooManyPhotosError):
        sheet.photo_errors.append(text)
    elif isinstance(error, WritingError) and error.field in sheet.form:
        sheet.form[error.field].errors = [text]
    else:
        sheet.form.form_errors.append(text)
        if isinstance(error, WritingError):
            sheet.errors[error.field] = text


def _page(sheet: Sheet) -> str:
    typed, form, thread = sheet.typed, sheet.form, sheet.thread
    form.offer(queries.boards_for(me().id, thread.board.slug if thread else ""), locale_tag())
    form.title.data, form.body.data, form.kind.data = typed.title, typed.body, typed.kind.value
    form.board.data, form.publish_at.data = typed.board or None, typed.publish_at
    desk, photos = drafts.desk_of(me().id), _photos(typed, thread)
    if typed.kind is ThreadKind.HOWTO or thread is None:
        typed.steps = composer.with_room(typed.steps, EMPTY_STEPS)
    return render_template(
        "community/compose.html",
        form=form,
        sheet=sheet,
        door=_door(typed, form),
        typed=typed,
        thread=thread,
        kinds=KINDS,
        face=KINDS[typed.kind],
        origin=_origin(typed, thread),
        photos=photos,
        shown=[photos[photo_id] for photo_id in typed.photo_ids],
        photo_errors=sheet.photo_errors,
        film=film_of(sheet),
        parts=sheet.parts.fields(),
        icons={board.slug: board.face.icon for board in form.boards},
        kind_icons={kind.value: face.icon for kind, face in KINDS.items()},
        kind_helps={kind.value: face.help for kind, face in KINDS.items()},
        emoji=GROUPS,
        desk=desk,
        is_first=desk.is_first and thread is None,
        earliest=clock.now().astimezone(clock.zone()).strftime("%Y-%m-%dT%H:%M"),
        zone=clock.zone().key,
        max_photos=MAX_PHOTOS,
        max_steps=MAX_STEPS,
    )


def _door(typed: Typed, form: ThreadForm) -> rooms.Door | None:
    """Return where one gets into the room that was asked for, if one is not in it."""
    if not typed.board or any(each.slug == typed.board for each in form.boards):
        return None
    asked = queries.find_board(typed.board)
    return rooms.door(asked.room, asked.slug, me().id) if asked else None


def _origin(typed: Typed, thread: ThreadView | None) -> beside.Origin | None:
    if typed.kind is not ThreadKind.REMIX:
        return None
    if thread is not None:
        return beside.find_origin(thread_id=thread.origin_id) if thread.origin_id else None
    return beside.find_origin(code=typed.origin) if typed.origin else None


def _photos(typed: Typed, thread: ThreadView | None) -> dict[int, Photo]:
    """Return the photos to show again, by id: his own uploads, and those the thread has."""
    found = media.find_photos(typed.all_photo_ids(), owner_id=me().id)
    if thread is not None and any(each not in found for each in typed.photo_ids):
        found |= {photo.id: photo for photo in queries.thread_photos(thread.id)}
    typed.photo_ids = [photo_id for photo_id in typed.photo_ids if photo_id in found]
    return found
