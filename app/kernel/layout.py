"""How tall a card stands in the feed, worked out from what is stored: no script, no shifting.

The grid has rows of 4 px and columns of about 179 px (a phone 390 px wide). On other widths the
picture's ``object-fit: cover`` absorbs the difference. Formula: UX.md §7.
"""

import math
import unicodedata
from functools import lru_cache

from app.kernel.types import Photo

ROW, COLUMN, GAP = 4, 179, 8
FLATTEST, TALLEST = 3 / 4, 4 / 3  # height by width: covers are between 4:3 and 3:4
META, LINE = 44, 20  # author row with its padding; one line of a title
TITLE_WIDTH = COLUMN - 20
QUOTE_TOP, QUOTE_META, QUOTE_LINE, EXCERPT_LINE = 38, 42, 23, 20
MAX_TITLE_LINES, MAX_QUOTE_LINES, MAX_EXCERPT_LINES = 2, 4, 4
LOWEST, HIGHEST = 30, 140  # the classes .h30 … .h140 that the style sheet has


def span_for(photo: Photo | None, title: str, locale: str = "", *, excerpt: str = "") -> int:
    """Return how many rows a note card spans: the ``span`` of its card, class ``.h<span>``.

    Args:
        photo: the cover, or None for a card of words.
        title: as shown; it takes one or two lines (up to four on a card of words).
        locale: the reader's language; Latin words break earlier, so English gets a hair less room.
        excerpt: the first words of the text, shown on a card of words only.
    """
    if photo is None:
        lines = _lines(title, 16, TITLE_WIDTH - 4, locale, MAX_QUOTE_LINES)
        words = _lines(excerpt, 13, TITLE_WIDTH - 4, locale, MAX_EXCERPT_LINES) if excerpt else 0
        height = QUOTE_TOP + lines * QUOTE_LINE + (words * EXCERPT_LINE + 6 if words else 0)
        return _rows(height + QUOTE_META)
    ratio = min(TALLEST, max(FLATTEST, photo.height / max(1, photo.width)))
    text = META + LINE * _lines(title, 14, TITLE_WIDTH, locale, MAX_TITLE_LINES)
    return _rows(COLUMN * ratio + text)


def _rows(height: float) -> int:
    return max(LOWEST, min(HIGHEST, math.ceil((height + GAP) / ROW)))


@lru_cache(maxsize=4_096)  # the titles on a busy page are those of the page before
def _lines(text: str, size: int, width: int, locale: str, most: int) -> int:
    """Return how many lines a text of ``size`` px takes, at most ``most``."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    ragged = 1.08 if locale.startswith("en") or wide * 2 < len(text) else 1.0
    length = size * (wide + (len(text) - wide) * 0.54) * ragged
    return max(1, min(most, math.ceil(length / width)))
