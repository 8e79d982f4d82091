"""From an upload to renditions: sniff, check, hand to the child, read what it made.

Nothing here touches the database; it all happens before a use case begins.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import structlog

from app.kernel.errors import TooManyError
from app.kernel.media import decode, rooms
from app.kernel.media.types import (
    MAX_BYTES,
    MAX_MEGAPIXELS,
    WIDTHS,
    Crop,
    CropError,
    NotAPhotoError,
    PhotoBrokenError,
    PhotoError,
    PhotoMissingError,
    PhotoTooBigError,
    PhotoTooHeavyError,
    PhotoTooLargeError,
    PhotoTooLongError,
)

log = structlog.get_logger(__name__)

CHILD = Path(decode.__file__)
TIME_LIMIT = 30.0  # seconds of wall time; of processor time the child takes 20 at most
WAIT_FOR_A_HAND = 20.0  # seconds until an upload is told to come back
_hands = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))

_REFUSALS: dict[str, type[PhotoError]] = {
    "too_large": PhotoTooLargeError,
    "too_long": PhotoTooLongError,
    "too_heavy": PhotoTooHeavyError,
    "crop": CropError,
    "broken": PhotoBrokenError,
}


@dataclass(frozen=True, slots=True)
class Print:
    """What the child made of one photo: figures, and the files by width."""

    sha256: str
    width: int
    height: int
    color: str
    files: dict[int, bytes]


def develop(stream: IO[bytes], crop: Crop | None = None) -> Print:
    """Return the renditions of an uploaded photo.

    Raises:
        PhotoError: the photo can't be taken; its message says why and what to do.
        TooManyError: too many photos are being developed in this process.
    """
    source = stream.read(MAX_BYTES + 1)
    if not source:
        raise PhotoMissingError
    if len(source) > MAX_BYTES:
        raise PhotoTooBigError
    if not looks_like_a_photo(source):
        raise NotAPhotoError
    if not _hands.acquire(timeout=WAIT_FOR_A_HAND):
        raise TooManyError(retry_after=10)
    try:
        with rooms.room() as room:
            answer = _ask_the_child(source, crop, room)
            return _collect(answer, room)
    finally:
        _hands.release()


def looks_like_a_photo(head: bytes) -> bool:
    """Return whether the first bytes are those of JPEG, PNG, GIF or WebP. Names prove nothing."""
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")) or (
        head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    )


def _ask_the_child(source: bytes, crop: Crop | None, room: Path) -> dict[str, Any]:
    order = {
        "widths": WIDTHS,
        "max_pixels": MAX_MEGAPIXELS * 1_000_000,
        "crop": [crop.x, crop.y, crop.size] if crop else None,
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and script; the photo is its input
            [sys.executable, "-I", str(CHILD), json.dumps(order)],
            input=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=room,
            env={"LC_ALL": "C.UTF-8"},
            timeout=TIME_LIMIT,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as late:
        raise PhotoTooHeavyError from late
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ}:
        raise PhotoTooHeavyError
    if done.returncode != 0:
        log.warning("photo_child_died", code=done.returncode)
        raise PhotoBrokenError
    answer: dict[str, Any] = json.loads(done.stdout)
    if "error" in answer:
        log.info("photo_refused", rule=answer["error"], kind=answer.get("kind"))
        raise _REFUSALS[answer["error"]]
    return answer


def _collect(answer: dict[str, Any], room: Path) -> Print:
    made = [width for width in WIDTHS if width in answer["widths"]]
    files = {width: (room / f"{width}.webp").read_bytes() for width in made}
    largest = files[max(files)]
    return Print(
        sha256=hashlib.sha256(largest).hexdigest(),
        width=int(answer["width"]),
        height=int(answer["height"]),
        color=str(answer["color"]),
        files=files,
    )
