"""Which texts have most of their words in common, in Chinese and English.

A text is cut into tokens (one Han character, or one word of another script) and those into
shingles of two neighbours. Not counted: quotations, names of products, addresses, topics and
mentions. How alike two texts are is the share of the shorter one's shingles that the longer one
has too.

Those worth comparing are found by MinHash (Broder, *On the resemblance and containment of
documents*, 1997) in bands (Rajaraman and Ullman, *Mining of Massive Datasets*, §3.4): twenty bands
of three. Two texts whose shingles overlap (Jaccard) by s share a band with a chance of
1 - (1 - s^3)^20: 0.98 at 0.55, 0.997 at 0.65, 0.02 at 0.1.
"""

import re
import unicodedata
import zlib
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.originality.types import Piece, TextPrint

MIN_TOKENS = 40
MIN_SHINGLES = 30
MOST_SHINGLES = 4_000
ALIKE_PERMILLE = 700
BANDS, ROWS = 20, 3
MERSENNE = (1 << 61) - 1
SEED = 20261129
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+")
_LEFT_OUT = re.compile(
    r"""^[ \t]*>.*$                       # quoted lines of Markdown
    | https?://\S+ | \S+@\S+\.\S+         # addresses
    | \#[^\s\#]{1,40}\#? | @[^\s@]{1,40}  # topics and mentions
    | “[^“”]{8,}” | 「[^「」]{8,}」 | 『[^『』]{8,}』 | "[^"\n]{8,}"  # quotations
    """,
    re.MULTILINE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: what it says, and where in the text it stands."""

    word: str
    start: int
    stop: int


def shingles_of(text: str, names: Collection[str] = ()) -> frozenset[int]:
    """Return the shingles of a text as 32-bit numbers; none where it is too short to compare."""
    tokens = list(_tokens(text, names))
    found = {number for number, _pair in _pairs(tokens)}
    if sum(token is not None for token in tokens) < MIN_TOKENS or len(found) < MIN_SHINGLES:
        return frozenset()
    return frozenset(sorted(found)[:MOST_SHINGLES])


def print_of(text: str, names: Collection[str] = ()) -> TextPrint:
    """Return the fingerprint of a text."""
    shingles = shingles_of(text, names)
    return TextPrint(shingles, bands_of(shingles))


def _tokens(text: str, names: Collection[str]) -> Iterator[Token | None]:
    """Yield a text's tokens; None where something was left out, which joins nothing."""
    for start, stop in _kept(text, names):
        for match in _TOKEN.finditer(text, start, stop):
            word = unicodedata.normalize("NFKC", match.group()).casefold()
            yield Token(word, match.start(), match.end())
        yield None


def _kept(text: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    holes = sorted([match.span() for match in _LEFT_OUT.finditer(text)] + _named(text, names))
    at = 0
    for start, stop in [*holes, (len(text), len(text))]:
        if start > at:
            yield at, start
        at = max(at, stop)


def _named(text: str, names: Collection[str]) -> list[tuple[int, int]]:
    wanted = sorted({name for name in names if len(name) > 1}, key=len, reverse=True)
    if not wanted:
        return []
    pattern = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)]


def _pairs(tokens: Iterable[Token | None]) -> Iterator[tuple[int, tuple[Token, Token]]]:
    for one, other in pairwise(tokens):
        if one is not None and other is not None:
            yield zlib.crc32(f"{one.word} {other.word}".encode()), (one, other)


def _multipliers() -> list[tuple[int, int]]:
    """Return fixed factors (splitmix64): a fingerprint is the same for ever."""
    state, found = SEED, []
    for _each in range(2 * BANDS * ROWS):
        state = (state + 0x9E3779B97F4A7C15) & (2**64 - 1)
        mixed = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 & (2**64 - 1)
        mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & (2**64 - 1)
        found.append((mixed ^ mixed >> 31) % MERSENNE)
    return list(zip(found[::2], found[1::2], strict=True))


_FACTORS = _multipliers()


def bands_of(shingles: Collection[int]) -> tuple[int, ...]:
    """Return the bands of a set of shingles, 31 bits each; none for no shingles."""
    if not shingles:
        return ()
    lowest = [min((a * s + b) % MERSENNE for s in shingles) for a, b in _FACTORS]
    return tuple(
        zlib.crc32(repr(lowest[ROWS * band : ROWS * band + ROWS]).encode()) >> 1
        for band in range(BANDS)
    )


def alike_permille(one: Collection[int], other: Collection[int]) -> int:
    """Return how much of the shorter text the longer one has too; 1,000 is all."""
    shorter = min(len(one), len(other))
    return 1000 * len(set(one) & set(other)) // shorter if shorter else 0


def packed(shingles: Collection[int]) -> bytes:
    """Return shingles as bytes, four each, ascending."""
    return array("I", sorted(shingles)).tobytes()


def unpacked(stored: bytes) -> frozenset[int]:
    """Return what :func:`packed` made."""
    return frozenset(array("I", stored))


def common_parts(
    text: str, names: Collection[str], other: str, other_names: Collection[str]
) -> list[Piece]:
    """Return a text in pieces, marked where the other one has the same."""
    known = {number for number, _pair in _pairs(_tokens(other, other_names))}
    spans = [
        (one.start, two.stop)
        for number, (one, two) in _pairs(_tokens(text, names))
        if number in known
    ]
    return _cut(text, _joined(spans))


def _joined(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, stop in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return joined


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    for start, stop in spans:
        if start > at:
            pieces.append(Piece(text[at:start], is_common=False))
        pieces.append(Piece(text[start:stop], is_common=True))
        at = stop
    if at < len(text):
        pieces.append(Piece(text[at:], is_common=False))
    return pieces
