"""Pictures: the same after a re-encoding, another size, a small crop; never another picture."""

import io
from collections.abc import Callable
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageOps

from app.originality.policy import pictures
from app.originality.queries import looking
from tests.factories.originality import a_dish, as_jpeg

SEEDS = range(1, 7)
NUMBERS = st.integers(0, 2**64 - 1)


def _small(image: Image.Image) -> Image.Image:
    return image.resize((240, round(image.height * 240 / image.width)), Image.Resampling.LANCZOS)


def _jpeg(image: Image.Image, quality: int) -> Image.Image:
    return Image.open(io.BytesIO(as_jpeg(image, quality))).convert("RGB")


def _cut(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    width, height = image.size
    box = (left * width, top * height, (1 - right) * width, (1 - bottom) * height)
    return image.crop((round(box[0]), round(box[1]), round(box[2]), round(box[3])))


CHANGES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "a poor JPEG": lambda image: _jpeg(image, 30),
    "half its size": lambda image: _jpeg(image.resize((320, 240)), 70),
    "twice its size": lambda image: image.resize((1280, 960)),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.15),
    "without colour": lambda image: image.convert("L").convert("RGB"),
    "squeezed": lambda image: image.resize((640, 455)),
    "four per cent cut all around": lambda image: _jpeg(_cut(image, 0.04, 0.04, 0.04, 0.04), 75),
    "eight per cent cut all around": lambda image: _cut(image, 0.08, 0.08, 0.08, 0.08),
    "its lower edge cut": lambda image: _jpeg(_cut(image, 0, 0, 0, 0.07), 80),
    "its left edge cut": lambda image: _cut(image, 0.06, 0, 0, 0),
}


def _bits(one: Image.Image, other: Image.Image) -> int:
    return pictures.nearest(pictures.hashes_of(_small(one)), pictures.hashes_of(_small(other)))


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_alike(change: str) -> None:
    found = [_bits(a_dish(seed), CHANGES[change](a_dish(seed))) for seed in SEEDS]
    assert max(found) <= pictures.NEAR, found


def test_different_pictures_are_not_alike() -> None:
    hashes = [pictures.hashes_of(_small(a_dish(seed))) for seed in range(1, 25)]
    nearest = min(pictures.nearest(one, other) for one, other in combinations(hashes, 2))
    assert nearest > pictures.NEAR


def test_a_mirror_image_is_alike() -> None:
    for seed in SEEDS:
        mirrored = pictures.hashes_of(_small(ImageOps.mirror(a_dish(seed))))[0]
        bits = pictures.distance(pictures.mirrored_hash(_small(a_dish(seed))), mirrored)
        assert bits <= pictures.NEAR


def test_a_plain_picture_is_compared_with_nothing() -> None:
    assert pictures.hashes_of(Image.new("RGB", (240, 180), (200, 180, 160))) == ()
    assert pictures.nearest((), (1,)) == pictures.BITS


def test_the_hash_is_that_of_imagehash() -> None:
    """Made with ImageHash 4.3.2 (``phash``) of a chequered gradient that needs no font or codec."""
    image = Image.new("L", (64, 48))
    places = [(x, y) for y in range(48) for x in range(64)]
    image.putdata([(x * 5 + y * 3 + 40 * ((x // 9 + y // 7) % 3)) % 256 for x, y in places])
    assert f"{pictures.dct_hash(image):016x}" == "e14f10c315bfb319"


@given(NUMBERS, st.sets(st.integers(0, 63), max_size=pictures.RADIUS))
@settings(max_examples=200)
def test_whatever_differs_in_seven_bits_at_most_shares_a_band(
    number: int, flipped: set[int]
) -> None:
    other = number
    for bit in flipped:
        other ^= 1 << bit
    wanted = looking.photo_bands((number,), None)
    assert any(value in wanted[band] for band, value in enumerate(pictures.bands_of(other)))


@given(st.lists(NUMBERS, max_size=7))
@settings(max_examples=50)
def test_hashes_are_read_as_they_were_written(hashes: list[int]) -> None:
    assert looking.read_hashes(looking.written_hashes(hashes)) == tuple(hashes)
