"""The atelier: paints the whole menu into a folder, several hands at once."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path

from PIL import Image

from app.demo.painter.avatars import SITTERS, portrait
from app.demo.painter.clay import dice
from app.demo.painter.easel import Easel
from app.demo.painter.larder import Larder, find_emoji
from app.demo.painter.menu import Painting, menu

ANY = "any"  # the theme of a photo nobody has described
_PHOTOS = {".jpg", ".jpeg", ".png", ".webp", ".gif"}
_QUALITY = 88


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in a folder.

    Attributes:
        key: its name.
        path: the file.
        themes: the subjects it may illustrate, the closest first.
        zh: what is to be seen, in Chinese; empty when unknown.
        en: the same in English.
    """

    key: str
    path: Path
    themes: tuple[str, ...] = (ANY,)
    zh: str = ""
    en: str = ""


def paint_pictures(
    folder: Path,
    emoji: Path,
    *,
    seed: int = 7,
    brand: tuple[str, str] = ("沸禾", "Simmer"),
    hands: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> list[Picture]:
    """Paint the menu into ``folder`` as JPEG, 1080 px wide; what is there already stays.

    Args:
        folder: where the pictures go; made if missing.
        emoji: the folder of the emoji package, or one above it.
        seed: other seeds, other pictures.
        brand: the brand's name on the packs, in Han and in Latin letters.
        hands: how many processes paint.
        progress: told after each picture how many of how many are done.

    Raises:
        LarderError: the emoji pictures are not there.
    """
    assets = find_emoji(emoji)
    folder.mkdir(parents=True, exist_ok=True)
    paintings = menu(*brand)
    wanted = [k for k, one in enumerate(paintings) if not (folder / f"{one.key}.jpg").exists()]
    jobs = [(str(folder), str(assets), seed, brand, k) for k in wanted]
    done = len(paintings) - len(wanted)
    for _ in _worked(jobs, hands):
        done += 1
        if progress:
            progress(done, len(paintings))
    return [_catalogued(folder, one) for one in paintings]


def _worked(jobs: list[tuple[str, str, int, tuple[str, str], int]], hands: int) -> Iterator[None]:
    if hands <= 1 or len(jobs) <= 1:
        yield from map(_paint, jobs)
        return
    with ProcessPoolExecutor(hands, mp_context=get_context("spawn")) as pool:
        yield from pool.map(_paint, jobs, chunksize=4)


def _paint(job: tuple[str, str, int, tuple[str, str], int]) -> None:
    folder, assets, seed, brand, index = job
    painting = menu(*brand)[index]
    _save(painted(painting, _larder(assets), seed), Path(folder) / f"{painting.key}.jpg")


@lru_cache(maxsize=2)
def _larder(assets: str) -> Larder:
    return Larder(Path(assets))


def painted(painting: Painting, larder: Larder, seed: int) -> Image.Image:
    """Return one finished picture."""
    easel = Easel(dice(seed, painting.key), larder, painting.ratio)
    painting.paint(easel)
    return easel.finished()


def _save(picture: Image.Image, path: Path) -> None:
    """Write the file under another name first: a picture is there whole or not at all."""
    draft = path.with_suffix(f".{os.getpid()}.part")
    picture.save(draft, "JPEG", quality=_QUALITY)
    draft.replace(path)


def _catalogued(folder: Path, one: Painting) -> Picture:
    return Picture(one.key, folder / f"{one.key}.jpg", one.themes, one.zh, one.en)


def paint_portraits(folder: Path, emoji: Path, *, seed: int = 7) -> list[Picture]:
    """Paint the avatars into ``folder``, 320 px square; what is there already stays.

    Raises:
        LarderError: the emoji pictures are not there.
    """
    larder = Larder(emoji)
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for key, code in SITTERS:
        path = folder / f"{key}.jpg"
        if not path.exists():
            _save(portrait(larder, code, seed), path)
        pictures.append(Picture(key, path, ("portrait",)))
    return pictures


def photos_in(folder: Path) -> list[Picture]:
    """Return the photos of a folder, by name; their subject is unknown.

    Raises:
        FileNotFoundError: no photos there.
    """
    found = (
        sorted(p for p in folder.iterdir() if p.suffix.lower() in _PHOTOS)
        if folder.is_dir()
        else []
    )
    if not found:
        raise FileNotFoundError(f"No photos in {folder}: put JPEG, PNG or WebP files there.")
    return [Picture(path.stem, path) for path in found]
