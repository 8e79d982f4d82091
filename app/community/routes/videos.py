"""Short videos: sending one, how far it is, and what is said in it."""

from dataclasses import dataclass

from flask import Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.community import service
from app.community.forms.videos import WordsForm
from app.community.queries import ThreadView
from app.community.queries import videos as reads
from app.community.routes.blueprint import bp
from app.community.routes.threads import get_thread, may_read, video_words
from app.community.types import ThreadGoneError
from app.community.types.videos import TranscriptTooLongError, VideoView
from app.community.video_notices import problem_text
from app.kernel import limits
from app.kernel.errors import DomainError, ForbiddenError, NotFoundError, TooManyError
from app.kernel.i18n import gettext as _
from app.kernel.limits import Limit
from app.kernel.media import films
from app.kernel.media.captions import MAX_CAPTION_BYTES, CaptionsError, CaptionsTooLongError, decode
from app.kernel.media.film_types import FilmMissingError
from app.kernel.permissions import Permission
from app.kernel.web import (
    Viewer,
    cached_for_guests,
    me,
    member_required,
    no_store,
    public,
    toast,
)

SENDS = Limit("videos", hits=20, seconds=3_600)


@dataclass(frozen=True, slots=True)
class VideoField:
    """The video of a composer: what is there, what is wrong, what may be sent."""

    is_offered: bool
    video: VideoView | None
    error: str
    max_mb: int


def take_video(member: Viewer, file: FileStorage | None) -> int:
    """Take a video of a member; return its id.

    Raises:
        FilmError: it can't be taken; the message says why and what to do.
        ForbiddenError: the member may not post for now.
        TooManyError: he sent too many this hour, or everybody does at this moment.
    """
    if member.is_muted:
        raise ForbiddenError(_("Your account can read but not post for now."))
    if file is None:
        raise FilmMissingError
    limits.hit(SENDS, str(member.id))
    return service.send_video(member.id, file.stream)


def video_field(video_id: int | None, error: str) -> VideoField:
    """Return what the composer shows of a video. One statement, none where there is none."""
    video = reads.find_upload(me().id, video_id) if video_id is not None else None
    if video is not None and video.has_failed and not error:
        error = problem_text(video.problem)
    return VideoField(films.are_offered(), video, error, films.max_bytes() // 1024 // 1024)


@bp.post("/videos")
@member_required
@no_store
def upload_video() -> ResponseReturnValue:
    """Take a video (multipart ``video``); answer ``{id, poster, length}``.

    It waits for 24 hours for something that shows it. Errors: ``{error: {code, message}}``.
    """
    try:
        video_id = take_video(me(), request.files.get("video"))
    except DomainError as error:
        answer = jsonify(error={"code": error.code, "message": str(error.message)})
        answer.status_code = error.http_status
        if isinstance(error, TooManyError):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    video = reads.find_upload(me().id, video_id)
    if video is None:
        raise NotFoundError
    return jsonify(id=str(video.id), poster=video.poster.url(480), length=video.length), 201


# --- on the page of its thread -------------------------------------------------------------------


@bp.get("/p/<code>/video")
@public
def video(code: str) -> ResponseReturnValue:
    """Show how far a video is: a fragment for its thread's page, which asks again and again.

    Raises:
        NotFoundError: there is none, or this viewer may not see it.
    """
    found = _readable(code)
    if request.headers.get("HX-Request") != "true":
        return redirect(url_for("community.thread", code=found.code), 303)
    return render_template("community/_video_alone.html", thread=found, **video_words(found))


def _readable(code: str) -> ThreadView:
    found = get_thread(code)
    if found.video is None or not may_read(found):
        raise NotFoundError
    return found


@bp.get("/p/<code>/captions.vtt")
@public
@cached_for_guests(300)
def captions_file(code: str) -> ResponseReturnValue:
    """Serve the captions of a video.

    Raises:
        NotFoundError: there are none, or this viewer may not see the thread.
    """
    shown = _readable(code).video
    if shown is None or not shown.captions:
        raise NotFoundError
    return Response(shown.captions, mimetype="text/vtt")


@bp.route("/p/<code>/captions", methods=["GET", "POST"])
@member_required
@no_store
def video_captions(code: str) -> ResponseReturnValue:
    """Write down what is said in a video: transcript, captions.

    Raises:
        NotFoundError: there is no video, or it is somebody else's.
        ThreadGoneError: its thread is removed or hidden.
    """
    found = _readable(code)
    moderates = me().can(Permission.CONTENT_MODERATE)
    if found.author_id != me().id and not moderates:
        raise NotFoundError
    if found.is_removed or found.is_hidden:
        raise ThreadGoneError
    if request.method == "GET":
        return _words_page(found, WordsForm.of(found.video))
    form = WordsForm()
    if form.validate() and _take_captions(form):
        try:
            service.write_words(
                me().id, found.code, transcript=form.transcript.data or "",
                captions=form.captions.data or "", lang=form.lang.data, moderates=moderates,
            )  # fmt: skip
        except CaptionsError as error:
            form.captions.errors = [str(error.message)]
        except TranscriptTooLongError as error:
            form.transcript.errors = [str(error.message)]
        else:
            toast(_("Saved. The video is found by what is said in it"))
            return redirect(url_for("community.thread", code=found.code), 303)
    return _words_page(found, form), 422


def _take_captions(form: WordsForm) -> bool:
    """Put a file of captions where its text can be read and corrected; return whether it could."""
    file = request.files.get("captions_file")
    if file is None or not file.filename:
        return True
    data = file.stream.read(MAX_CAPTION_BYTES + 1)
    try:
        if len(data) > MAX_CAPTION_BYTES:
            raise CaptionsTooLongError
        form.captions.data = decode(data)
    except CaptionsError as error:
        form.captions.errors = [str(error.message)]
        return False
    return True


def _words_page(found: ThreadView, form: WordsForm) -> str:
    if found.video is None:
        abort(404)
    return render_template("community/video_words.html", thread=found, form=form)
