"""``/media/…`` serves renditions; ``/photos`` takes uploads of the photo picker."""

import re

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from app.kernel.errors import DomainError, TooManyError
from app.kernel.media.film_routes import a_film
from app.kernel.media.storage import CONTENT_TYPE, FOR_EVER, storage
from app.kernel.media.types import (
    MAX_BYTES,
    WIDTHS,
    PhotoTooBigError,
    Stored,
)
from app.kernel.media.uploads import take_upload
from app.kernel.web import me, member_required, public

bp = Blueprint("media", __name__)

NAME = re.compile(rf"([0-9a-f]{{2}})([0-9a-f]{{62}})-({'|'.join(map(str, WIDTHS))})\.webp")
FILM = re.compile(r"([0-9a-f]{2})([0-9a-f]{62})-(720|preview)\.mp4")
ROOM_FOR_HEADERS = 64 * 1024
INERT = "default-src 'none'; sandbox"


@bp.get("/media/<prefix>/<name>")
@public
def rendition(prefix: str, name: str) -> ResponseReturnValue:
    """Serve one rendition, or a video by ranges: an address never changes its content."""
    match = FILM.fullmatch(name) or NAME.fullmatch(name)
    if match is None or match.group(1) != prefix:
        abort(404)
    key = f"{prefix}/{name}"
    response = a_film(key) if name.endswith(".mp4") else _send(key)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Security-Policy"] = INERT
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = "inline"
    return response


def _send(key: str) -> Response:
    tag = key[3:-5]
    if request.if_none_match.contains(tag):  # the address says all: no need to look
        return Response(status=304)
    data = storage().get(key)
    if data is None:
        abort(404)
    response = Response(data, mimetype=CONTENT_TYPE)
    response.set_etag(tag)
    return response


@bp.post("/photos")
@member_required
def upload() -> ResponseReturnValue:
    """Take one photo (multipart ``photo``); answer ``{id, url, width, height}``.

    It waits for 24 hours for something that shows it. Errors: ``{error: {code, message}}``.
    """
    try:
        stored = _take_upload()
    except DomainError as error:
        answer = jsonify(error={"code": error.code, "message": str(error.message)})
        answer.status_code = error.http_status
        if isinstance(error, TooManyError):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    return jsonify(
        id=str(stored.id), url=stored.url(WIDTHS[0]), width=stored.width, height=stored.height
    ), 201


def _take_upload() -> Stored:
    request.max_content_length = MAX_BYTES + ROOM_FOR_HEADERS
    try:
        return take_upload(me(), request.files.get("photo"))
    except RequestEntityTooLarge as error:
        raise PhotoTooBigError from error
