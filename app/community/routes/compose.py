"""Writing and changing threads. Whatever goes wrong, everything typed stays, photos included."""

from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.community import policy, present, queries, service
from app.community.forms import ThreadForm
from app.community.queries import ThreadView
from app.community.routes.blueprint import bp
from app.community.routes.threads import get_thread
from app.community.types import MAX_PHOTOS, ThreadGoneError, TooManyPhotosError, WritingError
from app.kernel import parts
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag
from app.kernel.media import queries as media
from app.kernel.media.types import PhotoError
from app.kernel.media.uploads import take_upload
from app.kernel.types import Photo
from app.kernel.web import me, member_required, no_store, toast


@dataclass(slots=True)
class Draft:
    """What came with a form beside its fields: photos that are there, and what is wrong."""

    photo_ids: list[int]
    parts: parts.Given
    photo_errors: list[str] = field(default_factory=list)
    status: int = 422


@bp.route("/compose", methods=["GET", "POST"])
@member_required
@no_store
def compose() -> ResponseReturnValue:
    """Write a thread."""
    form = ThreadForm()
    if request.method == "GET":
        form.board.data = request.args.get("board")
        return _page(form, Draft([], parts.opened(_opening([]))))
    draft = _draft_with_uploads()
    if _is_right(form, draft):
        try:
            published = service.publish_thread(
                me().id,
                form.board.data,
                form.title.data or "",
                form.body.data or "",
                draft.photo_ids,
                form.request_key.data,
                draft.parts,
            )
        except DomainError as error:
            _explain(error, form, draft)
        else:
            if published.is_new:
                toast(present.posted_text(published.award))
            else:
                toast(_("This is posted already. Here it is"), "info")
            return redirect(url_for("community.thread", code=published.thread_code), 303)
    return _page(form, draft), draft.status


@bp.route("/p/<code>/edit", methods=["GET", "POST"])
@member_required
@no_store
def edit_thread(code: str) -> ResponseReturnValue:
    """Change a thread of one's own.

    Raises:
        NotFoundError: there is no such thread, or it is somebody else's.
        ThreadGoneError: it is removed or hidden.
    """
    thread = get_thread(code)
    if thread.author_id != me().id:
        raise NotFoundError
    if not policy.can_edit(thread, me().id):
        raise ThreadGoneError
    form = ThreadForm()
    if request.method == "GET":
        form.title.data, form.body.data = thread.title, thread.body
        form.board.data = thread.board.slug
        photo_ids = queries.photo_ids_of(thread.id)
        given = parts.opened(_opening(photo_ids, thread))
        return _page(form, Draft(photo_ids, given), thread)
    draft = _draft_with_uploads(thread)
    if _is_right(form, draft):
        try:
            service.edit_thread(
                me().id,
                thread.code,
                board_slug=form.board.data,
                title=form.title.data or "",
                body=form.body.data or "",
                photo_ids=draft.photo_ids,
                given=draft.parts,
            )
        except DomainError as error:
            _explain(error, form, draft)
        else:
            toast(_("Saved"))
            return redirect(url_for("community.thread", code=thread.code), 303)
    return _page(form, draft, thread), draft.status


def _opening(photo_ids: list[int], thread: ThreadView | None = None) -> parts.Opening:
    thread_id = thread.id if thread else None
    return parts.Opening(me().id, thread_id, request.args, tuple(photo_ids))


def _is_right(form: ThreadForm, draft: Draft) -> bool:
    """Look at everything that came, so that everything wrong is told at once."""
    is_valid = bool(form.validate())
    form.form_errors.extend(draft.parts.errors)
    return is_valid and not draft.photo_errors and not draft.parts.errors


def _page(form: ThreadForm, draft: Draft, thread: ThreadView | None = None) -> str:
    form.offer(queries.boards(), locale_tag())
    return render_template(
        "community/compose.html",
        form=form,
        thread=thread,
        photos=_photos(draft.photo_ids, thread),
        photo_errors=draft.photo_errors,
        parts=draft.parts.fields(),
        icons={board.slug: board.face.icon for board in form.boards},
        max_photos=MAX_PHOTOS,
    )


def _photos(photo_ids: list[int], thread: ThreadView | None) -> list[Photo]:
    """Return the photos to show again: his own uploads, and those the thread has already."""
    found = media.find_photos(photo_ids, owner_id=me().id)
    if thread is not None:
        found |= {photo.id: photo for photo in queries.thread_photos(thread.id)}
    return [found[photo_id] for photo_id in photo_ids if photo_id in found]


def _draft_with_uploads(thread: ThreadView | None = None) -> Draft:
    """Take in the files of a form that was sent without JavaScript; note what can't be taken."""
    given = request.form.getlist("photo_ids")[: MAX_PHOTOS * 2]
    draft = Draft(
        [int(text) for text in given if text.isdecimal() and len(text) < 19],  # noqa: PLR2004 - fits 64 bits
        parts.Given({}),
    )
    files = [file for file in request.files.getlist("photos") if file.filename]
    if len(draft.photo_ids) + len(files) > MAX_PHOTOS:
        draft.photo_errors.append(str(TooManyPhotosError.default_message))
        files = files[: max(0, MAX_PHOTOS - len(draft.photo_ids))]
    for file in files:
        _take(file, draft)
    draft.parts = parts.read(_opening(draft.photo_ids, thread), request.form)
    return draft


def _take(file: FileStorage, draft: Draft) -> None:
    try:
        draft.photo_ids.append(take_upload(me(), file).id)
    except DomainError as error:
        draft.status = error.http_status
        draft.photo_errors.append(f"{_short(file.filename)}: {error.message}")


def _short(name: str | None, most: int = 40) -> str:
    name = name or ""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _explain(error: DomainError, form: ThreadForm, draft: Draft) -> None:
    """Put what the service said where the page shows it: at a field, at the photos, or on top."""
    text = str(error.message)
    draft.status = error.http_status
    if isinstance(error, PhotoError | TooManyPhotosError):
        draft.photo_errors.append(text)
    elif isinstance(error, WritingError):
        form[error.field].errors = [text]
    else:
        form.form_errors.append(text)
