"""A few short videos: slow moves over painted dishes, prepared as a member's own video is."""

import io
import tempfile
from pathlib import Path

from PIL import Image

from app.community import queries
from app.community import service as community
from app.community.queries import ThreadLine
from app.demo.loader.progress import step
from app.kernel.media import ffmpeg, films
from app.kernel.media.storage import storage

MOST, FEW_THREADS = 2, 40  # a demo of fewer threads has no videos
SECONDS, RATE, SIZE = 3, 24, (540, 720)
SAID = (
    ("zh", "汤底先煮开，再下菜，最后关小火。\n这一锅，慢慢吃。"),
    ("en", "Let the broth boil first, then the rest goes in.\nTake your time with this pot."),
)
CAPTIONS = {
    "zh": "00:00.200 --> 00:01.500\n汤底先煮开\n\n00:01.500 --> 00:02.900\n慢慢吃\n",
    "en": "00:00.200 --> 00:01.500\nLet it boil\n\n00:01.500 --> 00:02.900\nTake your time\n",
}


def film(threads: int) -> None:
    """Give the newest threads with a photo a video; those that have one stay as they are.

    Args:
        threads: how many the demo has.
    """
    if threads < FEW_THREADS or not films.are_offered():
        return
    lines = [line for line in queries.feed(None, limit=40).items if line.cover][:MOST]
    missing = [line for line in lines if line.clip is None]
    with step("videos", len(missing)) as told:
        for done, line in enumerate(missing, start=1):
            _film(line)
            told.move(done)


def _film(line: ThreadLine) -> None:
    dish = storage().get(line.cover.url(960).removeprefix("/media/")) if line.cover else None
    if dish is None:
        return
    with tempfile.TemporaryDirectory(prefix="potluck-demo-") as room:
        video = _move_over(dish, Path(room))
        with video.open("rb") as file:
            video_id = community.send_video(line.author.id, file)
    community.seed_video(line.id, line.author.id, video_id)
    lang, said = next((pair for pair in SAID if pair[0] == line.lang), SAID[0])
    community.write_words(
        line.author.id, line.code, transcript=said, captions=CAPTIONS[lang], lang=lang,
        moderates=False,
    )  # fmt: skip
    while community.prepare_next():
        pass


def _move_over(dish: bytes, room: Path) -> Path:
    """Make a video that comes slowly nearer to a picture."""
    with Image.open(io.BytesIO(dish)) as picture:
        picture.convert("RGB").save(room / "dish.png")
    width, height = SIZE
    move = (
        f"scale={width * 2}:{height * 2}:force_original_aspect_ratio=increase,"
        f"crop={width * 2}:{height * 2},"
        f"zoompan=z='1+0.0035*on':x='(iw-iw/zoom)/2':y='(ih-ih/zoom)/2'"
        f":d={SECONDS * RATE}:s={width}x{height}:fps={RATE}"
    )
    ffmpeg.look(
        ("-i", "file:dish.png", "-vf", move, "-c:v", "libx264", "-preset", "ultrafast",
         "-pix_fmt", "yuv420p", "-f", "mp4", "file:dish.mp4"),
        room,
    )  # fmt: skip
    return room / "dish.mp4"
