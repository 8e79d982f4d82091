"""Video files for uploads, honest ones and others. Each is made once in a whole run."""

import io
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image

from app.community.models import Thread
from app.community.queries.videos import VIDEO
from app.community.types.videos import VideoState
from app.kernel import clock, ids
from app.kernel.db import changed, db, use_case
from app.search import service as search
from tests.factories.photos import GPS_SIGN

PICTURE = "testsrc=s={size}:r={rate}:d={seconds}"
SOUND = "sine=d={seconds}"


@cache
def _made(
    kind: str, size: str, seconds: float, rate: int, *, picture: bool, sound: bool, more: str
) -> bytes:
    inputs: list[str] = []
    if picture:
        inputs += ["-f", "lavfi", "-i", PICTURE.format(size=size, rate=rate, seconds=seconds)]
    if sound:
        inputs += ["-f", "lavfi", "-i", SOUND.format(seconds=seconds)]
    codecs = {"webm": ["-c:v", "libvpx", "-b:v", "100k", "-c:a", "libopus"]}.get(
        kind, ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    )
    with tempfile.TemporaryDirectory() as room:
        target = Path(room) / f"film.{kind}"
        order = [get_ffmpeg_exe(), "-v", "error", *inputs, *codecs, *more.split(), str(target)]
        subprocess.run(order, check=True, stdin=subprocess.DEVNULL)
        return target.read_bytes()


def a_film(
    kind: str = "mp4",
    size: str = "160x120",
    seconds: float = 1,
    rate: int = 10,
    *,
    picture: bool = True,
    sound: bool = False,
    more: str = "",
) -> io.BytesIO:
    """Return a small real video as an upload; ``more``: further words for ffmpeg."""
    return io.BytesIO(_made(kind, size, seconds, rate, picture=picture, sound=sound, more=more))


def a_film_with_notes() -> io.BytesIO:
    """Return a video that says where it was taken, as phones do."""
    place = f"-metadata location={GPS_SIGN.decode()} -metadata title=Spyphone"
    return a_film(more=f"-movflags use_metadata_tags {place}")


@cache
def _turned() -> bytes:
    with tempfile.TemporaryDirectory() as room:
        lying, turned = Path(room) / "lying.mp4", Path(room) / "turned.mp4"
        lying.write_bytes(a_film().getvalue())
        order = [
            get_ffmpeg_exe(), "-v", "error", "-display_rotation", "90", "-i", str(lying),
            "-c", "copy", str(turned),
        ]  # fmt: skip
        subprocess.run(order, check=True, stdin=subprocess.DEVNULL)
        return turned.read_bytes()


def a_turned_film() -> io.BytesIO:
    """Return a video held upright: 160 by 120 as stored, 120 by 160 as shown."""
    return io.BytesIO(_turned())


@use_case
def a_painted_video(owner_id: int, thread_id: int, poster_id: int) -> None:
    """Put a ready video into a thread whose rows are there but whose files are not: fast."""
    now = clock.now()
    db.session.execute(
        sa.insert(VIDEO).values(
            id=ids.next_id(), owner_id=owner_id, thread_id=thread_id, state=VideoState.READY,
            percent=100, poster_id=poster_id, format="mov", bytes=1, sha256="ab" * 32, width=320,
            height=240, length_ms=7_000, has_sound=False, created_at=now, ready_at=now,
        )
    )  # fmt: skip
    changed(sa.update(Thread).where(Thread.id == thread_id).values(cover_media_id=poster_id))
    search.refresh("thread", [thread_id])


@cache
def _bright(transfer: str, level: int) -> bytes:
    light = f"color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc:range=tv"
    picture = (
        f"color=c=gray:s=160x120:d=1:r=10,geq=lum={level}:cb=512:cr=512,"
        f"format=yuv420p10le,setparams={light}"
    )
    with tempfile.TemporaryDirectory() as room:
        target = Path(room) / "film.mp4"
        order = [
            get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", picture, "-c:v", "libx265",
            "-x265-params", "log-level=none", str(target),
        ]  # fmt: skip
        subprocess.run(order, check=True, stdin=subprocess.DEVNULL)
        return target.read_bytes()


def a_bright_film(transfer: str, level: int) -> io.BytesIO:
    """Return a grey video of high dynamic range, as newer phones make them.

    Args:
        transfer: ffmpeg's name of it: ``arib-std-b67`` (HLG) or ``smpte2084`` (PQ).
        level: luma of every pixel, 64 (black) to 940.
    """
    return io.BytesIO(_bright(transfer, level))


def grey_of(film: bytes) -> int:
    """Return the brightness of a video's first pixel, 0 to 255."""
    with tempfile.TemporaryDirectory() as room:
        source, target = Path(room) / "film.mp4", Path(room) / "frame.png"
        source.write_bytes(film)
        order = [get_ffmpeg_exe(), "-v", "error", "-i", str(source), "-frames:v", "1", str(target)]
        subprocess.run(order, check=True, stdin=subprocess.DEVNULL)
        with Image.open(target) as frame:
            return int(frame.convert("L").getpixel((8, 8)))  # type: ignore[arg-type]
