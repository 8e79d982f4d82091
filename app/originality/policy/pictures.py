"""What a photo looks like, in 64 bits, so that copies of it are found after a re-encoding.

The hash is the DCT hash of Zauner, *Implementation and Benchmarking of Perceptual Image Hash
Functions* (2010), with the parameters of Johannes Buchner's ``imagehash.phash``: 32 x 32 grey
pixels, the 8 x 8 lowest frequencies, one bit each for above their median. Ours are the same, bit
by bit (``docs/decisions/image-hash.md``).

Bands: a hash is cut into four of 16 bits. Two hashes that differ in at most seven bits differ in
at most one bit in one of the four bands at least (seven spread over four leaves one with no more
than 7 // 4 = 1). So whoever looks up each band and its sixteen neighbours of one bit finds every
hash within seven bits, by equality alone.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from math import cos, pi
from operator import mul
from statistics import median, pstdev
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # loaded where a photo is read: a start does without
    from PIL import Image

BITS, BANDS, BAND_BITS = 64, 4, 16
RADIUS: Final = 2 * BANDS - 1  # bits: what the bands are sure to find
NEAR: Final = 9  # bits: what counts as alike, where the bands find it
SIZE, LOW = 32, 8
PLAIN = 6.0  # grey levels of 255: below, a picture has nothing to recognise it by
MASK = (1 << BAND_BITS) - 1
EDGE = 0.08  # of a side that a crop takes away
CROPS = (
    (0.0, 0.0, 1.0, 1.0),
    (EDGE / 2, EDGE / 2, 1 - EDGE / 2, 1 - EDGE / 2),
    (EDGE, EDGE, 1 - EDGE, 1 - EDGE),
    (0.0, 0.0, 1.0, 1 - EDGE),
    (0.0, EDGE, 1.0, 1.0),
    (0.0, 0.0, 1 - EDGE, 1.0),
    (EDGE, 0.0, 1.0, 1.0),
)
"""The whole picture, cut a little and more all around, and cut at each of its edges."""


@cache
def _waves() -> tuple[tuple[float, ...], ...]:
    return tuple(
        tuple(2 * cos(pi * k * (2 * n + 1) / (2 * SIZE)) for n in range(SIZE)) for k in range(LOW)
    )


def _grey(image: "Image.Image", width: int, height: int) -> list[int]:
    from PIL import Image

    small = image.resize((width, height), Image.Resampling.LANCZOS)
    return list(small.tobytes())


def dct_hash(image: "Image.Image") -> int:
    """Return the DCT hash of a grey picture, the first bit the highest."""
    pixels = _grey(image, SIZE, SIZE)
    # Down the columns first, as scipy's dct(dct(axis=0), axis=1) does, so that sums round alike.
    columns = [pixels[x::SIZE] for x in range(SIZE)]
    down = [[sum(map(mul, wave, column)) for column in columns] for wave in _waves()]
    low = [sum(map(mul, wave, row)) for row in down for wave in _waves()]
    middle = median(low)
    return _bits(value > middle for value in low)


def _bits(values: Iterator[bool]) -> int:
    number = 0
    for value in values:
        number = number << 1 | value
    return number


def hashes_of(image: "Image.Image") -> tuple[int, ...]:
    """Return the hashes of a picture's crops, the whole one first.

    None at all for a picture that is too plain to be told from another.
    """
    grey = image.convert("L")
    if pstdev(_grey(grey, SIZE, SIZE)) < PLAIN:
        return ()
    return tuple(dct_hash(_cut(grey, crop)) for crop in CROPS)


def mirrored_hash(image: "Image.Image") -> int:
    """Return the hash of a picture as a mirror shows it: the oldest trick."""
    from PIL import ImageOps

    return dct_hash(ImageOps.mirror(image.convert("L")))


def _cut(image: "Image.Image", crop: tuple[float, float, float, float]) -> "Image.Image":
    left, top, right, bottom = crop
    if crop == CROPS[0]:
        return image
    width, height = image.size
    return image.crop(
        (round(left * width), round(top * height), round(right * width), round(bottom * height))
    )


def nearest(one: Sequence[int], other: Sequence[int]) -> int:
    """Return in how few bits two pictures differ, one of them whole, the other whole or cropped."""
    if not one or not other:
        return BITS
    pairs = [(one[0], each) for each in other] + [(each, other[0]) for each in one]
    return min(distance(*pair) for pair in pairs)


def distance(one: int, other: int) -> int:
    """Return in how many bits two hashes differ."""
    return (one ^ other).bit_count()


def bands_of(number: int) -> tuple[int, ...]:
    """Return the four bands of a hash, the lowest bits first."""
    return tuple(number >> (BAND_BITS * band) & MASK for band in range(BANDS))


def neighbours(value: int) -> tuple[int, ...]:
    """Return a band's value and all that differ from it in one bit: seventeen."""
    return (value, *(value ^ 1 << bit for bit in range(BAND_BITS)))


def permille(bits: int) -> int:
    """Return how alike hashes are that differ in so many bits."""
    return 1000 * (BITS - bits) // BITS
