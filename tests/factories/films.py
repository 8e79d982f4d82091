"""Video files for uploads, honest ones and others. Each is made once in a whole run."""

import io
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

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
