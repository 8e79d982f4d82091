"""What lies on the composer's desk while a form is answered, and the files that came with it."""

from dataclasses import dataclass, field

from flask import request
from markupsafe import Markup
from werkzeug.datastructures import FileStorage

from app.community.composer import Typed
from app.community.forms import ThreadForm
from app.community.queries import ThreadView
from app.community.routes.videos import VideoField, take_video, video_field
from app.community.types import MAX_PHOTOS, TooManyPhotosError
from app.kernel import parts
from app.kernel.errors import DomainError
from app.kernel.media.uploads import take_upload
from app.kernel.web import me


@dataclass(slots=True)
class Sheet:
    """The composer as it stands: what was typed, what is wrong, what to show beside it."""

    typed: Typed
    form: ThreadForm
    parts: parts.Given
    thread: ThreadView | None = None
    photo_errors: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    preview: list[Markup] | None = None
    is_tidied: bool = False
    status: int = 422


def take_files(sheet: Sheet) -> None:
    """Take in the files of a form that was sent without JavaScript; note what can't be taken."""
    typed = sheet.typed
    files = [file for file in request.files.getlist("photos") if file.filename]
    if len(typed.photo_ids) + len(files) > MAX_PHOTOS:
        sheet.photo_errors.append(str(TooManyPhotosError.default_message))
        files = files[: max(0, MAX_PHOTOS - len(typed.photo_ids))]
    typed.photo_ids += [taken for file in files if (taken := _take(file, sheet))]
    for step in typed.steps:
        file = request.files.get(f"step_photo-{step.n}")
        if file is not None and file.filename:
            step.photo_id = _take(file, sheet) or step.photo_id
    _take_video(sheet)


def film_of(sheet: Sheet) -> VideoField:
    """Return the field of the video as it stands; a video that is gone is let go of."""
    found = video_field(sheet.typed.video_id, sheet.errors.get("video", ""))
    if found.video is None:
        sheet.typed.video_id = None
    return found


def _take_video(sheet: Sheet) -> None:
    file = request.files.get("video")
    if file is None or not file.filename:
        return
    try:
        sheet.typed.video_id = take_video(me(), file)
    except DomainError as error:
        sheet.status = error.http_status
        sheet.errors["video"] = f"{_short(file.filename)}: {error.message}"


def _take(file: FileStorage, sheet: Sheet) -> int | None:
    try:
        return take_upload(me(), file).id
    except DomainError as error:
        sheet.status = error.http_status
        sheet.photo_errors.append(f"{_short(file.filename)}: {error.message}")
        return None


def _short(name: str | None, most: int = 40) -> str:
    name = name or ""
    return name if len(name) <= most else f"{name[: most - 1]}…"
