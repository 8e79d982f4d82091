"""Where ffmpeg is, and how it is run on strangers' videos: guarded, offline, watched.

It is a program of its own: nothing of it is loaded into our processes. Each run has a folder of its
own and limits on memory, time, files and their size; it may read local files only, and is told the
container's format, so that no playlist is ever followed.
"""

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import structlog
from flask import current_app

from app.config import Config
from app.kernel.media import guard
from app.kernel.media.film_types import (
    FilmBrokenError,
    FilmsNotOfferedError,
    FilmTooHeavyError,
    Watch,
)

log = structlog.get_logger(__name__)

GUARD = Path(guard.__file__)
MEGABYTE = 1024 * 1024
OFF = "off"
VIDEO_DECODERS = ("h264", "hevc", "vp8", "vp9", "libdav1d", "av1", "mpeg4", "h263", "mjpeg")
SOUND_DECODERS = (
    "aac", "mp3", "mp3float", "opus", "libopus", "vorbis", "libvorbis", "amrnb",
    "libopencore_amrnb", "ac3", "alac", "flac", "pcm_s16le", "pcm_s16be",
)  # fmt: skip
INPUT = (
    "-protocol_whitelist", "file,pipe",
    "-codec_whitelist", ",".join((*VIDEO_DECODERS, *SOUND_DECODERS)),
)  # fmt: skip
LOOK = {
    "AS": 2_560 * MEGABYTE, "CPU": 30, "FSIZE": 64 * MEGABYTE, "NOFILE": 64, "CORE": 0,
}  # fmt: skip
LOOK_SECONDS = 45.0  # of wall time
WORK = {
    "AS": 3_072 * MEGABYTE, "CPU": 1_200, "FSIZE": 256 * MEGABYTE, "NOFILE": 64, "CORE": 0,
    "NICE": 10,
}  # fmt: skip
WORK_SECONDS = 1_200.0
OVER_THE_LIMIT = {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ}


def find_ffmpeg() -> str | None:
    """Return the path of ffmpeg: what the operator names, else the pinned one, else the system's.

    None where there is none, or where no videos are wanted.
    """
    config: Config = current_app.config["POTLUCK"]
    if config.ffmpeg == OFF or config.video_max_mb == 0:
        return None
    return config.ffmpeg or _found()


@cache
def _found() -> str | None:
    try:
        from imageio_ffmpeg import get_ffmpeg_exe

        return str(Path(get_ffmpeg_exe()).resolve(strict=True))
    except (ImportError, OSError, RuntimeError):  # no wheel for this machine
        return shutil.which("ffmpeg")


def the_ffmpeg() -> str:
    """Return the path of ffmpeg.

    Raises:
        FilmsNotOfferedError: there is none.
    """
    path = find_ffmpeg()
    if path is None:
        raise FilmsNotOfferedError
    return path


def look(arguments: Sequence[str], room: Path) -> None:
    """Run ffmpeg for some seconds at most, inside a folder.

    Raises:
        FilmBrokenError: it could not read the video.
        FilmTooHeavyError: it ran into a limit.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own command; the video is only its input
            _command(arguments, LOOK),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=room,
            env={"LC_ALL": "C.UTF-8"},
            timeout=LOOK_SECONDS,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired as late:
        raise FilmTooHeavyError from late
    _check(done.returncode)


def work(arguments: Sequence[str], room: Path, milliseconds: int, watch: Watch) -> None:
    """Run ffmpeg for minutes at most, inside a folder, and tell how far it is.

    Args:
        arguments: without the program's name.
        room: working directory, gone afterwards.
        milliseconds: of the video.
        watch: hears of every step; whatever it raises ends the run and is passed on.

    Raises:
        FilmBrokenError, FilmTooHeavyError: as for :func:`look`.
    """
    with subprocess.Popen(  # noqa: S603 - as above
        _command(("-progress", "pipe:1", "-stats_period", "1", *arguments), WORK),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=room,
        env={"LC_ALL": "C.UTF-8"},
        start_new_session=True,
        text=True,
    ) as child:
        late = threading.Timer(WORK_SECONDS, child.kill)
        late.start()
        try:
            for line in child.stdout or ():
                name, _equals, value = line.strip().partition("=")
                if name == "out_time_us" and value.isdecimal():
                    watch(min(99, int(value) // 10 // max(1, milliseconds)))
        except BaseException:
            child.kill()
            raise
        finally:
            late.cancel()
    _check(child.returncode)


def _command(arguments: Sequence[str], limits: dict[str, int]) -> list[str]:
    return [
        sys.executable, "-I", str(GUARD), json.dumps(limits),
        the_ffmpeg(), "-hide_banner", "-nostdin", "-v", "error", "-y", *arguments,
    ]  # fmt: skip


def _check(code: int) -> None:
    if code in OVER_THE_LIMIT:
        raise FilmTooHeavyError
    if code != 0:
        log.info("ffmpeg_refused", code=code)
        raise FilmBrokenError
