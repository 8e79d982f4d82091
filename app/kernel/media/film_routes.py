"""Videos over HTTP: whole, or the range that a player asks for (RFC 9110, section 14)."""

from flask import Response, abort, request
from werkzeug.datastructures import Range

from app.kernel.media.storage import storage

FILM_TYPE = "video/mp4"


def a_film(key: str) -> Response:
    """Return a stored video, or a part of it: 200, 206, 304 or 416; never whole in memory."""
    tag = key[3:-4]
    if request.if_none_match.contains(tag):  # the address says all: no need to look
        return Response(status=304)
    size = storage().size(key)
    if size is None:
        abort(404)
    asked = _asked_range(tag)
    part = asked.range_for_length(size) if asked else (0, size)
    if part is None:
        response = Response(status=416, mimetype=FILM_TYPE)
        response.headers["Content-Range"] = f"bytes */{size}"
        return response
    start, stop = part
    response = Response(
        () if request.method == "HEAD" else storage().pieces(key, start, stop),
        status=206 if asked else 200,
        mimetype=FILM_TYPE,
    )
    if asked:
        response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Length"] = str(stop - start)
    response.set_etag(tag)
    return response


def _asked_range(tag: str) -> Range | None:
    """Return the one range asked for; several, or one of another version, mean the whole."""
    asked = request.range
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    kept = request.if_range
    is_other = "If-Range" in request.headers and kept.etag != tag
    return None if is_other else asked
