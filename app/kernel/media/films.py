"""Short videos: look at what came, put it on the shelf, prepare what is shown.

Nothing here touches the database; whoever keeps the rows calls :func:`take_in` when a member sends
a video and :func:`prepare` in the background, both outside any use case.
"""

import hashlib
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

import structlog
from flask import current_app

from app.config import Config
from app.kernel.db import in_use_case
from app.kernel.errors import TooManyError
from app.kernel.media import ffmpeg, rooms, service
from app.kernel.media.film_types import (
    LONG_SIDE,
    MAX_FRAMES_A_SECOND,
    MAX_PIXELS,
    MAX_RATIO,
    MAX_SECONDS,
    MAX_SIDE,
    MIN_SIDE,
    PREVIEW_SECONDS,
    PREVIEW_SIDE,
    SHORT_SIDE,
    TOLERANCE,
    Film,
    FilmBrokenError,
    FilmCodecError,
    FilmError,
    FilmGoneError,
    FilmMissingError,
    FilmShapeError,
    FilmTooBigError,
    FilmTooHeavyError,
    FilmTooLongError,
    NoPictureError,
    NotAFilmError,
    Probe,
    Taken,
    Watch,
)
from app.kernel.media.storage import film_key, source_key, storage

log = structlog.get_logger(__name__)

CHUNK = 256 * 1024
HEAD = 12  # bytes that tell the container
MOV, MATROSKA = "mov", "matroska"
MOV_ATOMS = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
PICTURES = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "h263", "mjpeg"})
SOUNDS = frozenset(
    {"aac", "mp3", "opus", "vorbis", "amr_nb", "ac3", "alac", "flac", "pcm_s16le", "pcm_s16be"}
)
HIGH_RANGE = frozenset({16, 18})  # PQ and HLG in ITU-T H.273, table 3
# 203 cd/m² is the white of a page (ITU-R BT.2408), what is brighter is bent into what is left.
MAPPED = (
    ",zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,tonemap=mobius:desat=0,"
    "zscale=t=bt709:m=bt709:r=tv"
)
PNG_HEAD = 1_024  # bytes in which a cICP chunk stands: before the palette and the picture
SOURCE, FRAMES, POSTER, SHOWN, PREVIEW = (
    "source",
    "frames.txt",
    "poster.png",
    "film.mp4",
    "preview.mp4",
)
WAIT_FOR_A_HAND = 20.0  # seconds until an upload is told to come back
_hands = threading.BoundedSemaphore(2)


def are_offered() -> bool:
    """Return whether videos can be taken here."""
    return ffmpeg.find_ffmpeg() is not None


def max_bytes() -> int:
    """Return how large a video may be as it comes."""
    config: Config = current_app.config["POTLUCK"]
    return config.video_max_mb * 1024 * 1024


# --- taking in -----------------------------------------------------------------------------------


def take_in(stream: IO[bytes]) -> Taken:
    """Check an upload, take a poster from it, and put it on the shelf. No row yet.

    Args:
        stream: the upload, read piece by piece; never whole in memory.

    Raises:
        FilmError: it can't be taken; nothing was kept.
        TooManyError: too many videos are looked at in this process.
        RuntimeError: called inside a use case, which must not touch the outside world.
    """
    _keep_out_of_transactions()
    ffmpeg.the_ffmpeg()
    if not _hands.acquire(timeout=WAIT_FOR_A_HAND):
        raise TooManyError(retry_after=20)
    try:
        with rooms.room() as room:
            return _take_in(stream, room)
    finally:
        _hands.release()


def _take_in(stream: IO[bytes], room: Path) -> Taken:
    source = room / SOURCE
    sha256, size = _copy(stream, source)
    with source.open("rb") as file:
        container = format_of(file.read(HEAD))
    if container is None:
        raise NotAFilmError
    found = probe(room, SOURCE, container)
    _check_shape(found)
    taken, _light = _take_frame(room, container, found.seconds)
    with taken.open("rb") as frame:
        poster = service.develop(frame)
    key = source_key(sha256)
    storage().put_file(key, source)
    return Taken(
        sha256, key, container, size, round(found.seconds * 1000), found.sound is not None, poster
    )


def _copy(stream: IO[bytes], target: Path) -> tuple[str, int]:
    """Write an upload into a file; return its hash and size."""
    digest, size, most = hashlib.sha256(), 0, max_bytes()
    with target.open("wb") as file:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > most:
                raise FilmTooBigError(most // 1024 // 1024)
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise FilmMissingError
    return digest.hexdigest(), size


def format_of(head: bytes) -> str | None:
    """Return the container that the first bytes are of, or None. Names prove nothing."""
    if head[4:8] in MOV_ATOMS:
        return MOV
    return MATROSKA if head.startswith(b"\x1aE\xdf\xa3") else None


def probe(room: Path, name: str, container: str) -> Probe:
    """Return what a video is, by reading its packets; what it declares is not believed.

    Raises:
        FilmError: it can't be read, or there is no picture in it.
    """
    order = (
        *ffmpeg.INPUT, "-f", container, "-i", f"file:{name}",
        "-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy", "-t", str(MAX_SECONDS + 15),
        "-f", "framecrc", f"file:{FRAMES}",
    )  # fmt: skip
    ffmpeg.look(order, room)
    with (room / FRAMES).open() as lines:
        return _read_frames(lines)


def _read_frames(lines: IO[str]) -> Probe:
    """Read what ffmpeg's ``framecrc`` wrote: ``#`` lines about streams, then one line a packet."""
    said: dict[tuple[str, str], str] = {}
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    frames: dict[str, int] = {}
    for line in lines:
        if line.startswith("#"):
            name, _colon, value = line[1:].partition(":")
            word, _space, stream = name.partition(" ")
            said[word, stream] = value.strip()
            continue
        stream, _dts, pts, length, *_rest = (part.strip() for part in line.split(","))
        first[stream] = min(first.get(stream, int(pts)), int(pts))
        last[stream] = max(last.get(stream, 0), int(pts) + int(length))
        frames[stream] = frames.get(stream, 0) + 1
    kinds = {said["media_type", n]: n for (word, n) in said if word == "media_type"}
    picture, sound = kinds.get("video"), kinds.get("audio")
    if picture is None:
        raise NoPictureError
    if picture not in frames:
        raise FilmBrokenError
    width, _x, height = said.get(("dimensions", picture), "0x0").partition("x")
    seconds = max((last[n] - first[n]) * _seconds_a_tick(said["tb", n]) for n in frames)
    codec = said.get(("codec_id", sound), "") if sound in frames else ""
    return Probe(
        int(width), int(height), seconds, frames[picture], said.get(("codec_id", picture), ""),
        codec if codec in SOUNDS else None,
    )  # fmt: skip


def _seconds_a_tick(text: str) -> float:
    above, _slash, below = text.partition("/")
    return int(above) / max(1, int(below))


def _check_shape(found: Probe) -> None:
    if found.codec not in PICTURES:
        raise FilmCodecError
    if found.seconds > MAX_SECONDS + TOLERANCE:
        raise FilmTooLongError
    short, long = sorted((found.width, found.height))
    if short < MIN_SIDE or long > MAX_SIDE or short * long > MAX_PIXELS or long > short * MAX_RATIO:
        raise FilmShapeError
    if found.frames > MAX_FRAMES_A_SECOND * max(1.0, found.seconds):
        raise FilmTooHeavyError


def _take_frame(room: Path, container: str, seconds: float) -> tuple[Path, str]:
    """Take a frame from early in a video: the first ones are often black.

    Returns:
        The frame, and the filter that brings the video's light into a screen's range: empty for
        most videos, and where this ffmpeg can't do it.
    """
    frame = _frame(room, container, seconds, "")
    if _transfer_of(frame) in HIGH_RANGE:
        with suppress(FilmError):
            return _frame(room, container, seconds, MAPPED), MAPPED
        frame = _frame(room, container, seconds, "")
    return frame, ""


def _frame(room: Path, container: str, seconds: float, light: str) -> Path:
    order = (
        *ffmpeg.INPUT, "-f", container, "-ss", f"{min(1.0, seconds / 3):.3f}",
        "-i", f"file:{SOURCE}", "-map", "0:V:0", "-frames:v", "1",
        "-vf", f"scale=w='trunc(iw*if(sar,sar,1)/2)*2':h=ih,setsar=1{light}",
        "-map_metadata", "-1",
        "-c:v", "png", "-f", "image2", "-update", "1", f"file:{POSTER}",
    )  # fmt: skip
    frame = room / POSTER
    frame.unlink(missing_ok=True)
    ffmpeg.look(order, room)
    if not frame.exists():
        raise FilmBrokenError
    return frame


def _transfer_of(frame: Path) -> int | None:
    """Return how a frame's numbers become light, as ITU-T H.273 counts it; None: not said.

    A PNG says it in its cICP chunk (third edition, 11.3.2.6): primaries, transfer, matrix, range.
    """
    with frame.open("rb") as file:
        head = file.read(PNG_HEAD)
    found = head.find(b"cICP")
    return head[found + 5] if 0 <= found < len(head) - 5 else None


# --- preparing -----------------------------------------------------------------------------------


def prepare(taken: Taken, watch: Watch) -> Film:
    """Make what is shown of a video, and store it: H.264 and AAC in MP4, and a short mute preview.

    Args:
        taken: what :func:`take_in` returned.
        watch: hears how far it is; whatever it raises ends the work.

    Raises:
        FilmError: it can't be prepared.
        RuntimeError: called inside a use case.
    """
    _keep_out_of_transactions()
    with rooms.room() as room:
        if not storage().fetch(taken.key, room / SOURCE):
            raise FilmGoneError
        found = probe(room, SOURCE, taken.format)
        _poster, light = _take_frame(room, taken.format, found.seconds)
        ffmpeg.work(_order(taken, found, light), room, taken.milliseconds, watch)
        made = probe(room, SHOWN, MOV)
        return _store(room, made)


def _order(taken: Taken, found: Probe, light: str) -> tuple[str, ...]:
    poster = taken.poster
    clean = (
        "-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn", "-fflags", "+bitexact",
        "-movflags", "+faststart", "-f", "mp4",
    )  # fmt: skip
    picture = ("-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high", "-threads", "2")
    sound = ("-map", "0:a:0", "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000")
    return (
        *ffmpeg.INPUT, "-f", taken.format, "-i", f"file:{SOURCE}",
        "-map", "0:V:0", *(sound if found.sound else ("-an",)), *picture,
        "-vf", _scaled(poster.width, poster.height, SHORT_SIDE, LONG_SIDE, light), "-fpsmax", "30",
        "-crf", "23", "-maxrate", "2500k", "-bufsize", "5000k",
        "-t", str(MAX_SECONDS + TOLERANCE), *clean, f"file:{SHOWN}",
        "-map", "0:V:0", "-an", *picture,
        "-vf", _scaled(poster.width, poster.height, PREVIEW_SIDE, PREVIEW_SIDE * 2, light),
        "-fpsmax", "24", "-crf", "30", "-maxrate", "400k", "-bufsize", "800k",
        "-t", str(PREVIEW_SECONDS), *clean, f"file:{PREVIEW}",
    )  # fmt: skip


def _scaled(width: int, height: int, short: int, long: int, light: str = "") -> str:
    """Return the filter that makes a picture fit, never larger than it is, both sides even."""
    factor = min(1.0, short / min(width, height), long / max(width, height))
    across, down = (max(2, round(side * factor / 2) * 2) for side in (width, height))
    return f"scale={across}:{down},setsar=1{light},format=yuv420p"


def _store(room: Path, made: Probe) -> Film:
    film, preview = room / SHOWN, room / PREVIEW
    with film.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    shelf = storage()
    shelf.put_file(film_key(sha256, is_preview=True), preview, "video/mp4")
    shelf.put_file(film_key(sha256), film, "video/mp4")
    size = film.stat().st_size + preview.stat().st_size
    return Film(sha256, made.width, made.height, round(made.seconds * 1000), size)


def _keep_out_of_transactions() -> None:
    if in_use_case():
        raise RuntimeError("videos take seconds and can't roll back: before the use case")
