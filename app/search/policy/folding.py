"""One way to write what means the same: width, case, accents, simplified and traditional signs.

Sign by sign, never by context: 著名 and 著 must fold alike wherever they stand, or a query would
miss what it is a part of.
"""

import unicodedata
from functools import cache

import opencc

_ACCENTED = 0x0530  # Latin, Greek and Cyrillic stand below; accents elsewhere are part of a letter
_MARKS = range(0x0300, 0x0370)


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


class _Folded(dict[int, str]):
    """Code point -> what it folds to; filled when first asked."""

    def __missing__(self, code: int) -> str:
        folded = _fold(code)
        if len(folded) != 1:
            _UNEVEN.add(chr(code))
        self[code] = folded
        return folded


_UNEVEN: set[str] = set()
"""Signs that fold to none or to several: where there is one, places shift."""


def _fold(code: int) -> str:
    if code in _MARKS:
        return ""
    if code < 0x80:  # noqa: PLR2004 - ASCII
        return chr(code).lower()
    wide = unicodedata.normalize("NFKC", chr(code)).casefold()
    return "".join(_simple(sign) for sign in wide)


def _simple(sign: str) -> str:
    code = ord(sign)
    if code < _ACCENTED:
        parts = unicodedata.normalize("NFD", sign)
        return "".join(part for part in parts if not unicodedata.combining(part))
    return str(_converter().convert(sign)) if code >= 0x3400 else sign  # noqa: PLR2004 - Han


_TABLE = _Folded()


def fold(text: str) -> str:
    """Return a text folded: NFKC, lower case, no accents, simplified Chinese."""
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.translate(_TABLE)


def fold_with_places(text: str) -> tuple[str, list[int] | None]:
    """Return a text folded, and for each sign the place where it came from; None: the same."""
    folded = text.translate(_TABLE)
    if _UNEVEN.isdisjoint(text):
        return folded, None
    places = [place for place, sign in enumerate(text) for _ in _TABLE[ord(sign)]]
    return folded, places
